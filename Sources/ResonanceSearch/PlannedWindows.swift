public import EventModel

extension SearchPlan {
  /// The mass bins.
  ///
  /// - Throws: ``PlanError`` naming the key.
  public func binning() throws(PlanError) -> MassBinning {
    do {
      if let edges = mass.edges { return try MassBinning(edges: edges) }
      guard mass.range.count == 2, mass.range[0] < mass.range[1] else {
        throw PlanError.invalid(
          key: "mass.range", line: nil, reason: "must be [lower, upper] with lower < upper")
      }
      return try MassBinning(logSpaced: mass.range[0]..<mass.range[1], count: mass.bins)
    } catch let error as PlanError {
      throw error
    } catch {
      throw .invalid(
        key: mass.edges == nil ? "mass.range" : "mass.edges", line: nil, reason: "\(error)")
    }
  }

  /// The windows to search, with their indices among all windows of the plan.
  ///
  /// - Throws: ``PlanError`` naming the key.
  public func windows() throws(PlanError) -> [(index: Int, window: MassWindow)] {
    let all = try allWindows()
    let indices = mass.windows ?? Array(all.indices)
    for index in indices where !all.indices.contains(index) {
      throw .outOfRange(
        key: "mass.windows", line: nil, value: "\(index)", allowed: "0 ... \(all.count - 1)")
    }
    return indices.map { ($0, all[$0]) }
  }

  /// The range of the fitted spectrum in GeV: events outside it are not part of the search.
  ///
  /// - Throws: ``PlanError`` naming the key.
  public func fitRange() throws(PlanError) -> Range<Double> {
    let bins = try binning().range
    guard let range = fit.range else { return bins }
    guard range.count == 2, range[0] <= bins.lowerBound, bins.upperBound <= range[1] else {
      throw .invalid(
        key: "fit.range", line: nil,
        reason: "must be [lower, upper] and hold the mass bins, which go from "
          + "\(bins.lowerBound) to \(bins.upperBound) GeV")
    }
    return range[0]..<range[1]
  }

  /// The bins of the fitted spectrum, the same for all windows.
  ///
  /// - Throws: ``PlanError`` naming the key.
  public func fitBinning() throws(PlanError) -> MassBinning {
    let range = try fitRange()
    let bins = try binning()
    guard fit.binWidth != nil || range == bins.range else {
      throw .invalid(
        key: "fit.range", line: nil,
        reason: "is longer than the mass bins, whose subdivisions do not fill it: set fit.binWidth "
          + "too")
    }
    do {
      if let width = fit.binWidth { return try MassBinning(range, width: width) }
      return try bins.subdivided(by: fit.subdivisions)
    } catch {
      throw .invalid(
        key: fit.binWidth == nil ? "fit.subdivisions" : "fit.binWidth", line: nil,
        reason: "\(error)")
    }
  }

  /// What the fit of a window leaves out, in GeV.
  ///
  /// - Parameter signalRegion: Of one of the plan's windows.
  /// - Returns: The window's own mask, or the signal region with the margin.
  /// - Throws: ``PlanError`` naming the key.
  func mask(of signalRegion: Range<Double>) throws(PlanError) -> Range<Double> {
    if let masks = fit.masks,
      let index = try allWindows().firstIndex(where: { $0.signalRegion == signalRegion })
    {
      return masks[index]
    }
    return signalRegion.lowerBound - fit.maskMargin..<signalRegion.upperBound + fit.maskMargin
  }

  /// Where a fit must describe the spectrum of a window, in GeV; `nil`: in the bins of the fit.
  ///
  /// - Throws: ``PlanError`` naming the key.
  func judgedRanges(of signalRegion: Range<Double>) throws(PlanError) -> [Range<Double>]? {
    guard fit.quality == .nearSidebands,
      let window = try allWindows().first(where: { $0.signalRegion == signalRegion })
    else { return nil }
    let (lower, upper) = (window.lowerSideband, window.upperSideband)
    return [
      (lower.lowerBound + lower.upperBound) / 2..<lower.upperBound,
      upper.lowerBound..<(upper.lowerBound + upper.upperBound) / 2,
    ]
  }

  /// Checks that the settings of bins, windows and fit go together.
  ///
  /// - Throws: ``PlanError`` naming the key.
  func checkWindows() throws(PlanError) {
    let range = try fitBinning().range
    guard range.upperBound < sqrtS else {
      throw .invalid(
        key: fit.range == nil ? "mass" : "fit.range", line: nil,
        reason: "the mass range ends at \(range.upperBound), above sqrtS")
    }
    _ = try windows()
    guard let masks = fit.masks else { return }
    let windows = try allWindows()
    guard masks.count == windows.count else {
      throw .invalid(
        key: "fit.masks", line: nil,
        reason: "has \(masks.count) ranges for \(windows.count) windows, searched or not")
    }
    for (index, (mask, window)) in zip(masks, windows).enumerated() {
      guard mask.clamped(to: range) == mask, range.lowerBound < mask.lowerBound,
        mask.upperBound < range.upperBound,
        window.signalRegion.clamped(to: mask) == window.signalRegion
      else {
        throw .invalid(
          key: "fit.masks", line: nil,
          reason: "the mask of window \(index), \(mask.lowerBound)-\(mask.upperBound) GeV, must "
            + "hold its signal region, \(window.signalRegion.lowerBound)-"
            + "\(window.signalRegion.upperBound) GeV, and leave a sideband on each side")
      }
    }
  }

  private func allWindows() throws(PlanError) -> [MassWindow] {
    do {
      return try binning().windows(
        signalRegionBins: mass.signalRegionBins, sidebandBins: mass.sidebandBins,
        reweightingBins: mass.reweightingBins)
    } catch let error as PlanError {
      throw error
    } catch {
      throw .invalid(key: "mass.signalRegionBins", line: nil, reason: "\(error)")
    }
  }
}

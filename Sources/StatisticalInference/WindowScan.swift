/// Which windows of neighbouring bins a scan looks at, in one variable.
public struct WindowScan: Sendable, Hashable {
  /// How wide the windows are.
  public enum Widths: Sendable, Hashable {
    /// Numbers of bins from the smallest to the largest.
    case bins(ClosedRange<Int>, step: Int = 1)
    /// Widths over the mass at the window's lower edge, such as 0.05: a window ends at the edge
    /// that is nearest in mass. Windows that come out equal are looked at once.
    case relative([Double])
  }

  /// How far apart windows of one width begin.
  public enum Step: Sendable, Hashable {
    case bins(Int)
    /// Half the window's bins, rounded down, at least one.
    case halfWidth
    /// All of the window's bins.
    case fullWidth
  }

  public var widths: Widths
  public var step: Step
  /// Bins at both ends of the spectrum that no window covers.
  public var sidebandBins: Int

  public init(_ widths: Widths, step: Step = .bins(1), sidebandBins: Int = 0) {
    self.widths = widths
    self.step = step
    self.sidebandBins = sidebandBins
  }

  /// Lists the windows: narrow ones first, for one width from low masses to high ones.
  ///
  /// - Parameters:
  ///   - edges: Bin edges.
  ///   - populated: Bins from the first to the last in which background is expected.
  /// - Returns: At least one range of bins.
  /// - Throws: ``BumpHunterError`` for settings without a meaning or without a window.
  func windows(
    edges: [Double], populated: Range<Int>
  ) throws(BumpHunterError) -> [Range<Int>] {
    if case .bins(let bins) = step, bins < 1 { throw .invalidStep(bins) }
    guard sidebandBins >= 0 else { throw .invalidSidebands(sidebandBins) }
    let first = populated.lowerBound + sidebandBins
    let end = populated.upperBound - sidebandBins
    let available = max(0, end - first)
    switch widths {
    case .bins(let range, let widthStep):
      guard range.lowerBound >= 1, widthStep >= 1 else {
        throw .invalidWidths(range, step: widthStep)
      }
      guard range.upperBound <= available else {
        throw .windowsTooWide(range.upperBound, bins: available)
      }
      return stride(from: range.lowerBound, through: range.upperBound, by: widthStep).flatMap {
        width in
        stride(from: first, through: end - width, by: spacing(ofWidth: width)).map {
          $0..<($0 + width)
        }
      }
    case .relative(let fractions):
      guard !fractions.isEmpty, fractions.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw .invalidRelativeWidths(fractions)
      }
      guard available > 0, edges[first] > 0 else {
        throw .notPositiveForRelativeWidths(edges[min(first, edges.count - 1)])
      }
      var windows: [Range<Int>] = []
      var known: Set<Range<Int>> = []
      for fraction in fractions.sorted() {
        var start = first
        while start < end {
          let target = edges[start] * (1 + fraction)
          // Half a bin beyond the last edge the spectrum ends before the window does.
          guard target <= edges[end] + (edges[end] - edges[end - 1]) / 2 else { break }
          let above = edges[start...end].firstIndex { $0 >= target } ?? end
          let below = above - 1
          let nearest =
            below > start && target - edges[below] < edges[above] - target ? below : above
          let window = start..<nearest
          if known.insert(window).inserted { windows.append(window) }
          start += spacing(ofWidth: window.count)
        }
      }
      guard !windows.isEmpty else { throw .relativeWidthsTooWide(fractions, bins: available) }
      return windows
    }
  }

  private func spacing(ofWidth width: Int) -> Int {
    switch step {
    case .bins(let bins): bins
    case .halfWidth: max(1, width / 2)
    case .fullWidth: width
    }
  }
}

/// A rectangle of bins of a ``Histogram2D``.
public struct BinRectangle: Sendable, Hashable {
  public let rows: Range<Int>
  public let columns: Range<Int>
}

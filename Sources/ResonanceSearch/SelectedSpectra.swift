import AnomalyMethods
import EventModel
import StatisticalInference

/// The selected mass spectra of one window and one cut, fitted as the plan's `fit.folds` says.
struct SelectedSpectra {
  /// That of all folds together, which figures show.
  let merged: SelectedSpectrum
  /// Those that are fitted simultaneously with the share of the events that each is selected from:
  /// the merged one, or that of each fold.
  let fitted: [(spectrum: SelectedSpectrum, exposure: Double)]

  /// Counts and fits.
  ///
  /// - Parameters:
  ///   - rows: Selected events of the table.
  ///   - window: The mass hypothesis.
  ///   - prepared: The events.
  ///   - plan: The search.
  /// - Throws: An error about the spectrum, or ``PlanError``.
  init(rows: [Int], window: MassWindow, prepared: PreparedEvents, plan: SearchPlan) throws {
    func select(_ rows: [Int]) throws -> SelectedSpectrum {
      try SelectedSpectrum(
        prepared.spectrum(of: rows, window: window), signalRegion: window.signalRegion, plan: plan)
    }
    merged = try select(rows)
    switch plan.fit.folds {
    case .merged: fitted = [(merged, 1)]
    case .simultaneous:
      let folds = prepared.folds
      let parts = Dictionary(grouping: rows) { Int(folds.assignment[$0]) }
      fitted = try folds.scored.map { fold in
        let weights = prepared.table.weights
        let exposure = folds.rows(in: fold).reduce(0) { $0 + (weights?[$1] ?? 1) }
        return (try select(parts[fold] ?? []), exposure)
      }
    }
  }

  /// Why there is no fit, or why earlier functions or longer sidebands were not used; `nil` if the
  /// first were.
  var remark: String? {
    guard isSimultaneous, merged.background.fit != nil else { return merged.remark }
    let remarks = fitted.enumerated().compactMap { number, part in
      part.spectrum.background.fit == nil
        ? "Spectrum \(number + 1) of \(fitted.count) has no fit: \(part.spectrum.remark ?? "")"
        : nil
    }
    return remarks.isEmpty ? merged.remark : remarks.joined(separator: " ")
  }

  var isSimultaneous: Bool { fitted.count > 1 }

  /// Whether a function describes every spectrum, the merged one too: without that there is no picture
  /// of a fit, and none of its parts is believed.
  var hasFit: Bool {
    ([merged] + fitted.map(\.spectrum)).allSatisfy { $0.background.fit != nil }
  }

  /// The background expected in the signal region; `nil` if no function describes a spectrum.
  var expected: (count: Double, uncertainty: Double)? {
    guard hasFit else { return nil }
    let parts = fitted.compactMap(\.spectrum.expected)
    let variance = parts.reduce(0) { $0 + $1.uncertainty * $1.uncertainty }
    return (parts.reduce(0) { $0 + $1.count }, variance.squareRoot())
  }

  /// The counts in the signal region against the fits; `nil` if no function describes a spectrum.
  ///
  /// Weighted counts are divided by a scale of their spectrum, and so is the signal in them.
  func counting() throws -> SimultaneousCounting? {
    guard hasFit else { return nil }
    return SimultaneousCounting(
      try fitted.compactMap { try $0.spectrum.counting() },
      exposures: fitted.map { $0.exposure / $0.spectrum.histogram.varianceScale })
  }
}

public import EventFiles
public import StatisticalInference

/// How `overdensity spectrum bumphunt` searches a published spectrum.
public struct SpectrumBumpHunt: Sendable {
  /// What the counts are compared with.
  public enum Background: Sendable, Hashable {
    /// The published background.
    case published
    /// The published background, scaled to the bins outside each window.
    case publishedScaledToSidebands
    /// A function fitted to the counts.
    case fit(SpectrumFunction, BumpReference.FitUncertainty)
  }

  public var hunter: BumpHunter
  public var background: Background
  /// Ranges to leave out of fits, in GeV.
  public var masks: [Range<Double>] = []
  /// √s in GeV.
  public var collisionEnergy = 13000.0

  public init(_ hunter: BumpHunter, background: Background) {
    self.hunter = hunter
    self.background = background
  }

  /// Scans a spectrum and pseudo-experiments.
  ///
  /// - Throws: ``SpectrumBumpHuntError``, ``BumpHunterError``.
  public func callAsFunction(
    _ spectrum: PublishedSpectrum, pseudoExperiments: PseudoExperiments
  ) throws -> SpectrumBumpHuntResult {
    let hunt = try hunter.hunt(
      spectrum.histogram, reference: reference(for: spectrum), pseudoExperiments: pseudoExperiments)
    let edges = spectrum.histogram.edges
    let best = hunt.best.first
    let expected: [Double]
    let uncertainty: [Double]?
    let wording: String
    switch background {
    case .published, .publishedScaledToSidebands:
      expected = (spectrum.reference ?? []).map { $0 * (best?.scale ?? 1) }
      uncertainty = nil
      wording =
        background == .published
        ? "published background" : "published background, scaled to the bins outside each window"
    case .fit(let function, let treatment):
      let fit = try BackgroundFit(
        spectrum.histogram, function: function, excluding: masks, collisionEnergy: collisionEnergy)
      expected = fit.expected.map(\.count)
      uncertainty = fit.expected.map(\.uncertainty)
      wording =
        "fit of \(function.rawValue), "
        + (treatment == .profiled ? "its uncertainty profiled" : "its uncertainty ignored")
    }
    return SpectrumBumpHuntResult(
      input: .init(
        file: spectrum.file.split(separator: "/").last.map(String.init) ?? spectrum.file,
        bins: spectrum.histogram.binCount, events: spectrum.histogram.total,
        rangeGeV: [spectrum.histogram.range.lowerBound, spectrum.histogram.range.upperBound],
        collisionEnergyGeV: collisionEnergy),
      background: wording, direction: hunter.direction,
      windows: hunt.scans.first?.windows.count ?? 0,
      best: best.map { window in
        .init(
          lowGeV: edges[window.region.lowerBound], highGeV: edges[window.region.upperBound],
          firstBin: window.region.lowerBound, bins: window.region.count,
          observed: window.observed, expected: window.expected,
          expectedUncertainty: window.uncertainty, scale: window.scale,
          localPValue: window.localPValue, localSignificance: window.localSignificance)
      }, statistic: hunt.statistic, globalPValue: hunt.globalPValue,
      failedFits: hunt.failedFits, edgesGeV: edges, counts: spectrum.histogram.counts,
      expected: expected, expectedUncertainty: uncertainty, nullStatistics: hunt.nullStatistics,
      sensitivity: nil)
  }

  /// Injects a signal into background pseudo-experiments and searches them.
  ///
  /// - Parameters:
  ///   - shape: The signal.
  ///   - mass: Its mass in GeV.
  ///   - events: Expected signal events, one number for each step.
  ///   - spectrum: What the background is taken from.
  ///   - repetitions: Pseudo-experiments with signal for each step.
  ///   - pseudoExperiments: Those without signal.
  /// - Returns: How significant each number of events would be.
  /// - Throws: ``SpectrumBumpHuntError``, ``BumpHunterError``.
  public func sensitivity(
    to shape: SignalShape, mass: Double, events: [Double], in spectrum: PublishedSpectrum,
    repetitions: Int, pseudoExperiments: PseudoExperiments
  ) throws -> SpectrumBumpHuntResult.Sensitivity {
    let histogram = spectrum.histogram
    guard histogram.range.contains(mass) else {
      throw SpectrumBumpHuntError.signalOutside(massGeV: mass, range: histogram.range)
    }
    let fractions = shape.fractions(edges: histogram.edges, mass: mass)
    let inside = fractions.reduce(0, +)
    let injection = try hunter.injectSignal(
      fractions, events: events.map { $0 * inside }, background: histogram,
      reference: reference(for: spectrum), repetitions: repetitions,
      pseudoExperiments: pseudoExperiments)
    return .init(
      massGeV: mass, repetitions: repetitions,
      steps: zip(events, injection.steps).map { events, step in
        .init(
          events: events, globalPValue: step.globalPValue, unlucky: step.unlucky,
          lucky: step.lucky)
      })
  }

  private func reference(
    for spectrum: PublishedSpectrum
  ) throws(SpectrumBumpHuntError) -> BumpReference {
    switch background {
    case .fit(let function, let uncertainty):
      return .fitted(
        function, collisionEnergy: collisionEnergy, excluding: masks, uncertainty)
    case .published, .publishedScaledToSidebands:
      guard let reference = spectrum.reference else { throw .noReference(file: spectrum.file) }
      return background == .published ? .known(reference) : .sidebandNormalised(reference)
    }
  }
}

/// What `overdensity spectrum bumphunt` found, as written to its JSON.
public struct SpectrumBumpHuntResult: Sendable, Codable {
  /// What was searched.
  public struct Input: Sendable, Codable {
    /// The file's name, without its folder.
    public var file: String
    public var bins: Int
    public var events: Double
    public var rangeGeV: [Double]
    public var collisionEnergyGeV: Double
  }

  /// The window of the smallest local p-value.
  public struct Window: Sendable, Hashable, Codable {
    public var lowGeV: Double
    public var highGeV: Double
    /// Counted from 0.
    public var firstBin: Int
    public var bins: Int
    public var observed: Double
    public var expected: Double
    /// Standard deviation of what is expected; `null` where it counts as known.
    @Nullable public var expectedUncertainty: Double?
    /// What a published background was multiplied with.
    public var scale: Double
    public var localPValue: Double
    @Nullable public var localSignificance: Double?
  }

  /// How significant injected signals are.
  public struct Sensitivity: Sendable, Hashable, Codable {
    public struct Step: Sendable, Hashable, Codable {
      /// Expected signal events, those outside the spectrum included.
      public var events: Double
      /// Of the median pseudo-experiment with signal.
      public var globalPValue: GlobalPValue
      /// Of the one that 84 %, or 16 %, of them exceed.
      public var unlucky: GlobalPValue
      public var lucky: GlobalPValue
    }

    public var massGeV: Double
    /// Pseudo-experiments with signal for each step.
    public var repetitions: Int
    public var steps: [Step]
  }

  public var input: Input
  public var background: String
  public var direction: BumpDirection
  /// How many windows were looked at.
  public var windows: Int
  /// `null` if no window has a local p-value below 1.
  @Nullable public var best: Window?
  /// -ln of the smallest local p-value.
  public var statistic: Double
  public var globalPValue: GlobalPValue
  /// Pseudo-experiments without a converged fit, whose statistic is 0.
  public var failedFits: Int
  public var edgesGeV: [Double]
  public var counts: [Double]
  /// Background per bin, shape `[bins]`.
  public var expected: [Double]
  /// Standard deviations of a fit, shape `[bins]`; `null` for a published background.
  @Nullable public var expectedUncertainty: [Double]?
  /// Of all pseudo-experiments in the order of their numbers.
  public var nullStatistics: [Double]
  /// `null` unless signal was injected.
  @Nullable public var sensitivity: Sensitivity?
}

/// Why a spectrum cannot be searched.
public enum SpectrumBumpHuntError: Error, Hashable {
  case noReference(file: String)
  case signalOutside(massGeV: Double, range: Range<Double>)
}

extension SpectrumBumpHuntError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noReference(let file):
      "\(file): no background to compare with; name its column with --reference, or fit a function "
        + "with --fit"
    case .signalOutside(let mass, let range):
      "a signal at \(mass) GeV lies outside the spectrum from \(range.lowerBound) to "
        + "\(range.upperBound) GeV; choose another mass to inject"
    }
  }
}

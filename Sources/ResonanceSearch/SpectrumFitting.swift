public import Randomness
public import StatisticalInference

/// How `overdensity spectrum` finds the background of a spectrum.
public struct SpectrumFitting: Sendable, Hashable {
  /// How a function is chosen.
  public enum Procedure: String, Sendable, Hashable, CaseIterable {
    /// The first in the given order whose chi-square p-value is large enough.
    case first
    /// Up a chain of nested functions while the next one improves the fit.
    case fTest = "f-test"
    case likelihoodRatio = "likelihood-ratio"
    /// The first that describes the sidebands, which shrink by 400 GeV until one does.
    case atlas
    /// All of them, profiled as a discrete nuisance parameter.
    case envelope

    /// What is fitted unless functions are named.
    public var functions: [SpectrumFunction] {
      switch self {
      case .first: [.dijet4, .dijet5, .dijet3]
      case .fTest, .likelihoodRatio: [.dijet3, .dijet4, .dijet5]
      case .atlas: [.atlas3, .atlas4, .atlasExponential4]
      case .envelope: [.dijet3, .dijet4, .dijet5, .atlasExponential4]
      }
    }
  }

  public var procedure: Procedure
  public var functions: [SpectrumFunction]
  /// Threshold on the chi-square p-value (first, atlas) or on that of an improvement (f-test,
  /// likelihood-ratio).
  public var threshold = 0.05
  /// Ranges to leave out of the fit, in GeV.
  public var masks: [Range<Double>] = []
  /// √s in GeV.
  public var collisionEnergy = 13000.0
  /// Fits to pseudo-data behind calibrated p-values; 0 for asymptotic ones alone.
  public var pseudoExperiments = 0
  public var seed = Seed(1)
  /// Pseudo-experiments at once; they are the same with any number.
  public var jobs = 1
  /// Measures the bias of the function taken; `nil` does not.
  public var spuriousSignal: SpuriousSignalStudy?

  /// A background without signal, in which the function taken looks for one.
  public struct SpuriousSignalStudy: Sendable, Hashable {
    /// Fitted to the data, this is the true background.
    public var truth: SpectrumFunction
    /// Standard deviation of the Gaussian signal over its mass.
    public var relativeWidth: Double

    public init(truth: SpectrumFunction, relativeWidth: Double) {
      self.truth = truth
      self.relativeWidth = relativeWidth
    }
  }

  public init(_ procedure: Procedure = .first, functions: [SpectrumFunction]? = nil) {
    self.procedure = procedure
    self.functions = functions ?? procedure.functions
  }

  /// A background and how it was found.
  public struct Background: Sendable {
    /// The fit taken; `nil` if no function describes the spectrum.
    public var fit: BackgroundFit?
    /// Bins in which it was looked for: the whole spectrum, or shorter sidebands.
    public var spectrum: Histogram
    /// What the choice went through, one sentence each.
    public var remarks: [String]
    public var envelope: BackgroundEnvelope?
  }

  /// Chooses the background of a spectrum.
  ///
  /// - Throws: ``SpectrumFittingError``, and ``NestedChoiceError`` for functions that make no chain.
  public func background(of spectrum: Histogram) throws -> Background {
    guard spectrum.range.upperBound < collisionEnergy, spectrum.range.lowerBound > 0 else {
      throw BackgroundFitError.outsideFunction(
        range: spectrum.range, collisionEnergy: collisionEnergy)
    }
    for mask in masks where !mask.overlaps(spectrum.range) {
      throw SpectrumFittingError.maskOutside(mask, range: spectrum.range)
    }
    switch procedure {
    case .first:
      let choice = fitBackground(
        spectrum, functions: functions, excluding: masks, collisionEnergy: collisionEnergy,
        minimumPValue: threshold)
      return Background(
        fit: choice.fit, spectrum: spectrum, remarks: choice.rejections.map(\.description))
    case .fTest, .likelihoodRatio:
      let choice = try NestedChoice(
        spectrum, functions: functions, excluding: masks, collisionEnergy: collisionEnergy,
        comparison: procedure == .fTest ? .fTest : .likelihoodRatio, threshold: threshold)
      return Background(
        fit: choice.fit, spectrum: spectrum,
        remarks: choice.steps.map(\.description) + choice.rejections.map(\.description))
    case .atlas:
      guard masks.count == 1, let mask = masks.first else {
        throw SpectrumFittingError.needsOneMask(found: masks.count)
      }
      let choice = SidebandChoice(
        spectrum, functions: functions, excluding: mask, collisionEnergy: collisionEnergy,
        minimumPValue: threshold)
      guard let range = choice.range else {
        throw SpectrumFittingError.maskLeavesNoSideband(mask, range: spectrum.range)
      }
      return Background(
        fit: choice.fit, spectrum: spectrum.cropped(to: range) ?? spectrum,
        remarks: choice.remark.map { [$0] } ?? [])
    case .envelope:
      let envelope = BackgroundEnvelope(
        spectrum, functions: functions, excluding: masks, collisionEnergy: collisionEnergy)
      return Background(
        fit: envelope?.best, spectrum: spectrum,
        remarks: envelope?.rejections.map(\.description) ?? [], envelope: envelope)
    }
  }

  /// Measures the bias of a fit's function, one width of the signal apart in mass.
  private func spuriousSignals(
    of fit: BackgroundFit, _ study: SpuriousSignalStudy
  ) throws -> SpectrumFitResult.SpuriousSignals {
    let truth = try BackgroundFit(
      fit.spectrum, function: study.truth, excluding: masks, collisionEnergy: collisionEnergy)
    let shape = SignalShape.gaussian(relativeWidth: study.relativeWidth)
    let masses = MassScan([ScannedSpectrum(fit.spectrum, background: fit)], shape: shape)
      .defaultMasses.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let points = try StatisticalInference.spuriousSignals(
      of: fit.function, truth: truth, masses: masses,
      signal: { shape.fractions(edges: fit.edges, mass: $0) },
      experiments: pseudoExperiments > 0
        ? PseudoExperiments(
          count: pseudoExperiments, seed: seed.child("spurious-signal"), jobs: jobs) : nil)
    return .init(
      function: fit.function.rawValue, truth: study.truth.rawValue,
      relativeWidth: study.relativeWidth, points: points.map { .init($0) })
  }

  /// Fits every function to a published spectrum and chooses one.
  ///
  /// - Throws: As ``background(of:)``.
  public func callAsFunction(_ spectrum: PublishedSpectrum) throws -> SpectrumFitResult {
    let background = try background(of: spectrum.histogram)
    let histogram = background.spectrum
    let fits = functions.compactMap { function in
      // Why a function failed is among the remarks.
      try? BackgroundFit(
        histogram, function: function, excluding: masks, collisionEnergy: collisionEnergy)
    }
    let first = spectrum.histogram.edges.firstIndex(of: histogram.edges[0]) ?? 0
    let reference = spectrum.reference.map { Array($0[first..<(first + histogram.binCount)]) }
    let shown = background.fit ?? fits.first
    let spurious = try spuriousSignal.flatMap { study in
      try background.fit.map { try spuriousSignals(of: $0, study) }
    }
    return SpectrumFitResult(
      input: .init(
        file: spectrum.file.split(separator: "/").last.map(String.init) ?? spectrum.file,
        bins: histogram.binCount, events: histogram.total,
        rangeGeV: [histogram.range.lowerBound, histogram.range.upperBound],
        masksGeV: masks.map { [$0.lowerBound, $0.upperBound] },
        collisionEnergyGeV: collisionEnergy),
      procedure: procedure.rawValue, chosen: background.fit?.function.rawValue,
      remarks: background.remarks,
      fits: fits.map { fit in
        .init(
          fit,
          calibrated: pseudoExperiments > 0
            ? fit.calibratedQuality(
              PseudoExperiments(
                count: pseudoExperiments, seed: seed.child(fit.function.rawValue), jobs: jobs))
            : nil)
      },
      published: shown.flatMap { fit in
        reference.flatMap { .init(reference: $0, fit: fit) }
      },
      envelope: background.envelope.flatMap { envelope in
        masks.first.map { mask in
          let interval = envelope.expected(in: mask)
          return .init(
            rangeGeV: [mask.lowerBound, mask.upperBound], value: interval.value,
            low: interval.low, high: interval.high)
        }
      },
      spuriousSignals: spurious, edgesGeV: histogram.edges, counts: histogram.counts,
      isUsed: (0..<histogram.binCount).map { bin in
        !masks.contains { $0.overlaps(histogram.range(ofBin: bin)) }
      })
  }
}

/// Why a procedure cannot be applied to a spectrum.
public enum SpectrumFittingError: Error, Hashable {
  case needsOneMask(found: Int)
  case maskOutside(Range<Double>, range: Range<Double>)
  case maskLeavesNoSideband(Range<Double>, range: Range<Double>)
}

extension SpectrumFittingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .needsOneMask(let found):
      "the ATLAS procedure fits the sidebands of one signal region: give one --mask, not \(found)"
    case .maskOutside(let mask, let range):
      "the mask from \(mask.lowerBound) to \(mask.upperBound) GeV is outside the spectrum, which goes "
        + "from \(range.lowerBound) to \(range.upperBound) GeV; check --mask and --units"
    case .maskLeavesNoSideband(let mask, let range):
      "the mask from \(mask.lowerBound) to \(mask.upperBound) GeV leaves no sideband on one side of "
        + "the spectrum, which goes from \(range.lowerBound) to \(range.upperBound) GeV"
    }
  }
}

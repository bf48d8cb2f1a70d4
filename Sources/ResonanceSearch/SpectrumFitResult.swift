public import EventFiles
internal import StatisticalInference

/// What `overdensity spectrum fit` found, as written to its JSON.
public struct SpectrumFitResult: Sendable, Codable {
  /// What was fitted.
  public struct Input: Sendable, Codable {
    /// The file's name, without its folder.
    public var file: String
    public var bins: Int
    /// Sum of the counts, masked bins too.
    public var events: Double
    public var rangeGeV: [Double]
    public var masksGeV: [[Double]]
    public var collisionEnergyGeV: Double
  }

  public struct Parameter: Sendable, Hashable, Codable {
    public var name: String
    public var value: Double
    /// Standard deviation; `null` for a parameter held at a bound.
    @Nullable public var uncertainty: Double?
  }

  /// A test of the fit.
  public struct Test: Sendable, Hashable, Codable {
    public var value: Double
    /// `null` where none are counted.
    @Nullable public var degreesOfFreedom: Int?
    /// The asymptotic one.
    public var pValue: Double
    /// From pseudo-experiments; `null` without any.
    @Nullable public var calibratedPValue: Double?
  }

  /// Pseudo-experiments behind the calibrated p-values.
  public struct Calibration: Sendable, Hashable, Codable {
    public var pseudoExperiments: Int
    public var failures: Int
  }

  /// One function, fitted.
  public struct Fit: Sendable, Codable {
    public var function: String
    public var formula: String
    /// Those of ATLAS functions with the ξ below.
    public var parameters: [Parameter]
    /// Of the parameters, shape `[n][n]`.
    public var covariance: [[Double]]
    /// ξ1, or ξ1, ξ2 and ξ3, of an ATLAS function; empty for others.
    public var xi: [Double]
    /// Expected events per bin with their standard deviations, shape `[bins]`.
    public var expected: [Double]
    public var expectedUncertainty: [Double]
    /// -2 ln of the likelihood over that of a model that fits every bin.
    public var deviance: Double
    /// That deviance as a test, and Pearson's chi-square with neighbours merged to 5 expected
    /// events; `null` without a degree of freedom.
    @Nullable public var devianceTest: Test?
    @Nullable public var chi2: Test?
    public var kolmogorovSmirnov: Test
    public var runs: Test
    @Nullable public var calibration: Calibration?
    /// Estimated distance to the maximum in ln L.
    public var estimatedDistance: Double
  }

  /// A published background beside ours, bin by bin without merging.
  public struct Published: Sendable, Hashable, Codable {
    /// Bins in which more than 5 events are published as expected.
    public var bins: Int
    public var chi2: Double
    /// Of the fit taken, in the same bins.
    public var chi2OfFit: Double
  }

  /// The background in the masked range over all functions of an envelope.
  public struct Envelope: Sendable, Hashable, Codable {
    public var rangeGeV: [Double]
    public var value: Double
    public var low: Double
    public var high: Double
  }

  /// What the function taken finds in another function's background without signal.
  public struct SpuriousSignals: Sendable, Hashable, Codable {
    /// One mass.
    public struct Point: Sendable, Hashable, Codable {
      public var massGeV: Double
      /// Fitted to the true background itself, and the error of a fit to data of this size.
      public var events: Double
      public var uncertainty: Double
      /// The one over the other.
      public var relativeBias: Double
      /// Of events over error in pseudo-experiments; `null` without any.
      @Nullable public var meanPull: Double?
      @Nullable public var meanPullUncertainty: Double?
      @Nullable public var pullWidth: Double?
      /// Pseudo-experiments without a fit.
      public var failures: Int
    }
    public var function: String
    public var truth: String
    /// Standard deviation of the Gaussian signal over its mass.
    public var relativeWidth: Double
    public var points: [Point]
  }

  public var input: Input
  /// How the function was chosen: first, f-test, likelihood-ratio, atlas or envelope.
  public var procedure: String
  /// The function taken; `null` if none describes the spectrum.
  @Nullable public var chosen: String?
  /// What the choice went through, one sentence each.
  public var remarks: [String]
  /// Every function that converged, in the order given.
  public var fits: [Fit]
  @Nullable public var published: Published?
  @Nullable public var envelope: Envelope?
  @Nullable public var spuriousSignals: SpuriousSignals?
  public var edgesGeV: [Double]
  public var counts: [Double]
  /// Whether each bin took part.
  public var isUsed: [Bool]

  /// The fit taken, or else the first that converged.
  public var shown: Fit? { fits.first { $0.function == chosen } ?? fits.first }
}

extension SpectrumFitResult.Test {
  init(_ test: FitQuality.Test, calibrated: Double?) {
    value = test.value
    degreesOfFreedom = test.degreesOfFreedom
    pValue = test.pValue
    calibratedPValue = calibrated
  }
}

extension SpectrumFitResult.Fit {
  /// Writes down a fit.
  init(_ fit: BackgroundFit, calibrated: BackgroundFit.CalibratedQuality?) {
    let values = fit.decorrelated?.values ?? fit.parameters
    let covariance = fit.decorrelated?.covariance ?? fit.covariance
    self.covariance = covariance
    xi = fit.decorrelated?.xi ?? []
    function = fit.function.rawValue
    formula = fit.function.formula
    let errors = covariance.indices.map { index in
      fit.isHeld[index] ? nil : covariance[index][index].squareRoot()
    }
    parameters = zip(fit.function.parameterNames, zip(values, errors)).map { name, value in
      .init(name: name, value: value.0, uncertainty: value.1)
    }
    expected = fit.expected.map(\.count)
    expectedUncertainty = fit.expected.map(\.uncertainty)
    deviance = fit.deviance
    let quality = fit.quality
    devianceTest = quality.deviance.map { .init($0, calibrated: calibrated?.deviance) }
    chi2 = quality.chi2.map { .init($0, calibrated: calibrated?.chi2) }
    kolmogorovSmirnov = .init(
      quality.kolmogorovSmirnov, calibrated: calibrated?.kolmogorovSmirnov)
    runs = .init(quality.runs, calibrated: calibrated?.runs)
    calibration = calibrated.map {
      .init(pseudoExperiments: $0.pseudoExperiments, failures: $0.failures)
    }
    estimatedDistance = fit.estimatedDistance
  }
}

extension SpectrumFitResult.Published {
  /// Compares in the bins of the fit; `nil` without such bins.
  init?(reference: [Double], fit: BackgroundFit) {
    bins = 0
    chi2 = 0
    chi2OfFit = 0
    for (bin, expected) in reference.enumerated() where expected > 5 {
      let count = fit.spectrum.counts[bin]
      let ours = fit.expected[bin].count
      bins += 1
      chi2 += (count - expected) * (count - expected) / expected
      chi2OfFit += (count - ours) * (count - ours) / ours
    }
    if bins == 0 { return nil }
  }
}

extension SpectrumFitResult.SpuriousSignals.Point {
  init(_ signal: SpuriousSignal) {
    massGeV = signal.mass
    events = signal.events
    uncertainty = signal.uncertainty
    relativeBias = signal.relativeBias
    meanPull = signal.meanPull
    meanPullUncertainty = signal.meanPullUncertainty
    pullWidth = signal.pullWidth
    failures = signal.failures
  }
}

public import StatisticalInference

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

  /// A test of the fit; degrees of freedom are `null` where none are counted.
  public struct Test: Sendable, Hashable, Codable {
    public var value: Double
    @Nullable public var degreesOfFreedom: Int?
    public var pValue: Double
  }

  /// One function, fitted.
  public struct Fit: Sendable, Codable {
    public var function: String
    public var formula: String
    public var parameters: [Parameter]
    /// Of the parameters, shape `[n][n]`.
    public var covariance: [[Double]]
    /// Expected events per bin with their standard deviations, shape `[bins]`.
    public var expected: [Double]
    public var expectedUncertainty: [Double]
    /// Twice the distance in ln L to a model that fits every bin.
    public var deviance: Double
    /// Pearson's, with neighbours merged to 5 expected events; `null` without a degree of freedom.
    @Nullable public var chi2: Test?
    /// Estimated distance to the maximum in ln L.
    public var estimatedDistance: Double
  }

  public var input: Input
  /// The function taken; `null` if none describes the spectrum.
  @Nullable public var chosen: String?
  /// Why functions were not taken.
  @Nullable public var remark: String?
  /// Every function that converged, in the order given.
  public var fits: [Fit]
  public var edgesGeV: [Double]
  public var counts: [Double]
  /// Whether each bin took part.
  public var isUsed: [Bool]
}

extension SpectrumFitResult {
  /// Writes down the fits of a spectrum.
  ///
  /// - Parameters:
  ///   - spectrum: What was fitted.
  ///   - fits: The functions that converged.
  ///   - choice: Which was taken, and why not others.
  ///   - masks: Ranges left out, in GeV.
  ///   - collisionEnergy: √s in GeV.
  public init(
    _ spectrum: PublishedSpectrum, fits: [BackgroundFit], choice: BackgroundChoice,
    masks: [Range<Double>], collisionEnergy: Double
  ) {
    let histogram = spectrum.histogram
    input = Input(
      file: spectrum.file.split(separator: "/").last.map(String.init) ?? spectrum.file,
      bins: histogram.binCount, events: histogram.total,
      rangeGeV: [histogram.range.lowerBound, histogram.range.upperBound],
      masksGeV: masks.map { [$0.lowerBound, $0.upperBound] }, collisionEnergyGeV: collisionEnergy)
    chosen = choice.fit?.function.rawValue
    remark = choice.remark
    self.fits = fits.map { Fit($0) }
    edgesGeV = histogram.edges
    counts = histogram.counts
    isUsed = (0..<histogram.binCount).map { bin in
      !masks.contains { $0.overlaps(histogram.range(ofBin: bin)) }
    }
  }

  /// The fit taken, or else the first that converged.
  public var shown: Fit? { fits.first { $0.function == chosen } ?? fits.first }
}

extension SpectrumFitResult.Fit {
  /// Writes down a fit.
  public init(_ fit: BackgroundFit) {
    function = fit.function.rawValue
    formula = fit.function.formula
    parameters = zip(fit.function.parameterNames, zip(fit.parameters, fit.covariance.indices)).map {
      name, value in
      let variance = fit.covariance[value.1][value.1]
      return .init(
        name: name, value: value.0, uncertainty: variance > 0 ? variance.squareRoot() : nil)
    }
    covariance = fit.covariance
    expected = fit.expected.map(\.count)
    expectedUncertainty = fit.expected.map(\.uncertainty)
    deviance = fit.deviance
    chi2 = fit.goodnessOfFit.map {
      .init(value: $0.chi2, degreesOfFreedom: $0.degreesOfFreedom, pValue: $0.pValue)
    }
    estimatedDistance = fit.estimatedDistance
  }
}

/// What a bump hunt compares the data with.
public enum BumpReference: Sendable, Hashable {
  /// Background events of each bin, known without error.
  case known([Double])
  /// A shape, scaled for each window to the data outside the window.
  ///
  /// Outside means all other bins from the first to the last with a reference above 0.
  case sidebandNormalised([Double])
  /// Background events of each bin with their covariance, shape `[bins][bins]`.
  ///
  /// Each window's error enters its local p-value, and every pseudo-experiment draws the
  /// background anew from the covariance: bins drawn below 0 are 0.
  case uncertain([Double], covariance: [[Double]])
  /// A function fitted to the data, and again to every pseudo-experiment; spectra only.
  ///
  /// Pseudo-experiments are drawn from the fit to the data. Bins that overlap the masks take no
  /// part in fits, but windows look at them.
  case fitted(
    SpectrumFunction, collisionEnergy: Double, excluding: [Range<Double>] = [],
    FitUncertainty = .profiled)

  /// What becomes of the error of a fit.
  public enum FitUncertainty: String, Sendable, Hashable, Codable {
    /// Each window is compared with a fit to the other bins and its covariance.
    ///
    /// The fit without the window comes from the fit to all bins by one step of Fisher scoring,
    /// and the window's p-value from the profile likelihood with that error.
    case profiled
    /// Each window is compared with the fit to all bins as if it were known.
    case ignored
  }
}

/// Why there is no bump hunt.
public enum BumpHunterError: Error, Hashable {
  case invalidStep(Int)
  case invalidSidebands(Int)
  case invalidWidths(ClosedRange<Int>, step: Int)
  case invalidRelativeWidths([Double])
  case notPositiveForRelativeWidths(Double)
  case windowsTooWide(Int, bins: Int)
  case relativeWidthsTooWide([Double], bins: Int)
  case weightedData
  case wrongReferenceCount(Int, expected: Int)
  case invalidReference(bin: Int, value: Double)
  case emptyReference
  case noSidebands(bins: Int)
  case invalidCovariance
  case fit(BackgroundFitError)
  case noFitInTwoVariables
  case noChannels
  case differentChannels(Int)
  case tooFewPseudoExperiments(Int)
  case invalidSignal
  case globalPValue(GlobalPValueError)
}

extension BumpHunterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidStep(let step):
      "windows cannot begin \(step) bins apart; the step is 1 or more"
    case .invalidSidebands(let bins):
      "\(bins) bins cannot be kept free at the ends; the number is 0 or more"
    case .invalidWidths(let range, let step):
      "windows of \(range.lowerBound) to \(range.upperBound) bins in steps of \(step) have no "
        + "meaning; widths and step are 1 or more"
    case .invalidRelativeWidths(let widths):
      "relative widths \(widths) have no meaning; give one or more above 0, such as 0.05"
    case .notPositiveForRelativeWidths(let edge):
      "windows proportional to the mass need a spectrum above 0, this one begins at \(edge)"
    case .windowsTooWide(let width, let bins):
      "a window of \(width) bins does not fit into the \(bins) bins from the first to the last "
        + "with background; choose narrower windows"
    case .relativeWidthsTooWide(let widths, let bins):
      "no window of relative width \(widths) fits into the \(bins) bins with background; choose "
        + "narrower windows"
    case .weightedData:
      "a bump hunt compares Poisson counts, and the data are weighted; use unweighted events"
    case .wrongReferenceCount(let count, let expected):
      "the reference has \(count) bins, the data have \(expected); use the same binning"
    case .invalidReference(let bin, let value):
      "bin \(bin) of the reference holds \(value); it must be finite and not negative"
    case .emptyReference: "the reference is 0 in every bin; there is nothing to compare with"
    case .noSidebands(let bins):
      "a window covers all \(bins) bins with background, which leaves none to scale the reference "
        + "to; choose narrower windows"
    case .invalidCovariance:
      "the reference's covariance is not a finite, symmetric matrix without negative variances, "
        + "with a row for each bin"
    case .fit(let error): "the background fit to the data has no result: \(error)"
    case .noFitInTwoVariables: "functions are fitted to spectra, not to grids of two variables"
    case .noChannels: "there is no channel to search"
    case .differentChannels(let index):
      "channel \(index) has other bin edges than the first; the same windows need the same edges"
    case .tooFewPseudoExperiments(let count):
      "\(count) pseudo-experiments give no global p-value; run at least one"
    case .invalidSignal:
      "an injected signal needs a finite content >= 0 in every bin of the data and a positive sum, "
        + "and strengths that are finite and >= 0"
    case .globalPValue(let error): "\(error)"
    }
  }
}

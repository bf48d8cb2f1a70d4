public import EventFiles
public import StatisticalInference

/// What a search found: the content of `result.json`.
///
/// Keys are sorted when written; there are no times, dates or absolute paths, and a value that does
/// not exist is `null`. `Documentation/result.md` describes every key.
public struct SearchResult: Sendable, Hashable, Codable {
  /// Rises when a key changes its meaning or goes away.
  public static let currentSchemaVersion = 1

  public struct Input: Sendable, Hashable, Codable {
    /// File name without its folder.
    public var name: String
    /// Hexadecimal digest of the file's bytes.
    public var sha256: String
    /// Events in the file.
    public var events: Int

    public init(name: String, sha256: String, events: Int) {
      self.name = name
      self.sha256 = sha256
      self.events = events
    }
  }

  /// A step that kept some events.
  public struct CutflowStep: Sendable, Hashable, Codable {
    public var step: String
    public var events: Int

    public init(step: String, events: Int) {
      self.step = step
      self.events = events
    }
  }

  /// The function that describes the spectrum outside the signal region.
  public struct Fit: Sendable, Hashable, Codable {
    public var function: String
    /// The function's parameters, ln p0 first and then p1, p2 ..., shape `[n]`.
    public var parameters: [Double]
    /// Covariance of the parameters, shape `[n][n]`.
    public var covariance: [[Double]]
    @Nullable public var chi2: Double?
    @Nullable public var ndf: Int?
    @Nullable public var pValue: Double?
    public var converged: Bool
    /// Why an earlier declared function, or every one, was not used; `nil` if the first was.
    @Nullable public var remark: String?

    public init(
      function: String, parameters: [Double], covariance: [[Double]], chi2: Double?, ndf: Int?,
      pValue: Double?, converged: Bool, remark: String?
    ) {
      self.function = function
      self.parameters = parameters
      self.covariance = covariance
      self.chi2 = chi2
      self.ndf = ndf
      self.pValue = pValue
      self.converged = converged
      self.remark = remark
    }
  }

  /// The count in one signal region after one cut.
  public struct Measurement: Sendable, Hashable, Codable {
    /// Fraction of the events in the fit range that the cut keeps.
    public var efficiency: Double
    /// Events in the signal region; `nil` in a blind search.
    @Nullable public var observed: Double?
    /// Background expected there from the fit, with its standard deviation.
    @Nullable public var expected: Double?
    @Nullable public var expectedUncertainty: Double?
    /// How many spectra, one of each fold, were fitted to one signal; `nil` for a merged one.
    @Nullable public var simultaneousSpectra: Int?
    @Nullable public var localPValue: Double?
    @Nullable public var log10LocalPValue: Double?
    /// One-sided, in standard deviations; negative for a deficit.
    @Nullable public var localSignificance: Double?
    @Nullable public var marginalPValue: Double?
    /// Signal events of the signal-plus-background fit, with their standard deviation.
    @Nullable public var signalEvents: Double?
    @Nullable public var signalEventsUncertainty: Double?
    /// Mean of the fitted Gaussian in GeV, with its standard deviation.
    @Nullable public var massGeV: Double?
    @Nullable public var massUncertaintyGeV: Double?
    @Nullable public var fit: Fit?
    /// The change of the spectrum's shape by the cut; `nil` without a cut.
    @Nullable public var sculpting: MassSculpting?
    /// The local p-value from pseudo-experiments of this window and cut, with its significance.
    @Nullable public var calibratedPValue: GlobalPValue?
    @Nullable public var calibratedSignificance: Double?
    /// Mean and standard deviation of Z in pseudo-experiments without a signal.
    @Nullable public var nullMeanSignificance: Double?
    @Nullable public var nullSignificanceSpread: Double?

    public init(efficiency: Double) {
      self.efficiency = efficiency
    }
  }

  public struct Window: Sendable, Hashable, Codable {
    public var index: Int
    /// Lower and upper edge of the signal region in GeV.
    public var signalRegionGeV: [Double]
    /// Lower and upper edges of the two sidebands in GeV.
    public var sidebandsGeV: [[Double]]
    public var efficiencies: [Measurement]
    /// How much the score knows of m_JJ; `nil` in a blind search.
    @Nullable public var massDependence: MassDependence?

    public init(
      index: Int, signalRegionGeV: [Double], sidebandsGeV: [[Double]], efficiencies: [Measurement]
    ) {
      self.index = index
      self.signalRegionGeV = signalRegionGeV
      self.sidebandsGeV = sidebandsGeV
      self.efficiencies = efficiencies
    }
  }

  /// The window and cut with the smallest local p-value.
  public struct Excess: Sendable, Hashable, Codable {
    public var window: Int
    public var efficiency: Double
    @Nullable public var massGeV: Double?
    @Nullable public var massUncertaintyGeV: Double?
    public var windowCenterGeV: Double
    public var localPValue: Double
    public var log10LocalPValue: Double
    public var localSignificance: Double

    public init(
      window: Int, efficiency: Double, massGeV: Double?, massUncertaintyGeV: Double?,
      windowCenterGeV: Double, localPValue: Double, log10LocalPValue: Double,
      localSignificance: Double
    ) {
      self.window = window
      self.efficiency = efficiency
      self.massGeV = massGeV
      self.massUncertaintyGeV = massUncertaintyGeV
      self.windowCenterGeV = windowCenterGeV
      self.localPValue = localPValue
      self.log10LocalPValue = log10LocalPValue
      self.localSignificance = localSignificance
    }
  }

  /// How much of another sample passes the cuts.
  public struct AlsoScored: Sendable, Hashable, Codable {
    public var input: Input
    /// Events of the sample in the fit range.
    public var eventsInFitRange: Int
    /// Mean over the folds' models of the fraction of those events that passes, at
    /// `[window][efficiency]`.
    public var passFraction: [[Double]]

    public init(input: Input, eventsInFitRange: Int, passFraction: [[Double]]) {
      self.input = input
      self.eventsInFitRange = eventsInFitRange
      self.passFraction = passFraction
    }
  }

  public var schemaVersion = Self.currentSchemaVersion
  public var version: String
  public var method: String
  public var seed: UInt64
  public var instructionSet: String
  /// Whether p-values were calibrated on pseudo-data; a local p-value after a learned cut is not
  /// uniform under the null until then.
  public var calibrated: Bool
  /// Whether the signal regions' counts were withheld.
  public var blind: Bool
  public var planDigest: String
  public var input: Input
  /// The simulated background that the method learned from; `nil` if it does not.
  @Nullable public var simulation: Input?
  public var cutflow: [CutflowStep]
  /// Events that took no part in the training but were scored; empty if there were none.
  public var alsoScored: [AlsoScored] = []
  public var windows: [Window]
  /// `nil` if the search was blind or no fit converged.
  @Nullable public var bestExcess: Excess?
  /// The probability that background alone gives as small a local p-value anywhere.
  @Nullable public var globalPValue: GlobalPValue?
  /// Φ⁻¹(1 - p) of it.
  @Nullable public var globalSignificance: Double?
  @Nullable public var calibration: Calibration?
  /// What has to be said together with the answer, one sentence each.
  public var warnings: [String] = []

  public init(
    version: String, method: String, seed: UInt64, instructionSet: String, calibrated: Bool,
    blind: Bool, planDigest: String, input: Input, cutflow: [CutflowStep], windows: [Window],
    bestExcess: Excess?
  ) {
    self.version = version
    self.method = method
    self.seed = seed
    self.instructionSet = instructionSet
    self.calibrated = calibrated
    self.blind = blind
    self.planDigest = planDigest
    self.input = input
    self.cutflow = cutflow
    self.windows = windows
    self.bestExcess = bestExcess
  }
}

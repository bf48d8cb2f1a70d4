/// Everything that a report shows: the result and the numbers behind its figures.
///
/// `Reporting` draws a record and computes nothing.
public struct SearchRecord: Sendable, Codable {
  public var result: SearchResult
  public var plan: PlanSummary
  /// One per window and efficiency, in that order.
  public var spectra: [Spectrum]
  /// One per window: which parts of the plane of the two jet masses the method picks.
  public var efficiencyMaps: [EfficiencyMap]
  /// One per window: what the picked events look like.
  public var substructure: [Substructure]
  public var timing: [StageTiming]
  /// Searches without a signal; `nil` until the search was calibrated.
  public var nullSearches: NullSearches?

  /// The largest nominal significance of a search, in the data and in every pseudo-experiment;
  /// `nil` where no cut has a fit.
  public struct NullSearches: Sendable, Codable {
    public var observed: Double?
    public var pseudoExperiments: [Double?]

    public init(observed: Double?, pseudoExperiments: [Double?]) {
      self.observed = observed
      self.pseudoExperiments = pseudoExperiments
    }
  }

  public init(
    result: SearchResult, plan: PlanSummary, spectra: [Spectrum], efficiencyMaps: [EfficiencyMap],
    substructure: [Substructure], timing: [StageTiming]
  ) {
    self.result = result
    self.plan = plan
    self.spectra = spectra
    self.efficiencyMaps = efficiencyMaps
    self.substructure = substructure
    self.timing = timing
  }

  /// What a report says about the plan.
  public struct PlanSummary: Sendable, Codable {
    /// Free text from the plan that figures carry, such as an experiment's name.
    public var label: String
    /// Collision energy in GeV.
    public var sqrtS: Double
    /// Integrated luminosity in 1/fb; `nil` if the plan gives none.
    public var luminosity: Double?
    /// The plan as run, in YAML.
    public var yaml: String
    /// The method's name in print and its paper ("arXiv:1902.02634").
    public var methodTitle: String
    public var methodReference: String
    /// The command that makes the same result again.
    public var command: String

    public init(
      label: String, sqrtS: Double, luminosity: Double?, yaml: String, methodTitle: String,
      methodReference: String, command: String
    ) {
      self.label = label
      self.sqrtS = sqrtS
      self.luminosity = luminosity
      self.yaml = yaml
      self.methodTitle = methodTitle
      self.methodReference = methodReference
      self.command = command
    }
  }

  /// A mass spectrum after a cut, with the background fitted outside the signal region.
  public struct Spectrum: Sendable, Codable {
    public var window: Int
    public var efficiency: Double
    /// Bin edges in GeV, shape `[bins + 1]`.
    public var edges: [Double]
    /// Events per bin, shape `[bins]`; `nil` in a blinded bin.
    public var counts: [Double?]
    /// Fitted background per bin with its standard deviation, shape `[bins]`; `nil` without a fit.
    ///
    /// Beyond ``fittedRangeGeV`` the function is continued.
    public var expected: [Double]?
    public var expectedUncertainty: [Double]?
    /// Fitted signal per bin on top of the background; `nil` without a signal fit.
    public var signal: [Double]?
    public var signalRegionGeV: [Double]
    /// Σw² / Σw of the selected events, by which weighted counts become Poisson counts; `nil` for
    /// events of weight 1.
    public var weightScale: Double?
    /// The part of the spectrum that the fit describes, `[lower, upper]`; `nil` for all of it.
    public var fittedRangeGeV: [Double]?

    public init(
      window: Int, efficiency: Double, edges: [Double], counts: [Double?], expected: [Double]?,
      expectedUncertainty: [Double]?, signal: [Double]?, signalRegionGeV: [Double],
      weightScale: Double? = nil, fittedRangeGeV: [Double]? = nil
    ) {
      self.window = window
      self.efficiency = efficiency
      self.edges = edges
      self.counts = counts
      self.expected = expected
      self.expectedUncertainty = expectedUncertainty
      self.signal = signal
      self.signalRegionGeV = signalRegionGeV
      self.weightScale = weightScale
      self.fittedRangeGeV = fittedRangeGeV
    }
  }

  /// Mean score quantile of a window's signal region in cells of two features.
  public struct EfficiencyMap: Sendable, Codable {
    public var window: Int
    /// Axis titles with units.
    public var xLabel: String
    public var yLabel: String
    /// Cell edges, shapes `[nx + 1]` and `[ny + 1]`.
    public var xEdges: [Double]
    public var yEdges: [Double]
    /// Median background-like fraction: 1 - rank of the score, as an efficiency in (0, 1], at
    /// `[iy][ix]`; small = signal-like; `nil` where a cell is empty.
    public var efficiency: [[Double?]]

    public init(
      window: Int, xLabel: String, yLabel: String, xEdges: [Double], yEdges: [Double],
      efficiency: [[Double?]]
    ) {
      self.window = window
      self.xLabel = xLabel
      self.yLabel = yLabel
      self.xEdges = xEdges
      self.yEdges = yEdges
      self.efficiency = efficiency
    }
  }

  /// Selected events of a signal region over all of its events.
  public struct Substructure: Sendable, Codable {
    public var window: Int
    /// The cut that made the selection.
    public var efficiency: Double
    /// One panel per pair of features (jet masses, tau21, ...).
    public var panels: [Panel]

    public init(window: Int, efficiency: Double, panels: [Panel]) {
      self.window = window
      self.efficiency = efficiency
      self.panels = panels
    }

    public struct Panel: Sendable, Codable {
      public var xLabel: String
      public var yLabel: String
      /// A thinned set of all events, at most a few thousand: x and y, same shape.
      public var allX: [Double]
      public var allY: [Double]
      /// The selected events.
      public var selectedX: [Double]
      public var selectedY: [Double]

      public init(
        xLabel: String, yLabel: String, allX: [Double], allY: [Double], selectedX: [Double],
        selectedY: [Double]
      ) {
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.allX = allX
        self.allY = allY
        self.selectedX = selectedX
        self.selectedY = selectedY
      }
    }
  }

  public struct StageTiming: Sendable, Codable {
    public var stage: String
    public var seconds: Double

    public init(stage: String, seconds: Double) {
      self.stage = stage
      self.seconds = seconds
    }
  }
}

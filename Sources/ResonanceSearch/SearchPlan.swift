public import AnomalyMethods
public import EventModel
public import StatisticalInference

/// Everything that a search decides before it sees the data, as written in a YAML file.
///
/// Every key has a default; `yaml` writes all of them out. Masses in GeV.
public struct SearchPlan: Sendable, Hashable {
  /// Free text for figures, such as an experiment's name.
  public var label = ""
  /// Collision energy in GeV.
  public var sqrtS = 13_000.0
  /// Integrated luminosity in 1/fb, for figures only.
  public var luminosity: Double?
  public var method = MethodName.cwolaTrees
  public var features = FeatureSet.lhco41ByMass
  public var mass = MassPlan()
  public var folds = FoldPlan()
  /// Fractions of the events in the fit range that the cuts keep.
  public var efficiencies = [1, 0.1, 0.01, 0.002]
  public var fit = FitPlan()
  public var trees = TreePlan()
  public var network = NetworkPlan()
  public var pca = PrincipalComponentPlan()

  public init() {}

  /// Mass bins and the windows made from them.
  public struct MassPlan: Sendable, Hashable {
    /// Bin edges; `nil` for `bins` log-spaced bins in `range`.
    public var edges: [Double]?
    public var range = [2_800.0, 6_000.0]
    public var bins = 16
    public var signalRegionBins = 3
    public var sidebandBins = 2
    /// Indices of the windows to search; `nil` for all.
    public var windows: [Int]?
  }

  public struct FoldPlan: Sendable, Hashable {
    public var outer = 5
    public var scheme = Folds.Scheme.cross
  }

  /// How the spectrum outside the signal region is described.
  public struct FitPlan: Sendable, Hashable {
    /// Functions in the order in which they are tried.
    public var functions: [SpectrumFunction] = [.dijet4, .dijet5, .dijet3]
    /// A function is good enough if its chi2 p-value is at least this.
    public var minimumPValue = 0.01
    /// Fit bins per mass bin.
    public var subdivisions = 4
    /// The fit leaves out the signal region and this much on each side of it.
    public var maskMargin = 80.0
    /// A function with fewer events for each of its parameters is tried last.
    public var minimumEventsPerParameter = 300.0
  }

  /// Boosted trees: an ensemble, each member with its own random validation sample.
  public struct TreePlan: Sendable, Hashable {
    public var members = 10
    /// One part in so many validates.
    public var validationParts = 2
    public var maximumDepth = 6
    public var learningRate = 0.1
    /// Trees kept in any case: the validation loss hardly sees a weak signal.
    public var minimumRounds = 20
    public var maximumRounds = 100
    public var patience = 5
    public var minimumChildWeight = 50.0
    public var subsample = 1.0
    public var l2 = 50.0
    public var bins = 256
  }

  /// Dense networks: inner folds with restarts, the best by a validation metric.
  public struct NetworkPlan: Sendable, Hashable {
    public var innerFolds = 4
    public var restarts = 3
    public var hidden = [64, 32, 16, 4]
    public var activations = [ActivationName.relu, .elu, .elu, .elu]
    public var leakySlope = 0.1
    public var dropout = [0.2, 0.2, 0.2, 0]
    public var learningRate = 0.001
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var decay = 5e-4
    public var batchSize = 5_000
    public var epochs = 200
    public var patience = 50
    public var l2 = 0.0
    /// Whether the best epoch by the metric is kept; otherwise the last one is, without patience.
    public var keepBestEpoch = true
    /// The metric: efficiency on the signal region at this efficiency on the sidebands.
    public var metricEfficiency = 0.01
  }

  /// Activations of hidden layers by the names that plans use.
  public enum ActivationName: String, Sendable, Hashable, CaseIterable {
    case relu
    case leakyRelu = "leaky-relu"
    case elu, selu, tanh, sigmoid, linear
  }

  public struct PrincipalComponentPlan: Sendable, Hashable {
    public var components = 3
  }
}

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
    let all: [MassWindow]
    do {
      all = try binning().windows(
        signalRegionBins: mass.signalRegionBins, sidebandBins: mass.sidebandBins)
    } catch let error as PlanError {
      throw error
    } catch {
      throw .invalid(key: "mass.signalRegionBins", line: nil, reason: "\(error)")
    }
    let indices = mass.windows ?? Array(all.indices)
    for index in indices where !all.indices.contains(index) {
      throw .outOfRange(
        key: "mass.windows", line: nil, value: "\(index)", allowed: "0 ... \(all.count - 1)")
    }
    return indices.map { ($0, all[$0]) }
  }
}

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
  /// What features go through, learned by each training from its own events; `nil`: nothing, but
  /// for ``FeatureSet/atlas``, which comes with percentiles.
  public var transform: Transform?
  /// Features see m_J + jetMassShift m_JJ as the mass of a jet: the dependence test.
  public var jetMassShift = 0.0
  /// So many features of noise are added.
  public var noiseFeatures = 0
  public var selection = SelectionPlan()
  public var mass = MassPlan()
  public var folds = FoldPlan()
  /// Fractions of the selected events in the fit range that the cuts keep.
  public var efficiencies = [1, 0.1, 0.01, 0.002]
  public var fit = FitPlan()
  public var trees = TreePlan()
  public var network = NetworkPlan()
  public var saCWoLa = SimulationAugmentedPlan()
  public var reweighting = ReweightingPlan()
  public var pca = PrincipalComponentPlan()
  public var neighbourRatio = NeighbourPlan()
  public var autoencoder = AutoencoderPlan()
  public var tagNTrain = TagNTrainPlan()

  public init() {}

  /// Transforms of features by the names that plans use.
  public enum Transform: String, Sendable, Hashable, CaseIterable {
    /// The normal deviate of the same percentile, which draws long tails in.
    case rankGaussian = "rank-gaussian"
  }

  /// Which events are searched at all.
  public struct SelectionPlan: Sendable, Hashable {
    /// |y1 - y2| of the two leading jets must be below; `nil` cuts nothing.
    public var maximumRapidityDifference: Double?
    /// Takes the events that fail that cut instead: a validation region without much signal.
    public var invertRapidityDifference = false
  }

  /// Mass bins and the windows made from them.
  public struct MassPlan: Sendable, Hashable {
    /// Bin edges; `nil` for `bins` log-spaced bins in `range`.
    public var edges: [Double]?
    public var range = [2_800.0, 6_000.0]
    public var bins = 16
    public var signalRegionBins = 3
    public var sidebandBins = 2
    /// Bins of the longer sidebands in which simulation is reweighted to the data.
    public var reweightingBins = 4
    /// Parts of each mass bin that have percentiles of their own, for features that are percentiles.
    public var percentileSubdivisions = 1
    /// Indices of the windows to search; `nil` for all.
    public var windows: [Int]?
  }

  public struct FoldPlan: Sendable, Hashable {
    public var outer = 5
    public var scheme = Folds.Scheme.cross
  }

  /// How the spectrum outside the signal region is described.
  public struct FitPlan: Sendable, Hashable {
    /// How a function and the length of the sidebands are chosen.
    public enum Procedure: String, Sendable, Hashable, CaseIterable {
      /// The first function that describes the sidebands.
      case first
      /// As `first`; if none does, the sidebands shrink until one does (``SidebandChoice``).
      case atlas
    }

    /// Where a fit must describe the spectrum.
    public enum Quality: String, Sendable, Hashable, CaseIterable {
      /// In every bin that it was fitted to.
      case fittedBins = "fitted-bins"
      /// In the halves of the window's sidebands next to the signal region, masked or not.
      case nearSidebands = "near-sidebands"
    }

    /// Which spectra are fitted to one local p-value.
    public enum FoldSpectra: String, Sendable, Hashable, CaseIterable {
      /// The sum of the selected events of all folds.
      case merged
      /// One of each fold with a background of its own; the folds share the signal in proportion to
      /// their events (``SimultaneousCounting``).
      case simultaneous
    }

    public var procedure = Procedure.first
    public var folds = FoldSpectra.merged
    /// Functions in the order in which they are tried.
    public var functions: [SpectrumFunction] = [.dijet4, .dijet5, .dijet3]
    /// A function is good enough if its chi2 p-value is at least this.
    public var minimumPValue = 0.01
    public var quality = Quality.fittedBins
    /// Range of the spectrum, which holds all mass bins; `nil`: the mass bins.
    public var range: [Double]?
    /// Width of the fit bins; `nil`: mass bins, subdivided.
    ///
    /// The count in a signal region is that of its events all the same: a bin that holds one of its
    /// ends is split there.
    public var binWidth: Double?
    /// Fit bins per mass bin.
    public var subdivisions = 4
    /// The fit leaves out the signal region and this much on each side of it.
    public var maskMargin = 80.0
    /// What the fit leaves out instead, one range for each window of ``MassPlan``, searched or not.
    public var masks: [Range<Double>]?
    /// What each sideband loses at a time.
    public var sidebandStep = 400.0
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
    public var dropout: [Double] = [0, 0, 0, 0]
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
    /// Whether the best restart is kept; otherwise all are, and their mean counts.
    public var keepBestRestart = false
    /// What epochs and restarts compete by.
    ///
    /// A weak signal moves the efficiency at a tight cut less than its own statistical error does, so the
    /// papers' metric keeps lucky epochs (`Documentation/Methods/CWoLa.md`).
    public var metric = Metric.logLoss
    /// For ``Metric/efficiency``: the efficiency on the sidebands.
    public var metricEfficiency = 0.01

    /// How good a network is on its validation events.
    public enum Metric: String, Sendable, Hashable, CaseIterable {
      /// On the signal region, at one on the sidebands.
      case efficiency
      case logLoss = "log-loss"
      case areaUnderCurve = "area-under-curve"
    }
  }

  /// The penalty of SA-CWoLa.
  public struct SimulationAugmentedPlan: Sendable, Hashable {
    /// λ: the weight of the simulation in units of that of the data.
    public var penalty = 1.0
    /// Whether the simulation is reweighted to the data first.
    public var isReweighted = false
  }

  /// The networks that reweight simulation to the data: an ensemble with random validation samples.
  public struct ReweightingPlan: Sendable, Hashable {
    public var members = 3
    /// One part in so many validates.
    public var validationParts = 4
    /// Units of the hidden layers, with ReLU.
    public var hidden = [64, 64, 64]
    public var learningRate = 0.001
    public var batchSize = 1_000
    public var epochs = 30
    public var patience = 5
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

  public struct NeighbourPlan: Sendable, Hashable {
    public var neighbour = 100
  }
}

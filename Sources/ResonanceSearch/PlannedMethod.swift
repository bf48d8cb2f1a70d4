public import AnomalyMethods
import EventModel
public import Learners
import NeuralNetworks

extension SearchPlan {
  /// The method with the plan's settings.
  ///
  /// The feature set of the ATLAS search comes with its percentiles.
  public func makeMethod() -> any AnomalyMethod {
    switch method {
    case .cwolaTrees: transformed(CWoLa(treeEnsemble))
    case .cwolaNetwork: transformed(CWoLa(networkEnsemble))
    case .saladTrees:
      transformed(SALAD(reweighting: reweightingOfSimulation, ensemble: treeEnsemble))
    case .saladNetwork:
      transformed(SALAD(reweighting: reweightingOfSimulation, ensemble: networkEnsemble))
    case .saCWoLaTrees: transformed(simulationAugmented(treeEnsemble))
    case .saCWoLaNetwork: transformed(simulationAugmented(networkEnsemble))
    case .pca:
      transformed(
        PrincipalComponentAnalysis(
          components: PrincipalComponents(components: .count(pca.components))))
    case .neighbourRatio: transformed(NeighbourRatio(neighbour: neighbourRatio.neighbour))
    case .autoencoder:
      transformed(
        ReconstructionError(
          learner: autoencoder.learner,
          objects: autoencoder.objects == .wholeEvent
            ? .wholeEvent : .eachJet(autoencoder.combination)))
    case .tagNTrain:
      switch tagNTrain.classifier {
      case .trees: transformed(tagNTrain(RegionContrast.self, treeEnsemble))
      case .network: transformed(tagNTrain(RegionContrast.self, networkEnsemble))
      }
    case .tagNTrainInclusive:
      switch tagNTrain.classifier {
      case .trees: transformed(tagNTrain(InclusiveData.self, treeEnsemble))
      case .network: transformed(tagNTrain(InclusiveData.self, networkEnsemble))
      }
    }
  }

  /// Whether the method learns from simulated background.
  public var needsSimulation: Bool {
    func needsSimulation<Method: AnomalyMethod>(_: Method) -> Bool { Method.View.needsSimulation }
    return needsSimulation(makeMethod())
  }

  /// The boosted trees of the plan.
  public var treeEnsemble: ValidatedEnsemble<BoostedTrees> {
    ValidatedEnsemble(
      learner: BoostedTrees(
        maximumDepth: trees.maximumDepth, learningRate: trees.learningRate,
        minimumRounds: trees.minimumRounds, maximumRounds: trees.maximumRounds,
        patience: trees.patience, minimumChildWeight: trees.minimumChildWeight,
        subsample: trees.subsample, l2: trees.l2, bins: trees.bins),
      validation: .randomSplits(members: trees.members, parts: trees.validationParts),
      metric: .logLoss)
  }

  private var networkEnsemble: ValidatedEnsemble<NetworkClassifier> {
    ValidatedEnsemble(
      learner: NetworkClassifier(
        hidden: network.layers,
        optimizer: .adam(
          learningRate: network.learningRate, beta1: network.beta1, beta2: network.beta2),
        learningRateDecay: network.decay, batchSize: network.batchSize,
        epochs: network.epochs, patience: network.patience, l2: network.l2,
        keepsBestEpoch: network.keepBestEpoch),
      validation: network.keepBestRestart
        ? .crossValidation(folds: network.innerFolds, restarts: network.restarts)
        : .repeatedCrossValidation(folds: network.innerFolds, restarts: network.restarts),
      metric: network.validationMetric)
  }

  /// The networks that reweight simulation to the data.
  public var reweightingOfSimulation: SimulationReweighting<NetworkClassifier> {
    SimulationReweighting(
      ValidatedEnsemble(
        learner: NetworkClassifier(
          hidden: reweighting.hidden.map { DenseLayer(units: $0, activation: .relu) },
          optimizer: .adam(learningRate: reweighting.learningRate),
          batchSize: reweighting.batchSize, epochs: reweighting.epochs,
          patience: reweighting.patience),
        validation: .randomSplits(
          members: reweighting.members, parts: reweighting.validationParts),
        metric: .logLoss))
  }

  private func simulationAugmented<Learner: BinaryClassifierLearner>(
    _ ensemble: ValidatedEnsemble<Learner>
  ) -> SACWoLa<Learner, NetworkClassifier> {
    SACWoLa(
      ensemble: ensemble, penalty: saCWoLa.penalty,
      reweighting: saCWoLa.isReweighted ? reweightingOfSimulation : nil)
  }

  private func tagNTrain<View: TaggableView, Learner: BinaryClassifierLearner>(
    _: View.Type, _ ensemble: ValidatedEnsemble<Learner>
  ) -> TagNTrain<View, SubsampledEnsemble<Autoencoder>, Learner> {
    TagNTrain(
      reconstruction: autoencoder.learner, ensemble: ensemble, iterations: tagNTrain.iterations,
      combination: tagNTrain.combination)
  }

  private func transformed<Method: AnomalyMethod>(_ method: Method) -> any AnomalyMethod
  where Method.View: TransformableView {
    switch transform {
    case .rankGaussian: return Transformed(method, by: RankGaussianLearner())
    case nil:
      guard features == .atlas,
        let binning = try? binning().subdivided(by: mass.percentileSubdivisions)
      else { return method }
      return Transformed(method, by: PercentileLearner(binning: binning))
    }
  }
}

extension SearchPlan.NetworkPlan {
  var validationMetric: ValidationMetric {
    switch metric {
    case .efficiency: .efficiency(atNegativeEfficiency: metricEfficiency)
    case .logLoss: .logLoss
    case .areaUnderCurve: .areaUnderCurve
    }
  }

  /// The hidden layers from the inputs up.
  var layers: [DenseLayer] {
    hidden.indices.map {
      DenseLayer(
        units: hidden[$0], activation: activations[$0].activation(slope: leakySlope),
        dropout: dropout[$0])
    }
  }
}

extension SearchPlan.ActivationName {
  func activation(slope: Double) -> Activation {
    switch self {
    case .relu: .relu
    case .leakyRelu: .leakyReLU(slope: slope)
    case .elu: .elu
    case .selu: .selu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .linear: .linear
    }
  }
}

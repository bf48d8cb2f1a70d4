public import AnomalyMethods
import EventModel
import Learners
import NeuralNetworks

extension SearchPlan {
  /// The method with the plan's settings.
  ///
  /// The feature set of the ATLAS search comes with its percentile transform.
  public func makeMethod() -> any AnomalyMethod {
    switch method {
    case .cwolaTrees:
      decorrelated(
        CWoLa(
          learner: BoostedTrees(
            maximumDepth: trees.maximumDepth, learningRate: trees.learningRate,
            minimumRounds: trees.minimumRounds, maximumRounds: trees.maximumRounds,
            patience: trees.patience,
            minimumChildWeight: trees.minimumChildWeight, subsample: trees.subsample,
            l2: trees.l2, bins: trees.bins),
          validation: .randomSplits(members: trees.members, parts: trees.validationParts),
          metric: .logLoss))
    case .cwolaNetwork:
      decorrelated(
        CWoLa(
          learner: NetworkClassifier(
            hidden: network.layers,
            optimizer: .adam(
              learningRate: network.learningRate, beta1: network.beta1, beta2: network.beta2),
            learningRateDecay: network.decay, batchSize: network.batchSize,
            epochs: network.epochs, patience: network.patience, l2: network.l2,
            keepsBestEpoch: network.keepBestEpoch),
          validation: .crossValidation(folds: network.innerFolds, restarts: network.restarts),
          metric: .efficiency(atNegativeEfficiency: network.metricEfficiency)))
    case .pca:
      PrincipalComponentAnalysis(
        components: PrincipalComponents(components: .count(pca.components)))
    }
  }

  private func decorrelated<Method: AnomalyMethod>(_ method: Method) -> any AnomalyMethod
  where Method.View == RegionContrast {
    guard features == .atlas,
      let binning = try? binning().subdivided(by: mass.percentileSubdivisions)
    else { return method }
    return PercentileTransformed(method, binning: binning)
  }
}

extension SearchPlan.NetworkPlan {
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

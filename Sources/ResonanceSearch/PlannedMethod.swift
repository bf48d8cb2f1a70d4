public import AnomalyMethods
import Learners

extension SearchPlan {
  /// The method with the plan's settings.
  public func makeMethod() -> any AnomalyMethod {
    switch method {
    case .cwolaTrees:
      CWoLa(
        learner: BoostedTrees(
          maximumDepth: trees.maximumDepth, learningRate: trees.learningRate,
          maximumRounds: trees.maximumRounds, patience: trees.patience,
          minimumChildWeight: trees.minimumChildWeight, subsample: trees.subsample, l2: trees.l2,
          bins: trees.bins),
        validation: .randomSplits(members: trees.members, parts: trees.validationParts),
        metric: .logLoss)
    case .cwolaNetwork:
      CWoLa(
        learner: BoostedTrees(), validation: .randomSplits(members: 1, parts: 4), metric: .logLoss)
    case .pca:
      PrincipalComponentAnalysis(components: PrincipalComponents(components: .count(pca.components)))
    }
  }
}

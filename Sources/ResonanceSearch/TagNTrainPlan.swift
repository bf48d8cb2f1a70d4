import AnomalyMethods
public import Learners

extension SearchPlan {
  /// Tag N' Train: which events are tagged, and what learns from them.
  public struct TagNTrainPlan: Sendable, Hashable {
    public enum Classifier: String, Sendable, Hashable, CaseIterable {
      case trees, network
    }

    public var classifier = Classifier.trees
    /// Fraction of highest scores in each iteration.
    public var signalLike = [0.2, 0.1]
    /// Fraction of lowest scores in each iteration.
    public var backgroundLike = [0.4, 0.4]
    public var combination = RankCombination.product
  }
}

extension SearchPlan.TagNTrainPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["classifier", "signalLike", "backgroundLike", "combination"])
    self.init()
    classifier = try reader.choice("classifier", default: classifier)
    signalLike = try reader.numbers("signalLike", default: signalLike, in: 1e-6...1)
    backgroundLike = try reader.numbers("backgroundLike", default: backgroundLike, in: 1e-6...1)
    combination = try reader.choice("combination", default: combination)
    guard !signalLike.isEmpty else {
      throw reader.invalid("signalLike", "needs one fraction an iteration, one at least")
    }
    guard backgroundLike.count == signalLike.count else {
      throw reader.invalid(
        "backgroundLike",
        "has \(backgroundLike.count) values for \(signalLike.count) iterations of signalLike")
    }
    if let pair = zip(signalLike, backgroundLike).first(where: { $0 + $1 > 1 }) {
      throw reader.invalid(
        "signalLike", "and backgroundLike overlap: \(pair.0) and \(pair.1) are more than 1")
    }
  }

  var yaml: String {
    """
    # Used by tag-n-train and tag-n-train-inclusive, beside autoencoder (which tags first) and
    # trees or network (the classifiers).
    tagNTrain:
      # trees or network, with the settings of that section.
      classifier: \(classifier.rawValue)
      # Fractions of highest and lowest scores that are tagged, one each for every iteration.
      signalLike: \(SearchPlan.list(signalLike))
      backgroundLike: \(SearchPlan.list(backgroundLike))
      # both or product, as for autoencoder.
      combination: \(combination.rawValue)
    """
  }

  var iterations: [Tagging] {
    zip(signalLike, backgroundLike).map { Tagging(signalLike: $0, backgroundLike: $1) }
  }
}

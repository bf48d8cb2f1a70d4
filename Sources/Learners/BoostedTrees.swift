public import EventModel
import Foundation
public import Randomness

/// Gradient-boosted decision trees on histograms (XGBoost, arXiv:1603.02754).
///
/// Training minimises the weighted binary cross-entropy and keeps the number of trees, at least
/// ``minimumRounds``, at which the cross-entropy of the validation events was lowest. The weights of both samples are scaled to a
/// mean of 1 first, so ``minimumChildWeight`` and ``l2`` mean the same whatever their unit. One
/// thread; the scores do not change with the number of trainings that run beside it.
public struct BoostedTrees: BinaryClassifierLearner {
  /// Splits between root and leaf, from 1 to 20.
  public var maximumDepth: Int
  /// How much of a tree's step is taken, in (0, 1].
  public var learningRate: Double
  /// Trees that are kept in any case (or ``maximumRounds``, if that is fewer).
  ///
  /// A signal of a few per mille hardly moves the validation loss: stopping by it alone ends after
  /// two or three trees, before they have found the signal.
  public var minimumRounds: Int
  public var maximumRounds: Int
  /// Rounds without progress on the validation events after which training stops.
  public var patience: Int
  /// Least sum of w p (1 - p) in a leaf; an undecided event of weight 1 brings 0.25.
  public var minimumChildWeight: Double
  /// The part of the events that each tree sees, in (0, 1].
  public var subsample: Double
  /// Penalty on the squares of the leaves' values.
  public var l2: Double
  /// Histogram bins a feature, from 2 to 65,536.
  public var bins: Int

  public init(
    maximumDepth: Int = 6, learningRate: Double = 0.1, minimumRounds: Int = 20,
    maximumRounds: Int = 100, patience: Int = 5, minimumChildWeight: Double = 50,
    subsample: Double = 1, l2: Double = 50, bins: Int = 256
  ) {
    self.maximumDepth = maximumDepth
    self.learningRate = learningRate
    self.minimumRounds = minimumRounds
    self.maximumRounds = maximumRounds
    self.patience = patience
    self.minimumChildWeight = minimumChildWeight
    self.subsample = subsample
    self.l2 = l2
    self.bins = bins
  }

  public func fit(
    training: Contrast, validation: Contrast, metric: ValidationMetric, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> FittedClassifier<BoostedTreesModel> {
    try checkSettings()
    try training.checked()
    try validation.checked()
    let features = training.positive.events.features
    guard !features.isEmpty else { throw LearnerError.noFeatures }
    try validation.positive.events.requireFeatures(features)

    let trainingMatrix = try XGBoostMatrix(training)
    let validationMatrix = try XGBoostMatrix(validation)
    let booster = try XGBoostBooster(
      parameters: parameters(seed: seed), watching: [trainingMatrix, validationMatrix])

    let alwaysKept = min(minimumRounds, maximumRounds)
    var best = (round: 0, loss: Double.infinity, margins: [Float]())
    var round = 0
    while round < maximumRounds, round < alwaysKept || round - best.round < patience {
      if isCancelled() { throw CancellationError() }
      try booster.addTree(round: round, learningFrom: trainingMatrix)
      round += 1
      if round < alwaysKept { continue }
      let margins = try booster.margins(of: validationMatrix)
      let loss = validation.crossEntropy(margins: margins)
      guard loss.isFinite else { throw LearnerError.diverged(round: round) }
      if loss < best.loss { best = (round, loss, margins) }
    }

    let model = BoostedTreesModel(
      booster: try booster.keeping(rounds: best.round), features: features)
    return FittedClassifier(
      model: model,
      validationMetric: try validation.value(
        of: metric, scores: best.margins.map { 1 / (1 + exp(-$0)) }),
      ending: round - best.round >= patience
        ? .patienceExhausted(keptRound: best.round, lastRound: round)
        : .roundLimit(keptRound: best.round, lastRound: round))
  }

  private func checkSettings() throws(LearnerError) {
    func check(_ isAllowed: Bool, _ name: String, _ value: any Numeric, _ allowed: String)
      throws(LearnerError)
    {
      guard isAllowed else { throw .badSetting(name: name, value: "\(value)", allowed: allowed) }
    }
    try check((1...20).contains(maximumDepth), "maximumDepth", maximumDepth, "1 ... 20")
    try check(
      learningRate > 0 && learningRate <= 1, "learningRate", learningRate, "above 0, at most 1")
    try check(minimumRounds >= 1, "minimumRounds", minimumRounds, "at least 1")
    try check(maximumRounds >= 1, "maximumRounds", maximumRounds, "at least 1")
    try check(patience >= 1, "patience", patience, "at least 1")
    try check(
      minimumChildWeight >= 0 && minimumChildWeight.isFinite, "minimumChildWeight",
      minimumChildWeight, "at least 0")
    try check(subsample > 0 && subsample <= 1, "subsample", subsample, "above 0, at most 1")
    try check(l2 >= 0 && l2.isFinite, "l2", l2, "at least 0")
    try check((2...65_536).contains(bins), "bins", bins, "2 ... 65,536")
  }

  private func parameters(seed: Seed) -> [(name: String, value: String)] {
    [
      ("validate_parameters", "1"), ("verbosity", "0"), ("nthread", "1"),
      ("objective", "binary:logistic"), ("base_score", "0.5"), ("disable_default_eval_metric", "1"),
      ("tree_method", "hist"), ("max_depth", "\(maximumDepth)"), ("eta", "\(learningRate)"),
      ("min_child_weight", "\(minimumChildWeight)"), ("subsample", "\(subsample)"),
      ("lambda", "\(l2)"), ("max_bin", "\(bins)"),
      // The library's seed is a signed 32-bit number, and 0 means "not set" to some of its parts.
      ("seed", "\(1 + seed.value % 0x7fff_fffe)"), ("seed_per_iteration", "1"),
    ]
  }
}

/// Trained boosted trees; a score is the probability of being positive.
public struct BoostedTreesModel: EventScorer {
  let booster: XGBoostBooster
  public let features: [Feature]

  public func scores(_ events: EventSlice) throws -> [Float] {
    try events.requireFeatures(features)
    return try booster.probabilities(values: events.rowMajor(), rows: events.count)
  }
}

extension XGBoostMatrix {
  /// Copies both samples, the positive one first, with weights of mean 1.
  fileprivate convenience init(_ contrast: Contrast) throws(XGBoostError) {
    let (positive, negative) = (contrast.positive, contrast.negative)
    let weights = positive.weights + negative.weights
    let scale = Double(weights.count) / weights.reduce(0, +)
    try self.init(
      values: positive.events.rowMajor() + negative.events.rowMajor(),
      labels: [Float](repeating: 1, count: positive.count)
        + [Float](repeating: 0, count: negative.count),
      weights: weights.map { Float($0 * scale) })
  }
}

extension Contrast {
  /// Sum of the weighted cross-entropy, given log-odds in the order of ``XGBoostMatrix``.
  fileprivate func crossEntropy(margins: [Float]) -> Double {
    func loss(_ margins: ArraySlice<Float>, _ weights: [Double], sign: Double) -> Double {
      zip(margins, weights).reduce(0) { sum, event in
        // ln(1 + e^-x) without overflow; x > 0 means "right".
        let x = sign * Double(event.0)
        return sum + event.1 * (max(-x, 0) + log1p(exp(-abs(x))))
      }
    }
    return loss(margins.prefix(positive.count), positive.weights, sign: 1)
      + loss(margins.dropFirst(positive.count), negative.weights, sign: -1)
  }
}

extension EventSlice {
  /// Feature `j` of event `i` at `[i * features.count + j]`.
  func rowMajor() -> [Float] {
    let width = features.count
    var values = [Float](repeating: 0, count: count * width)
    for feature in 0..<width {
      for (event, value) in column(feature).enumerated() { values[event * width + feature] = value }
    }
    return values
  }
}

extension ValidationMetric {
  /// Scores both samples and compares them.
  func value(of model: some EventScorer, on contrast: Contrast) throws -> Double {
    try value(
      positive: (model.scores(contrast.positive.events), contrast.positive.weights),
      negative: (model.scores(contrast.negative.events), contrast.negative.weights))
  }
}

public import EventModel
public import Randomness

/// The ratio of two histograms in all features together: the best classifier for two features.
///
/// The seminar's reference for its toy (section 5.1, Fig. 5): it needs no training and is nearly
/// optimal where cells are well filled, but their number grows as bins to the power of features.
/// Cells are equal in width between the smallest and largest value of the training events; the
/// score of a cell is positive / (positive + negative), drawn to one half by one event of each.
public struct HistogramClassifier: BinaryClassifierLearner {
  /// Cells along each feature, at least 1.
  public var bins: Int

  public init(bins: Int = 20) {
    self.bins = bins
  }

  public func fit(
    training: Contrast, validation: Contrast, metric: ValidationMetric, seed _: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> FittedClassifier<HistogramClassifierModel> {
    try training.checked()
    try validation.checked()
    let features = training.positive.events.features
    guard bins >= 1, features.count <= 4 else {
      throw LearnerError.badSetting(
        name: "bins", value: "\(bins) in \(features.count) features",
        allowed: "at least 1, in at most 4 features")
    }
    let grid = FeatureGrid(training.positive.events, training.negative.events, bins: bins)
    var positive = [Double](repeating: 1, count: grid.cellCount)
    var negative = positive
    for (cell, weight) in zip(grid.cells(training.positive.events), training.positive.weights) {
      positive[cell] += weight
    }
    for (cell, weight) in zip(grid.cells(training.negative.events), training.negative.weights) {
      negative[cell] += weight
    }
    let model = HistogramClassifierModel(
      grid: grid, features: features,
      probabilities: zip(positive, negative).map { Float($0 / ($0 + $1)) })
    return FittedClassifier(
      model: model, validationMetric: try metric.value(of: model, on: validation),
      ending: .roundLimit(keptRound: 1, lastRound: 1))
  }
}

/// A filled ratio of histograms; a score is the probability of being positive.
public struct HistogramClassifierModel: EventScorer {
  let grid: FeatureGrid
  public let features: [Feature]
  let probabilities: [Float]

  public func scores(_ events: EventSlice) throws -> [Float] {
    guard events.features == features else {
      throw LearnerError.featureMismatch(expected: features, found: events.features)
    }
    return grid.cells(events).map { probabilities[$0] }
  }
}

/// Cells of equal width in every feature.
struct FeatureGrid: Sendable {
  let ranges: [ClosedRange<Float>]
  let bins: Int

  init(_ first: EventSlice, _ second: EventSlice, bins: Int) {
    self.bins = bins
    ranges = zip(first.columns, second.columns).map { first, second in
      let values = first + second
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
  }

  var cellCount: Int { ranges.reduce(1) { count, _ in count * bins } }

  /// The cell of each event; values outside the grid count to its border.
  func cells(_ events: EventSlice) -> [Int] {
    var cells = [Int](repeating: 0, count: events.count)
    for (range, column) in zip(ranges, events.columns) {
      let width = range.upperBound - range.lowerBound
      for (event, value) in column.enumerated() {
        let position = width > 0 ? (value - range.lowerBound) / width * Float(bins) : 0
        cells[event] = cells[event] * bins + Int(min(max(position, 0), Float(bins - 1)))
      }
    }
    return cells
  }
}

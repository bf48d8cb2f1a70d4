import EventFiles
import EventModel
import Foundation
import Learners
import Randomness

/// Times trainings of boosted trees on a table, on one thread.
///
/// Usage: benchmark-trees TABLE.npy MINIMUM_ROUNDS MAXIMUM_ROUNDS REPETITIONS
/// TABLE: rows of features, then 1 for the positive sample, then 1 for validation. Prints the
/// processor time of each training and its scoring of all rows, the rounds kept and the area under
/// the curve on the validation rows as JSON.
struct Output: Encodable {
  let seconds: [Double]
  let rounds: Int
  let areaUnderCurve: Double
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let minimum = Int(arguments[2]), let maximum = Int(arguments[3]),
  let repetitions = Int(arguments[4])
else {
  FileHandle.standardError.write(
    Data(
      "usage: benchmark-trees TABLE.npy MINIMUM_ROUNDS MAXIMUM_ROUNDS REPETITIONS\n".utf8))
  exit(2)
}
let array = try NumPyArray(reading: arguments[1])
let features: [Feature] = [
  .lighterJetMass, .jetMassDifference, .lighterJetTau21, .heavierJetTau21,
]
let table = try EventTable(
  dijetMass: [Double](repeating: 3_500, count: array.rowCount), features: features,
  columns: features.indices.map { array.columns[$0].map { Float($0) } })
let (label, validates) = (array.columns[features.count], array.columns[features.count + 1])

func contrast(_ part: Double) -> Contrast {
  func sample(_ isPositive: Double) -> WeightedEvents {
    WeightedEvents(
      table[table.dijetMass.indices.filter { label[$0] == isPositive && validates[$0] == part }])
  }
  return Contrast(positive: sample(1), negative: sample(0))
}

let learner = BoostedTrees(minimumRounds: minimum, maximumRounds: maximum)
let (training, validation) = (contrast(0), contrast(1))
var seconds: [Double] = []
var output: Output?
for _ in 0..<repetitions {
  let start = clock()
  let fitted = try learner.fit(
    training: training, validation: validation, metric: .areaUnderCurve, seed: Seed(1))
  _ = try fitted.model.scores(table.all)
  seconds.append(Double(clock() - start) / Double(CLOCKS_PER_SEC))
  let kept =
    switch fitted.ending {
    case .patienceExhausted(let kept, _), .roundLimit(let kept, _): kept
    }
  output = Output(seconds: seconds, rounds: kept, areaUnderCurve: fitted.validationMetric)
}
if let output { print(String(decoding: try JSONEncoder().encode(output), as: UTF8.self)) }

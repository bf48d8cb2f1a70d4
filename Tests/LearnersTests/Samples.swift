import EventModel
import Foundation
import Randomness

/// Three features: uniform, a power shifted towards 1, and one that follows the first two.
///
/// `Validation/learners.py` makes the same numbers.
func sample(state: UInt64, count: Int, shift: Double) throws -> EventSlice {
  var generator = SplitMix64(state: state)
  var columns = [[Float]](repeating: [], count: 3)
  for _ in 0..<count {
    let a = generator.uniform()
    let b = pow(generator.uniform(), 1 / (1 + shift))
    let c = generator.uniform()
    columns[0].append(Float(a))
    columns[1].append(Float(b))
    columns[2].append(Float(a + 2 * b + 0.5 * c))
  }
  return try table(columns).all
}

/// A table whose features have no meaning, one event a GeV from 3000 GeV on.
func table(_ columns: [[Float]]) throws -> EventTable {
  try EventTable(
    dijetMass: (0..<(columns.first?.count ?? 0)).map { 3_000 + Double($0) },
    features: Array(Feature.allCases.prefix(columns.count)), columns: columns)
}

import NumericalCore

/// The weighted distribution of numbers as they were measured.
struct EmpiricalDistribution: Sendable {
  /// Distinct values that have weight, ascending.
  private(set) var values: [Float] = []
  /// Fraction of the weight below each value, and 1 at the end.
  private var below: [Double] = []

  /// Sorts a sample; events without weight are left out.
  init(_ sample: [(value: Float, weight: Double)]) {
    let total = sample.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for (value, weight) in sample.sorted(by: { $0.value < $1.value }) where weight > 0 {
      if values.last != value {
        values.append(value)
        below.append(sum / total)
      }
      sum += weight
    }
    below.append(1)
  }

  /// The fraction of the weight below a value, from 0 to 1; what is equal to it counts half.
  func percentile(of value: Float) -> Double {
    let position = position(of: value)
    guard position < values.count, values[position] == value else { return below[position] }
    return percentile(at: position)
  }

  /// The percentile of `values[position]`, above 0 and below 1.
  func percentile(at position: Int) -> Double {
    (below[position] + below[position + 1]) / 2
  }

  /// How many of ``values`` lie below a value.
  func position(of value: Float) -> Int { values.partitioningIndex { $0 >= value } }
}

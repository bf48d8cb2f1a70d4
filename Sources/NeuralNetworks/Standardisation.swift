/// The change of units that gives every input mean 0 and standard deviation 1.
///
/// x -> (x - mean) / scale. A network carries it, so that its users give plain features.
public struct Standardisation: Sendable, Hashable, Codable {
  /// Shape `[features]`.
  public let means: [Float]
  /// Shape `[features]`, all positive.
  public let scales: [Float]

  /// Leaves inputs as they are.
  ///
  /// - Parameter features: Number of features.
  /// - Returns: Means 0, scales 1.
  public static func identity(features: Int) -> Standardisation {
    Standardisation(
      means: Array(repeating: 0, count: features), scales: Array(repeating: 1, count: features))
  }

  /// Mean and standard deviation of each column, every event counted once.
  ///
  /// A column of one value carries no information; its scale is 1.
  ///
  /// - Parameter columns: Shape `[features][events]`, at least one event, finite.
  public init(of columns: [[Float]]) {
    var means: [Float] = []
    var scales: [Float] = []
    for column in columns {
      let count = Double(max(column.count, 1))
      let mean = column.reduce(0.0) { $0 + Double($1) } / count
      let variance =
        column.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
      let scale = Float(variance.squareRoot())
      means.append(Float(mean))
      scales.append(scale.isNormal && scale > abs(Float(mean)) * 1e-6 ? scale : 1)
    }
    self.means = means
    self.scales = scales
  }

  /// Takes a change of units of another kind.
  ///
  /// - Parameters:
  ///   - means: What is subtracted, shape `[features]`.
  ///   - scales: What is divided by, positive, the same shape.
  public init(means: [Float], scales: [Float]) {
    precondition(means.count == scales.count, "one mean and one scale a feature")
    self.means = means
    self.scales = scales
  }

  /// The columns in the new units.
  ///
  /// - Parameter columns: Shape `[features][events]`.
  /// - Returns: The same shape.
  public func applied(to columns: [[Float]]) -> [[Float]] {
    columns.enumerated().map { feature, column in
      let scale = 1 / scales[feature]
      return column.map { ($0 - means[feature]) * scale }
    }
  }

  /// Writes rows `first ..< first + count` of the columns to `out[feature * stride + row]`.
  func apply(
    to columns: [[Float]], first: Int = 0, count: Int, stride: Int,
    out: UnsafeMutablePointer<Float>
  ) {
    for (feature, column) in columns.enumerated() {
      let mean = means[feature]
      let scale = 1 / scales[feature]
      column.withUnsafeBufferPointer { values in
        let target = out + feature * stride
        for row in 0..<count { target[row] = (values[first + row] - mean) * scale }
      }
    }
  }
}

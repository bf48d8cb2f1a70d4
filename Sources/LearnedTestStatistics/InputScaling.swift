public import NeuralNetworks

/// How columns are brought to sizes that a network can take.
public enum InputScaling: String, Sendable, Hashable, Codable, CaseIterable {
  /// Columns with a negative value are standardised, the others divided by their mean:
  /// arXiv:1912.12155, section 2.
  case paper
  /// Every column is given mean 0 and standard deviation 1.
  case standardise
  /// Nothing is done.
  case none

  /// Finds means and scales on data and reference together.
  ///
  /// - Parameter columns: Shape `[columns][events]`, finite.
  /// - Returns: The change of units of each column; a column of one value is left in its scale.
  public func standardisation(of columns: [[Float]]) -> Standardisation {
    let own = Standardisation(of: columns)
    switch self {
    case .none: return .identity(features: columns.count)
    case .standardise: return own
    case .paper:
      let isSigned = columns.map { column in column.contains { $0 < 0 } }
      let place = columns.indices.map { isSigned[$0] ? own.means[$0] : 0 }
      let scales = columns.indices.map { column in
        isSigned[column] || !(own.means[column] > 0) ? own.scales[column] : own.means[column]
      }
      return Standardisation(means: place, scales: scales)
    }
  }
}

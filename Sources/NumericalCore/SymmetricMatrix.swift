internal import Foundation

/// A small dense symmetric matrix, such as a covariance.
public struct SymmetricMatrix: Sendable, Hashable {
  public let count: Int
  /// All elements, row after row, shape `[count * count]`.
  private var elements: [Double]

  /// Makes a matrix of zeros.
  public init(zeros count: Int) {
    self.count = count
    elements = [Double](repeating: 0, count: count * count)
  }

  /// Takes the lower triangle of a square matrix and mirrors it.
  ///
  /// Precondition: `elements`, row after row, are as many as `count` squared.
  public init(count: Int, lowerTriangle elements: [Double]) {
    precondition(elements.count == count * count)
    self.count = count
    self.elements = elements
    for row in 0..<count {
      for column in 0..<row { self.elements[column * count + row] = elements[row * count + column] }
    }
  }

  /// Reads or writes an element and its mirror image.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * count + column] }
    set {
      elements[row * count + column] = newValue
      elements[column * count + row] = newValue
    }
  }

  /// The elements as rows, shape `[count][count]`.
  public var rows: [[Double]] {
    (0..<count).map { Array(elements[($0 * count)..<(($0 + 1) * count)]) }
  }

  /// Computes vᵀ M v: the variance of a linear combination, if this is a covariance.
  public func quadraticForm(_ vector: [Double]) -> Double {
    precondition(vector.count == count)
    var sum = 0.0
    for i in 0..<count {
      for j in 0..<count { sum += vector[i] * elements[i * count + j] * vector[j] }
    }
    return sum
  }

  /// Computes vᵀ M v of many vectors.
  ///
  /// - Parameter vectors: One after the other, shape `[n * count]`.
  /// - Returns: One number for each, shape `[n]`.
  public func quadraticForms(_ vectors: [Double]) -> [Double] {
    precondition(count > 0 && vectors.count % count == 0)
    return vectors.withUnsafeBufferPointer { vectors in
      elements.withUnsafeBufferPointer { elements in
        stride(from: 0, to: vectors.count, by: count).map { first in
          var sum = 0.0
          for i in 0..<count {
            for j in 0..<count {
              sum += vectors[first + i] * elements[i * count + j] * vectors[first + j]
            }
          }
          return sum
        }
      }
    }
  }

  /// Computes J M Jᵀ: the covariance of linear combinations.
  ///
  /// - Parameter jacobian: One row for each new quantity, shape `[new][count]`.
  /// - Returns: A matrix of `new` rows.
  public func transformed(by jacobian: [[Double]]) -> SymmetricMatrix {
    var result = SymmetricMatrix(zeros: jacobian.count)
    for a in 0..<jacobian.count {
      for b in 0...a {
        var sum = 0.0
        for i in 0..<count {
          for j in 0..<count { sum += jacobian[a][i] * elements[i * count + j] * jacobian[b][j] }
        }
        result[a, b] = sum
      }
    }
    return result
  }

  /// Takes the rows and columns of the given indices, in their order.
  public func restricted(to indices: [Int]) -> SymmetricMatrix {
    var result = SymmetricMatrix(zeros: indices.count)
    for (a, i) in indices.enumerated() {
      for (b, j) in indices.enumerated() where b <= a {
        result[a, b] = elements[i * count + j]
      }
    }
    return result
  }

  /// Factors the matrix as L Lᵀ, or returns `nil` unless it is safely positive definite.
  ///
  /// A pivot below 1e-13 of its diagonal element counts as zero: what is left there is rounding.
  public func cholesky() -> CholeskyFactor? {
    var lower = elements
    for i in 0..<count {
      for j in 0...i {
        var sum = lower[i * count + j]
        for k in 0..<j { sum -= lower[i * count + k] * lower[j * count + k] }
        if i == j {
          guard sum.isFinite, sum > 1e-13 * elements[i * count + i] else { return nil }
          lower[i * count + i] = sum.squareRoot()
        } else {
          lower[i * count + j] = sum / lower[j * count + j]
        }
      }
    }
    return CholeskyFactor(count: count, lower: lower)
  }
}

/// The lower triangle L of a positive definite matrix L Lᵀ.
public struct CholeskyFactor: Sendable {
  let count: Int
  let lower: [Double]

  /// Solves L Lᵀ x = b.
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == count)
    var x = b
    for i in 0..<count {
      for k in 0..<i { x[i] -= lower[i * count + k] * x[k] }
      x[i] /= lower[i * count + i]
    }
    for i in stride(from: count - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(count, i + 1) { x[i] -= lower[k * count + i] * x[k] }
      x[i] /= lower[i * count + i]
    }
    return x
  }

  /// The inverse of the factored matrix.
  public var inverse: SymmetricMatrix {
    var result = SymmetricMatrix(zeros: count)
    for j in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[j] = 1
      let column = solve(unit)
      for i in j..<count { result[i, j] = column[i] }
    }
    return result
  }
}

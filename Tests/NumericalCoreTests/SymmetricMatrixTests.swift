import NumericalCore
import Testing

struct SymmetricMatrixTests {
  /// The Hilbert matrix, whose inverse has integer elements.
  private func hilbert(_ count: Int) -> SymmetricMatrix {
    var matrix = SymmetricMatrix(zeros: count)
    for i in 0..<count {
      for j in 0...i { matrix[i, j] = 1 / Double(i + j + 1) }
    }
    return matrix
  }

  @Test func `The inverse of the Hilbert matrix is that of the textbook`() throws {
    let inverse = try #require(hilbert(3).cholesky()).inverse
    let expected: [[Double]] = [[9, -36, 30], [-36, 192, -180], [30, -180, 180]]
    for i in 0..<3 {
      for j in 0..<3 { #expect(abs(inverse[i, j] - expected[i][j]) < 1e-10) }
    }
  }

  @Test func `Solving gives back the vector`() throws {
    let matrix = hilbert(4)
    let x = [1.0, -2, 3, 0.5]
    let b = matrix.rows.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
    let solved = try #require(matrix.cholesky()).solve(b)
    for (a, c) in zip(solved, x) { #expect(abs(a - c) < 1e-10) }
  }

  @Test func `A singular or indefinite matrix has no factor`() {
    var singular = SymmetricMatrix(zeros: 2)
    singular[0, 0] = 1
    singular[0, 1] = 2
    singular[1, 1] = 4
    #expect(singular.cholesky() == nil)
    singular[1, 1] = 3
    #expect(singular.cholesky() == nil)
    singular[1, 1] = .nan
    #expect(singular.cholesky() == nil)
    singular[1, 1] = 5
    #expect(singular.cholesky() != nil)
  }

  @Test func `A covariance of sums follows from the Jacobian`() {
    var covariance = SymmetricMatrix(zeros: 2)
    covariance[0, 0] = 4
    covariance[1, 1] = 9
    covariance[0, 1] = 1
    #expect(covariance.quadraticForm([1, 1]) == 15)
    let transformed = covariance.transformed(by: [[1, 1], [1, -1]])
    #expect(transformed.rows == [[15, -5], [-5, 11]])
    #expect(covariance.restricted(to: [1]).rows == [[9]])
  }
}

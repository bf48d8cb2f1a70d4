import CGSL

/// The eigenvalues and eigenvectors of a real symmetric matrix.
///
/// Householder tridiagonalisation and QR steps (GSL), O(n³).
public struct SymmetricEigen: Sendable {
  /// Descending.
  public let values: [Double]
  /// Vector `[k]` belongs to `values[k]`: unit length, its component of largest magnitude positive.
  public let vectors: [[Double]]

  /// Decomposes a square matrix with finite elements, of which it reads the lower triangle.
  ///
  /// Precondition: `matrix` is square and not empty.
  public init(_ matrix: [[Double]]) {
    let size = matrix.count
    precondition(
      size > 0 && matrix.allSatisfy { $0.count == size }, "an eigenproblem needs a square matrix")
    // GSL aborts or returns nil only for a size of 0 or memory exhausted.
    guard let work = gsl_eigen_symmv_alloc(size), let copy = gsl_matrix_alloc(size, size),
      let values = gsl_vector_alloc(size), let vectors = gsl_matrix_alloc(size, size)
    else { fatalError("out of memory for a matrix of \(size) rows") }
    defer {
      gsl_eigen_symmv_free(work)
      gsl_matrix_free(copy)
      gsl_vector_free(values)
      gsl_matrix_free(vectors)
    }
    for (i, row) in matrix.enumerated() {
      for (j, element) in row.enumerated() { gsl_matrix_set(copy, i, j, element) }
    }
    gsl_eigen_symmv(copy, values, vectors, work)
    gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_DESC)
    self.values = (0..<size).map { gsl_vector_get(values, $0) }
    self.vectors = (0..<size).map { k in
      let vector = (0..<size).map { gsl_matrix_get(vectors, $0, k) }
      let largest = vector.max { abs($0) < abs($1) } ?? 1
      return largest < 0 ? vector.map { -$0 } : vector
    }
  }
}

import NumericalCore
import Testing

struct SymmetricEigenTests {
  /// Reference: Validation/learners.py (numpy 2.4.6, eigh).
  @Test func `Matches numpy`() {
    let eigen = SymmetricEigen([[4, 1, -2], [1, 3, 0.5], [-2, 0.5, 5]])
    let values = [6.576_456_854_440_894, 3.839_336_452_466_481_5, 1.584_206_693_092_622_4]
    for (value, reference) in zip(eigen.values, values) { #expect(abs(value - reference) < 1e-12) }
    let last = [0.638_242_618_195_705_5, -0.614_546_940_041_033_3, 0.463_657_652_589_595_96]
    for (part, reference) in zip(eigen.vectors[2], last) { #expect(abs(part - reference) < 1e-12) }
  }

  @Test func `Eigenvectors rebuild the matrix`() {
    // Hilbert's matrix with a stronger diagonal.
    let matrix = (0..<6).map { (i: Int) -> [Double] in
      (0..<6).map { (j: Int) -> Double in (i == j ? 0.3 : 0.0) + 1 / Double(i + j + 1) }
    }
    let eigen = SymmetricEigen(matrix)
    for i in 0..<6 {
      for j in 0..<6 {
        var rebuilt = 0.0
        for (value, vector) in zip(eigen.values, eigen.vectors) {
          rebuilt += value * vector[i] * vector[j]
        }
        #expect(abs(rebuilt - matrix[i][j]) < 1e-13)
      }
    }
  }
}

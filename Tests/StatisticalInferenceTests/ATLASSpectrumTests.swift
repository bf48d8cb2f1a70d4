import Foundation
import StatisticalInference
import Testing

/// The dijet spectrum of ATLAS, 139/fb at 13 TeV, arXiv:1910.08447, with its published fit.
struct ATLASSpectrumTests {
  static var file: URL? {
    ProcessInfo.processInfo.environment["OVERDENSITY_DATA"].map {
      URL(fileURLWithPath: $0).appending(
        path: "public/dijet_spectra/atlas_run2_139fb_1910.08447_mjj.csv")
    }.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
  }

  @Test(.enabled(if: file != nil, "needs the ATLAS spectrum below OVERDENSITY_DATA"))
  func `A refit describes the published spectrum as well as the published fit`() throws {
    let text = try String(contentsOf: #require(Self.file), encoding: .utf8)
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    .filter { $0.count == 5 }
    #expect(rows.count == 91)
    let counts = rows.map { $0[2] }
    let published = rows.map { $0[3] }
    let spectrum = try Histogram(edges: rows.map { $0[0] } + [rows[90][1]], counts: counts)
    func chi2(_ expected: [Double]) -> Double {
      zip(zip(counts, expected), published).reduce(0) { sum, row in
        let ((n, mu), reference) = row
        return reference > 5 ? sum + (n - mu) * (n - mu) / mu : sum
      }
    }
    #expect(published.filter { $0 > 5 }.count == 81)
    #expect(abs(chi2(published) - 91.0) < 0.05)

    // Values of Validation/background_fit.py (iminuit 2.33.0, scipy 1.17.1) on the same table.
    for (function, reference) in [(SpectrumFunction.dijet4, 99.5136), (.dijet5, 93.8053)] {
      let fit = try BackgroundFit(
        spectrum, function: function, excluding: [], collisionEnergy: 13000)
      #expect(abs(chi2(fit.expected.map(\.count)) - reference) < 0.01)
      #expect(try #require(fit.goodnessOfFit).pValue > 0.001)
      for bin in rows.indices where published[bin] > 5 {
        let difference = abs(fit.expected[bin].count - published[bin])
        #expect(difference < 3 * rows[bin][4] + 0.3 * published[bin].squareRoot(), "bin \(bin)")
      }
    }
  }
}

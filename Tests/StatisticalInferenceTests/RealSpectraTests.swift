import Foundation
import Randomness
import StatisticalInference
import Testing

/// Published spectra: ATLAS dijets (arXiv:1910.08447) and dijets with a photon (arXiv:1901.10917),
/// CMS photon pairs (arXiv:2405.09320).
///
/// The commands of Documentation/limits.md do the same with more pseudo-experiments.
struct RealSpectraTests {
  struct Published: Sendable, CustomTestStringConvertible {
    let file: String
    let function: SpectrumFunction
    let relativeWidth: Double
    var testDescription: String { file }
  }
  static let all = [
    Published(
      file: "atlas_run2_139fb_1910.08447_mjj.csv", function: .dijet5, relativeWidth: 0.03),
    Published(
      file: "atlas_dijetISR_79fb_1901.10917_flavour_inclusive_single_photon_trigger.csv",
      function: .dijet5, relativeWidth: 0.08),
    Published(
      file: "cms_diphoton_EBEB_138fb_2405.09320.csv", function: .dijet3, relativeWidth: 0.02),
  ]

  static var folder: URL? {
    ProcessInfo.processInfo.environment["OVERDENSITY_DATA"].map {
      URL(fileURLWithPath: $0).appending(path: "public/dijet_spectra")
    }.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
  }

  @Test(.enabled(if: folder != nil, "needs the spectra below OVERDENSITY_DATA"), arguments: all)
  func `No published spectrum has an excess above three standard deviations`(
    published: Published
  ) throws {
    let folder = try #require(Self.folder)
    let text = try String(contentsOf: folder.appending(path: published.file), encoding: .utf8)
    let rows = text.split(separator: "\n").map { line in
      line.split(separator: ",").compactMap { Double($0) }
    }.filter { $0.count >= 3 }
    let last = try #require(rows.last)
    let spectrum = try Histogram(edges: rows.map { $0[0] } + [last[1]], counts: rows.map { $0[2] })
    let background = try BackgroundFit(
      spectrum, function: published.function, excluding: [], collisionEnergy: 13000)
    let scan = MassScan(
      [ScannedSpectrum(spectrum, background: background)],
      shape: .gaussian(relativeWidth: published.relativeWidth))
    // Every second mass: a width apart.
    let masses = scan.defaultMasses.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let points = try scan.points(at: masses, jobs: 2)
    let global = try GlobalSignificance(
      scan, points,
      pseudoExperiments: PseudoExperiments(count: 60, seed: Seed(31), jobs: 2))
    #expect(global.failed == 0)
    // 60 pseudo-experiments reach down to 1/61; the extrapolated bound goes on from there.
    #expect(global.pValue.high > 0.00135)
    #expect(global.upCrossings.pValue > 0.00135)
    let best = try #require(try scan.bestMass(points))
    #expect(best.point.localSignificance < 4)
  }
}

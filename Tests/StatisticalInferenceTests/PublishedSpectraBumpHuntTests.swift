import Foundation
import Randomness
import StatisticalInference
import Testing

/// Bump hunts on published spectra, in none of which their authors found an excess.
struct PublishedSpectraBumpHuntTests {
  static let folder = ProcessInfo.processInfo.environment["OVERDENSITY_DATA"].map {
    URL(fileURLWithPath: $0).appending(path: "public/dijet_spectra")
  }

  struct Published: Sendable, CustomTestStringConvertible {
    let file: String
    /// Column of the published background, if there is one.
    let background: Int?
    let function: SpectrumFunction?

    var testDescription: String {
      "\(file), \(function?.rawValue ?? "published background")"
    }
  }

  @Test(
    .enabled(
      if: folder.map { FileManager.default.fileExists(atPath: $0.path) } ?? false,
      "needs the published spectra below OVERDENSITY_DATA"),
    arguments: [
      Published(
        file: "atlas_run2_139fb_1910.08447_mjj.csv", background: 3, function: nil),
      Published(
        file: "atlas_run2_139fb_1910.08447_mjj.csv", background: nil, function: .dijet5),
      Published(
        file:
          "atlas_dijetISR_79fb_1901.10917_flavour_inclusive_single_photon_trigger.csv",
        background: 3, function: nil),
      Published(
        file:
          "atlas_dijetISR_79fb_1901.10917_flavour_inclusive_single_photon_trigger.csv",
        background: nil, function: .dijet5),
      Published(
        file: "cms_diphoton_EBEB_138fb_2405.09320.csv", background: nil, function: .dijet3),
    ])
  func `There is no excess above 3 sigma global`(published: Published) throws {
    let file = try #require(Self.folder).appending(path: published.file)
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",").compactMap { Double($0) }
    }.filter { $0.count >= 4 }
    #expect(rows.count > 30)
    let spectrum = try Histogram(
      edges: rows.map { $0[0] } + [try #require(rows.last)[1]], counts: rows.map { $0[2] })
    let reference =
      published.background.map { column in BumpReference.known(rows.map { $0[column] }) }
      ?? .fitted(published.function ?? .dijet4, collisionEnergy: 13_000)
    let hunt = try BumpHunter(windows: WindowScan(.bins(2...8))).hunt(
      spectrum, reference: reference,
      pseudoExperiments: PseudoExperiments(count: 1000, seed: Seed(1), jobs: 2))
    #expect(hunt.failedFits < 10)
    #expect(try #require(hunt.globalPValue.significance) < 3)
    #expect(!hunt.globalPValue.extrapolated)
  }
}

import ArgumentParser
import Datasets
import EventFiles
import Foundation
import ResonanceSearch
import StatisticalInference

/// A range of masses, written `2500:3600`.
struct MassRange: ExpressibleByArgument {
  let bounds: Range<Double>

  init?(argument: String) {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low.isFinite, high.isFinite,
      low < high
    else { return nil }
    bounds = low..<high
  }

  func scaled(by factor: Double) -> Range<Double> {
    (bounds.lowerBound * factor)..<(bounds.upperBound * factor)
  }
}

/// The spectrum that a command of `overdensity spectrum` works on.
struct SpectrumOptions: ParsableArguments {
  @Argument(
    help: "Table in CSV: lower and upper bin edges, counts; '#' comments.", completion: .file())
  var spectrum: String

  @Option(help: "Column of the counts.")
  var counts: String?

  @Option(help: "Column of the lower bin edges.")
  var low: String?

  @Option(help: "Column of the upper bin edges.")
  var high: String?

  @Option(help: "Column with sums of squared weights: the counts are weighted.")
  var squaredWeights: String?

  @Option(help: "Column with a published background, to compare with.")
  var reference: String?

  @Flag(help: "Counts may be fractions, as when read off a figure.")
  var fractionalCounts = false

  @Option(help: "Unit of the bin edges, of --range and of --mask: gev or tev. Never guessed.")
  var units: EnergyUnit = .gev

  @Option(help: ArgumentHelp("Keep only the bins in a range of masses.", valueName: "low:high"))
  var range: MassRange?

  @Option(
    help: ArgumentHelp(
      "Leave the bins that overlap a range out of the fit; may be repeated.",
      valueName: "low:high"))
  var mask: [MassRange] = []

  @Option(help: "Collision energy √s in GeV.")
  var collisionEnergy = 13000.0

  func validate() throws {
    guard collisionEnergy > 0, collisionEnergy.isFinite else {
      throw ValidationError("--collision-energy must be positive.")
    }
  }

  /// Ranges to leave out of the fit, in GeV.
  var masks: [Range<Double>] { mask.map { $0.scaled(by: units.inGeV) } }

  func read() throws -> PublishedSpectrum {
    try PublishedSpectrum(
      reading: spectrum,
      columns: SpectrumColumns(
        low: low, high: high, counts: counts, squaredWeights: squaredWeights,
        reference: reference),
      range: range?.scaled(by: units.inGeV), energyScale: units.inGeV,
      allowsFractions: fractionalCounts)
  }
}

import ArgumentParser
import Datasets
import EventFiles
import Foundation
import Randomness
import Reporting
import ResonanceSearch
import StatisticalInference

/// The signal that a command of `overdensity spectrum` looks for, and beside which background.
struct SignalOptions: ParsableArguments {
  @OptionGroup var shape: SignalShapeOption

  @Option(
    help: ArgumentHelp(
      "Masses to test, in the unit of the edges; by default half a width apart.",
      valueName: "m1,m2,..."))
  var masses: String?

  @Option(
    help: """
      Functions for the background, in the order in which they are tried, separated by commas. \
      --mask leaves a range out of this choice; the signal is fitted to all bins.
      """)
  var functions = "dijet4,dijet5,dijet3"

  @Option(help: "A function is taken if its chi2 p-value is at least this.")
  var threshold = 0.01

  @Option(
    help: ArgumentHelp(
      "Another spectrum to fit together: the same mass and strength; may be repeated.",
      valueName: "file"), completion: .file())
  var also: [String] = []

  @Option(
    help: ArgumentHelp(
      "Fraction of the signal in each spectrum, in their order; by default equal.",
      valueName: "f1,f2,..."))
  var shares: String?

  func validate() throws {
    guard (0...1).contains(threshold) else {
      throw ValidationError("--threshold must be between 0 and 1.")
    }
    _ = try [SpectrumFunction](list: functions, option: "--functions")
    _ = try parsedShares()
    if let masses { _ = try [Double](list: masses, option: "--masses") }
  }

  private func parsedShares() throws -> [Double] {
    let count = also.count + 1
    guard let shares else { return Array(repeating: 1 / Double(count), count: count) }
    let values = try [Double](list: shares, option: "--shares")
    guard values.count == count, values.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--shares needs \(count) positive fractions, one for each spectrum.")
    }
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }

  /// Reads the spectra, chooses their backgrounds and prepares the scan.
  func scan(_ input: SpectrumOptions) throws -> MassScan {
    let functions = try [SpectrumFunction](list: functions, option: "--functions")
    let shares = try parsedShares()
    let files = [input.spectrum] + also
    var spectra: [ScannedSpectrum] = []
    for (index, file) in files.enumerated() {
      var one = input
      one.spectrum = file
      let histogram = try one.read().histogram
      let choice = fitBackground(
        histogram, functions: functions, excluding: input.masks,
        collisionEnergy: input.collisionEnergy, minimumPValue: threshold)
      guard let fit = choice.fit else {
        throw SignalSearchError.noBackground(file: file, reasons: choice.remark ?? "")
      }
      let name = URL(fileURLWithPath: file).lastPathComponent
      spectra.append(
        ScannedSpectrum(
          name: spectra.contains { $0.name == name } ? "\(name)-\(index + 1)" : name, histogram,
          background: fit, signalEvents: shares[index]))
    }
    return MassScan(spectra, shape: try shape.shape(energyScale: input.units.inGeV))
  }

  /// Masses to test in GeV.
  func masses(of scan: MassScan, _ input: SpectrumOptions) throws -> [Double] {
    let masses =
      try masses.map { try [Double](list: $0, option: "--masses").map { $0 * input.units.inGeV } }
      ?? scan.defaultMasses
    guard !masses.isEmpty else { throw SignalSearchError.noMass(shape.signal) }
    return masses.sorted()
  }
}

/// Why a spectrum was not searched for a signal.
enum SignalSearchError: Error, CustomStringConvertible {
  case noBackground(file: String, reasons: String)
  case noMass(String)
  case severalSpectra

  var description: String {
    switch self {
    case .noBackground(let file, let reasons):
      "\(file): no function describes the background (\(reasons)); name others with --functions, "
        + "leave an excess out of the choice with --mask, or lower --threshold"
    case .noMass(let signal):
      "the spectrum is too short for a signal '\(signal)'; name masses with --masses"
    case .severalSpectra:
      "--pyhf writes the linearised model of one spectrum at one mass; give a single file and a "
        + "single value of --masses"
    }
  }
}

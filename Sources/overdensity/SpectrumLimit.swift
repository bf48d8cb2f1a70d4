import ArgumentParser
import EventFiles
import Execution
import Foundation
import Randomness
import Reporting
import ResonanceSearch
import StatisticalInference

struct SpectrumLimit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit",
    abstract: "Set CLs upper limits on the events of a signal in a spectrum, against its mass.",
    discussion: """
      At each mass all parameters of the background function are free. Limits count the whole \
      signal, also what lies outside the spectrum.

      Example: overdensity spectrum limit mjj.csv --signal gaussian:0.03 --output limit/
      With --output: spectrum-limit.json, and the figure as SVG, PDF and CSV.
      --pyhf writes the linearised model at one mass: the background in the bins around it from a \
      fit outside, as eigenmodes of its covariance.
      """)

  @OptionGroup var input: SpectrumOptions
  @OptionGroup var signal: SignalOptions

  @Option(help: "Confidence level of the limits.")
  var confidenceLevel = 0.95

  @Option(
    help: "Pseudo-experiments with and without signal for CLs; 0 for the asymptotic formulas.")
  var pseudoExperiments = 0

  @Option(
    help: ArgumentHelp("Write a workspace for pyhf; needs one --masses value.", valueName: "file"),
    completion: .file())
  var pyhf: String?

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var output: SpectrumOutput

  struct Result: Codable {
    struct Row: Codable, Sendable {
      let mass: Double
      let limit: UpperLimit
    }
    /// The limit of the model in the workspace.
    struct Linearised: Codable, Sendable, Hashable {
      /// First and last edge of the bins in the workspace, in GeV.
      let range: [Double]
      let limit: UpperLimit
      /// Observed and median expected limit over those of the full model, less 1.
      let observedDifference: Double
      let expectedDifference: Double
    }
    let signal: String
    let functions: [String]
    let pseudoExperiments: Int
    let limits: [Row]
    @Nullable var linearised: Linearised?
  }

  func validate() throws {
    guard confidenceLevel > 0.5, confidenceLevel < 1 else {
      throw ValidationError("--confidence-level must be between 0.5 and 1.")
    }
    guard pseudoExperiments == 0 || pseudoExperiments >= 100 else {
      throw ValidationError("--pseudo-experiments must be 0 or at least 100.")
    }
  }

  func run() throws {
    try reproducibility.apply()
    let scan = try signal.scan(input)
    let masses = try signal.masses(of: scan, input)
    if pyhf != nil, masses.count != 1 || scan.spectra.count != 1 {
      throw SignalSearchError.severalSpectra
    }
    let display = ProgressDisplay("Masses", isSilent: output.compute.isSilent)
    let rows = try limits(scan, at: masses) { finished in
      display.show(
        WorkProgress(finished: finished, total: masses.count, resumed: 0, label: ""))
    }
    var result = Result(
      signal: signal.shape.signal, functions: scan.spectra.map(\.background.function.rawValue),
      pseudoExperiments: pseudoExperiments, limits: rows, linearised: nil)
    if let pyhf { result.linearised = try exportWorkspace(scan, rows[0], to: pyhf) }
    try output.write(
      result, as: "spectrum-limit", table: result.table,
      figures: [
        .limits(
          name: "spectrum-limit",
          caption: RichText(
            verbatim: "CLs upper limits at \(100 * confidenceLevel) % on the events of a signal "
              + "(\(signal.shape.signal)), with the bands of one and two standard deviations."),
          heading: FigureHeading(
            label: scan.spectra.map(\.name).joined(separator: " + "),
            sqrtS: input.collisionEnergy, luminosity: nil),
          masses: masses, observed: rows.map(\.limit.observed),
          expected: rows.map(\.limit.expected))
      ])
  }

  private func limits(
    _ scan: MassScan, at masses: [Double], progress: @escaping @Sendable (Int) -> Void
  ) throws -> [Result.Row] {
    let seed = Seed(reproducibility.seed)
    return try concurrentMap(masses.count, jobs: output.compute.jobs, progress: progress) {
      [pseudoExperiments, confidenceLevel] index in
      let likelihood = try scan.likelihood(mass: masses[index])
      let limit =
        pseudoExperiments == 0
        ? try AsymptoticLimits(likelihood).upperLimit(confidenceLevel: confidenceLevel)
        : try PseudoExperimentLimits(
          likelihood, count: pseudoExperiments, seed: seed.child("mass-\(masses[index])")
        ).upperLimit(confidenceLevel: confidenceLevel)
      return Result.Row(mass: masses[index], limit: limit)
    }
  }

  /// Writes the linearised model and compares its limit with that of the full one.
  private func exportWorkspace(
    _ scan: MassScan, _ row: Result.Row, to path: String
  ) throws -> Result.Linearised {
    let spectrum = scan.spectra[0]
    let linear = try scan.linearised(mass: row.mass)
    let likelihood = try ProfileLikelihood(linear.model, counts: linear.counts)
    let limit = try AsymptoticLimits(likelihood).upperLimit(confidenceLevel: confidenceLevel)
    let workspace = try PyhfWorkspace(
      linear.model, linear.model.observation([linear.counts]),
      largestStrength: 5 * max(limit.observed, limit.expected[4]))
    try writeAtomically(String(decoding: try workspace.json(), as: UTF8.self) + "\n", to: path)
    let edges = spectrum.counts.edges
    return Result.Linearised(
      range: [edges[linear.bins.lowerBound], edges[linear.bins.upperBound]], limit: limit,
      observedDifference: limit.observed / row.limit.observed - 1,
      expectedDifference: limit.expected[2] / row.limit.expected[2] - 1)
  }
}

extension SpectrumLimit.Result {
  /// What the terminal shows.
  var table: String {
    var lines = [
      "Upper limits on events, CLs at \(limits[0].limit.confidenceLevel), background "
        + functions.joined(separator: ", ")
        + (pseudoExperiments > 0 ? ", \(pseudoExperiments) pseudo-experiments" : ", asymptotic"),
      "", "   mass [GeV]   observed   expected      -2 sigma   -1 sigma   +1 sigma   +2 sigma",
    ]
    for row in limits {
      let band = row.limit.expected
      lines.append(
        String(
          format: "%13.1f %10.4g %10.4g    %10.4g %10.4g %10.4g %10.4g", row.mass,
          row.limit.observed, band[2], band[0], band[1], band[3], band[4]))
    }
    if let linearised {
      lines.append("")
      lines.append(
        String(
          format: "Linearised model (pyhf), %.0f to %.0f GeV: observed %.4g (%+.1f %% of the full "
            + "model's), expected %.4g (%+.1f %%)", linearised.range[0], linearised.range[1],
          linearised.limit.observed, 100 * linearised.observedDifference,
          linearised.limit.expected[2], 100 * linearised.expectedDifference))
    }
    return lines.joined(separator: "\n")
  }
}

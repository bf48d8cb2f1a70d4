public import ArgumentParser
import Datasets
import EventFiles
import Execution
import Foundation
import Randomness
import Reporting
import ResonanceSearch
public import StatisticalInference

/// Widths of windows in bins, written `2:6`.
struct BinWidths: ExpressibleByArgument {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let ends = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let low = ends[0], let high = ends[1], low >= 1, low <= high else {
      return nil
    }
    range = low...high
  }
}

/// How far apart windows begin: a number of bins, `half` or `full`.
struct ScanStep: ExpressibleByArgument {
  let step: WindowScan.Step

  init?(argument: String) {
    switch argument {
    case "half": step = .halfWidth
    case "full": step = .fullWidth
    default:
      guard let bins = Int(argument), bins >= 1 else { return nil }
      step = .bins(bins)
    }
  }
}

struct SpectrumBumpHuntCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bumphunt",
    abstract: "Find the window that background explains worst, with its global p-value.",
    discussion: """
      Examples:
        overdensity spectrum bumphunt mjj.csv --fit dijet5 --output hunt/
        overdensity spectrum bumphunt mjj.csv --reference fit --widths 2:8 --jobs 2
        overdensity spectrum bumphunt mjj.csv --fit dijet5 --inject 100,200,400 --mass 4000
      With --output: spectrum-bumphunt.json, the spectrum with the best window, and the distribution
      of the test statistic, and with --inject the significance against injected events, as SVG, PDF
      and CSV.
      """)

  enum Normalisation: String, ExpressibleByArgument, CaseIterable {
    case published, sidebands
  }

  @OptionGroup var input: SpectrumOptions

  @Option(help: "Compare with a fit of this function, repeated in every pseudo-experiment.")
  var fit: String?

  @Option(help: "What becomes of the fit's uncertainty: profiled or ignored.")
  var fitUncertainty: BumpReference.FitUncertainty = .profiled

  @Option(
    help: "Take --reference as published, or scale it to the bins outside each window: sidebands.")
  var normalise: Normalisation = .published

  @Option(help: ArgumentHelp("Widths of windows in bins.", valueName: "low:high"))
  var widths: BinWidths?

  @Option(help: "Widths over mass instead, separated by commas, such as 0.05,0.1.")
  var relativeWidths: String?

  @Option(help: "How far apart windows of one width begin: bins, half or full (of the width).")
  var step: ScanStep?

  @Flag(help: "Look for a deficit instead of an excess.")
  var deficit = false

  @Option(help: "Pseudo-experiments behind the global p-value.")
  var pseudoExperiments = 10_000

  @Option(
    help: ArgumentHelp(
      "Also say how significant so many signal events would be.", valueName: "events,events,..."))
  var inject: String?

  @Option(help: "Mass of the injected signal, in the unit of the edges.")
  var mass: Double?

  @OptionGroup var signal: SignalShapeOption

  @Option(help: "Pseudo-experiments with signal for each number of events.")
  var injectedExperiments = 400

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var output: SpectrumOutput

  func validate() throws {
    guard pseudoExperiments >= 1 else {
      throw ValidationError("--pseudo-experiments must be at least 1.")
    }
    guard fit == nil || input.reference == nil else {
      throw ValidationError("--fit and --reference exclude each other.")
    }
    guard fit != nil || input.reference != nil else {
      throw ValidationError(
        "there is nothing to compare with: give --reference COLUMN or --fit FUNCTION.")
    }
    guard fit == nil || normalise == .published else {
      throw ValidationError("--normalise sidebands needs --reference.")
    }
    guard widths == nil || relativeWidths == nil else {
      throw ValidationError("--widths and --relative-widths exclude each other.")
    }
    guard injectedExperiments >= 1 else {
      throw ValidationError("--injected-experiments must be at least 1.")
    }
    guard (inject == nil) == (mass == nil) else {
      throw ValidationError("--inject and --mass belong together.")
    }
    _ = try background()
    _ = try windowWidths()
    _ = try injectedEvents()
  }

  func run() throws {
    try reproducibility.apply()
    let spectrum = try input.read()
    let hunter = BumpHunter(
      windows: WindowScan(try windowWidths(), step: step?.step ?? .bins(1)),
      direction: deficit ? .deficit : .excess)
    var hunt = SpectrumBumpHunt(hunter, background: try background())
    hunt.masks = input.masks
    hunt.collisionEnergy = input.collisionEnergy
    let display = ProgressDisplay(
      "Pseudo-experiments", isSilent: output.compute.isSilent, after: .seconds(1))
    let total = pseudoExperiments
    let seed = Seed(reproducibility.seed)
    var experiments = PseudoExperiments(count: total, seed: seed, jobs: output.compute.jobs) {
      display.show(WorkProgress(finished: $0, total: total, resumed: 0, label: ""))
    }
    var result = try hunt(spectrum, pseudoExperiments: experiments)
    if let mass, let events = try injectedEvents() {
      experiments.seed = seed.child("injection")
      result.sensitivity = try hunt.sensitivity(
        to: try signal.shape(energyScale: input.units.inGeV), mass: mass * input.units.inGeV,
        events: events, in: spectrum,
        repetitions: injectedExperiments, pseudoExperiments: experiments)
    }
    try output.write(
      result, as: "spectrum-bumphunt", table: result.table,
      figures: [.bumpHunt(result), .nullDistribution(result)]
        + [Figure.sensitivity(result)].compactMap(\.self))
  }

  private func background() throws -> SpectrumBumpHunt.Background {
    guard let fit else {
      return normalise == .sidebands ? .publishedScaledToSidebands : .published
    }
    return .fit(try SpectrumFunction(named: fit, option: "--fit"), fitUncertainty)
  }

  private func injectedEvents() throws -> [Double]? {
    guard let inject else { return nil }
    let events = try [Double](list: inject, option: "--inject")
    guard !events.isEmpty, events.allSatisfy({ $0 >= 0 }) else {
      throw ValidationError("--inject needs numbers of events, separated by commas.")
    }
    return events.sorted()
  }

  private func windowWidths() throws -> WindowScan.Widths {
    guard let relativeWidths else { return .bins(widths?.range ?? 2...6) }
    let widths = try [Double](list: relativeWidths, option: "--relative-widths")
    guard !widths.isEmpty, widths.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--relative-widths needs numbers above 0, separated by commas.")
    }
    return .relative(widths)
  }
}

extension BumpReference.FitUncertainty: ExpressibleByArgument {}

extension SpectrumBumpHuntResult {
  /// What the terminal shows.
  var table: String {
    func short(_ value: Double, _ digits: Int = 4) -> String {
      if value != 0, abs(value) < 1e-3 { return String(format: "%.\(digits - 2)e", value) }
      return significantDigits(value, digits)
    }
    var lines = [
      "\(input.file): \(input.bins) bins, \(short(input.rangeGeV[0], 6)) to "
        + "\(short(input.rangeGeV[1], 6)) GeV, \(short(input.events, 12)) events",
      "Background: \(background)",
      "\(windows) windows, largest \(direction.rawValue):",
    ]
    if let best {
      lines += [
        "  \(short(best.lowGeV, 6)) to \(short(best.highGeV, 6)) GeV, \(best.bins) bins from number "
          + "\(best.firstBin)",
        "  observed \(short(best.observed, 12)), expected \(short(best.expected, 7))"
          + (best.expectedUncertainty.map { " ± \(short($0, 3))" } ?? "")
          + (best.scale == 1 ? "" : " (scaled by \(short(best.scale, 6)))"),
        "  local p-value \(short(best.localPValue))"
          + (best.localSignificance.map { ", \(short($0, 3)) σ" } ?? ""),
      ]
    } else {
      lines.append("  none")
    }
    let p = globalPValue
    lines.append(
      "Global p-value \(short(p.value))\(p.extrapolated ? " (extrapolated)" : ""), "
        + "\(short(100 * p.level, 3)) % interval \(short(p.low)) to \(short(p.high)), "
        + (p.significance.map { "\(short($0, 3)) σ, " } ?? "")
        + "\(p.pseudoExperiments) pseudo-experiments")
    if let remark = p.remark { lines.append("  \(remark)") }
    if let sensitivity {
      lines += [
        "", "Global significance of injected events at \(short(sensitivity.massGeV, 6)) GeV:",
      ]
      for step in sensitivity.steps {
        func z(_ p: GlobalPValue) -> String { p.significance.map { short($0, 3) } ?? "none" }
        lines.append(
          "  \(short(step.events, 6)) events: median \(z(step.globalPValue)) σ, 68 % of the "
            + "pseudo-experiments \(z(step.unlucky)) to \(z(step.lucky)) σ"
            + (step.globalPValue.extrapolated ? " (extrapolated)" : ""))
      }
    }
    if failedFits > 0 {
      lines.append("  \(failedFits) pseudo-experiments had no fit and count as background-like")
    }
    return lines.joined(separator: "\n")
  }
}

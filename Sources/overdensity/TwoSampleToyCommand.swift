public import ArgumentParser
public import Datasets
import EventFiles
import Foundation
import Randomness

struct TwoSampleToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "two-sample",
    abstract: "Nearest neighbours, a classifier and the ideal test on a problem of the NPLM paper.",
    discussion: """
      Data with and without signal are compared with one reference sample. The problems are those
      of arXiv:1912.12155, section 3: shifted-gaussian, deformed-gaussian, gaussian-bump, box. The
      table gives each test's distance from data without signal, the significance of the test that
      knows both laws, and what was published.
      """)

  @Argument(help: "The problem.")
  var problem: ComparisonProblem.Name

  @Option(help: "Data sets without signal.")
  var pseudoExperiments = 100

  @Option(help: "Data sets with signal.")
  var dataSets = 20

  @Option(help: "Size of the reference sample; by default five times the expected events.")
  var referenceEvents: Int?

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard problem != .muonMomentum else {
      throw ValidationError("muon-momentum has no signal: take another problem.")
    }
    guard problem != .dimuon else {
      throw ValidationError(
        "The ideal test of dimuon is not known in closed form: take another problem.")
    }
    guard pseudoExperiments >= 2 else {
      throw ValidationError("--pseudo-experiments must be at least 2.")
    }
    guard dataSets >= 1 else { throw ValidationError("--data-sets must be at least 1.") }
    guard referenceEvents ?? 100 >= 100 else {
      throw ValidationError("--reference-events must be at least 100.")
    }
  }

  func run() throws {
    try reproducibility.apply()
    let problem = try ComparisonProblem(problem)
    let study = TwoSampleToyStudy(
      problem: problem, referenceCount: referenceEvents ?? problem.referenceCount,
      pseudoExperiments: pseudoExperiments, dataSets: dataSets,
      seed: Seed(reproducibility.seed))
    let display = ProgressDisplay("Data sets", isSilent: compute.isSilent)
    let outcome = try study.run(jobs: compute.jobs, progress: display.show)
    compute.show(
      try JSONEncoder.readable.encode(outcome), table: outcome.table, place: nil)
  }
}

extension ComparisonProblem.Name: ExpressibleByArgument {}

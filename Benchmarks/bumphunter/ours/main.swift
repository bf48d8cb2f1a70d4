import Foundation
import Randomness
import StatisticalInference

/// Times bump hunts on spectra from a JSON file, on one thread.
///
/// Usage: benchmark-bumphunter INPUT.json PSEUDO_EXPERIMENTS REPETITIONS
/// INPUT: [{"edges": [...], "data": [...], "reference": [...], "sidebands": bool}]; prints the
/// processor time of every repetition, the best window and the global p-value of each as JSON.
struct Input: Decodable {
  let edges: [Double]
  let data: [Double]
  let reference: [Double]
  let sidebands: Bool
}

struct Output: Encodable {
  let seconds: [Double]
  let start: Int
  let width: Int
  let statistic: Double
  let globalPValue: Double
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let count = Int(arguments[2]), let repetitions = Int(arguments[3])
else {
  FileHandle.standardError.write(
    Data("usage: benchmark-bumphunter INPUT.json PSEUDO_EXPERIMENTS REPETITIONS\n".utf8))
  exit(2)
}
let inputs = try JSONDecoder().decode(
  [Input].self, from: Data(contentsOf: URL(fileURLWithPath: arguments[1])))
let hunter = BumpHunter(windows: WindowScan(.bins(2...7)))
var outputs: [Output] = []
for input in inputs {
  let data = try Histogram(edges: input.edges, counts: input.data)
  func hunt() throws -> BumpHunt<Range<Int>> {
    try hunter.hunt(
      data,
      reference: input.sidebands ? .sidebandNormalised(input.reference) : .known(input.reference),
      pseudoExperiments: PseudoExperiments(count: count, seed: Seed(666)))
  }
  let result = try hunt()
  // Processor time, so that other work on the machine counts as little as possible.
  let seconds = try (0..<repetitions).map { _ in
    let start = clock()
    _ = try hunt()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }
  outputs.append(
    Output(
      seconds: seconds, start: result.best.first?.region.lowerBound ?? -1,
      width: result.best.first?.region.count ?? 0, statistic: result.statistic,
      globalPValue: result.globalPValue.value))
}
FileHandle.standardOutput.write(try JSONEncoder().encode(outputs))

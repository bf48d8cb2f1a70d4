import Datasets
import Evaluation
import Foundation
import ResonanceSearch

/// Reads a command's events, whatever the file holds.
struct InputReader {
  let options: InputOptions
  let compute: ComputeOptions
  let display: ProgressDisplay

  struct Input {
    let searchInput: SearchInput
    let truth: TruthLabels?
    /// What the file turned out to be.
    let kind: String
  }

  func read(_ path: String, workFolder: URL?) throws -> Input {
    let file = try readEvents(at: path, options: options.readOptions)
    return Input(
      searchInput: SearchInput(
        events: file.events, name: file.description.name, sha256: file.description.sha256),
      truth: file.truth, kind: file.description.kind)
  }
}

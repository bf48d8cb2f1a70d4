import Datasets
import EventFiles
import Evaluation
import Execution
import Foundation
import ResonanceSearch

/// Reads a command's events, whatever the file holds; particles are clustered first.
struct InputReader {
  let options: InputOptions
  let jobs: Int
  let isSilent: Bool
  /// Whom clustering asks whether to stop; `nil` if Ctrl-C just ends the program.
  var interruption: Interruption?
  /// Whether features that were clustered before are taken as they are.
  ///
  /// A worker's were made for it, and hundreds of workers need not all read the particles for their digest.
  var trustsFeatures = false

  struct Input {
    let searchInput: SearchInput
    let truth: TruthLabels?
    /// What the file turned out to be.
    let kind: String
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - workFolder: Where the features of a file of particles are kept, to be used again by the
  ///     next command on the same file.
  /// - Returns: The events, their labels if there are any, and what the file was.
  /// - Throws: ``FileError``, ``DatasetError`` or an error of the clustering.
  func read(_ path: String, workFolder: URL) throws -> Input {
    if PackedSearch.isPacked(path) {
      return Input(
        searchInput: try PackedSearch(reading: path).input, truth: nil, kind: "a packed search")
    }
    guard try detectKind(of: path, key: options.key).holdsParticles else {
      return input(try readEvents(at: path, options: options.readOptions, progress: reading(path)))
    }
    let name = URL(fileURLWithPath: path).lastPathComponent
    let stem = URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    let features = workFolder.appendingPathComponent("\(stem).features.h5").path
    let digest = try trustedDigest(features) ?? sha256(ofFile: path, progress: reading(path))
    if try !isClustered(features, from: digest) {
      try FileManager.default.createDirectory(at: workFolder, withIntermediateDirectories: true)
      try cluster(path, digest: digest, into: features)
    }
    let clustered = try readEvents(
      at: features, options: ReadOptions(masterkey: options.masterkey))
    return Input(
      searchInput: SearchInput(events: clustered.events, name: name, sha256: digest),
      truth: clustered.truth, kind: "particles, clustered into jets")
  }

  private func input(_ file: LabelledEvents) -> Input {
    Input(
      searchInput: file.searchInput,
      truth: file.truth, kind: file.description.kind)
  }

  private func trustedDigest(_ features: String) throws -> String? {
    guard trustsFeatures, FileManager.default.fileExists(atPath: features) else { return nil }
    return try FeatureFile(reading: features).sourceDigest
  }

  private func isClustered(_ features: String, from digest: String) throws -> Bool {
    guard FileManager.default.fileExists(atPath: features) else { return false }
    return try FeatureFile(reading: features).sourceDigest == digest
  }

  /// Shows how much of a file has been read, once that has taken two seconds.
  private func reading(_ path: String) -> (_ bytes: Int) -> Void {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let total = (attributes?[.size] as? Int ?? 0) >> 20
    let display = ProgressDisplay("Reading", isSilent: isSilent, after: .seconds(2))
    return { bytes in
      display.show(
        WorkProgress(finished: min(bytes >> 20, total), total: total, resumed: 0, label: "MiB"))
    }
  }

  private func cluster(_ path: String, digest: String, into features: String) throws {
    let display = ProgressDisplay("Clustering", isSilent: isSilent)
    func cluster(isCancelled: () -> Bool) throws {
      _ = try clusterRawFile(
        input: path, output: features, options: ClusteringOptions(key: options.key),
        sourceDigest: digest, jobs: jobs, worker: .thisProgram, isCancelled: isCancelled,
        progress: { finished, total in
          display.show(WorkProgress(finished: finished, total: total, resumed: 0, label: "events"))
        })
    }
    if let interruption {
      try interruption.deferred(cluster)
    } else {
      try cluster { false }
    }
  }
}

extension InputReader {
  /// For a command with many trainings, whose workers read the same files.
  init(
    _ options: InputOptions, _ compute: ComputeOptions, _ execution: ExecutorOptions,
    interruption: Interruption?
  ) {
    self.init(
      options: options, jobs: compute.jobs, isSilent: compute.isSilent, interruption: interruption,
      trustsFeatures: execution.isWorker)
  }
}

extension LabelledEvents {
  /// The events without their labels.
  var searchInput: SearchInput {
    SearchInput(events: events, name: description.name, sha256: description.sha256)
  }
}

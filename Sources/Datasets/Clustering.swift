import EventFiles
import Evaluation
import Foundation
public import JetPhysics

/// How particles become jet features.
public struct ClusteringOptions: Sendable, Hashable {
  /// What N-subjettiness is measured from.
  public var axes: NSubjettiness.AxisChoice
  /// Key of the pandas frame in the file of particles.
  public var key: String
  /// Text file with one truth label a line, for files without labels.
  public var masterkey: String?

  public init(
    axes: NSubjettiness.AxisChoice = .onePassKt, key: String = "df", masterkey: String? = nil
  ) {
    self.axes = axes
    self.key = key
    self.masterkey = masterkey
  }
}

/// What came of clustering a file.
public struct ClusteringSummary: Sendable, Hashable {
  public let events: Int
  /// Events with fewer than two jets above threshold: their m_JJ is 0, no fit range holds them.
  public let withoutDijet: Int
  /// Whether the features carry truth labels.
  public let hasLabels: Bool

  public init(events: Int, withoutDijet: Int, hasLabels: Bool) {
    self.events = events
    self.withoutDijet = withoutDijet
    self.hasLabels = hasLabels
  }
}

/// Clusters a file of particles and writes the features of its jets: row by row the same events.
///
/// ``DijetObservables`` says what the columns mean. Jets: anti-kt, R = 1, pT > 20 GeV. The bytes
/// written do not depend on the number of processes. FastJet works in one thread of a process only,
/// so more than one job means more than one process; each works on slices of rows, and memory stays
/// that of a few slices.
///
/// - Parameters:
///   - input: Particles in the LHC Olympics layout.
///   - output: The feature file; nothing appears there before it is complete.
///   - options: Axes, key and labels.
///   - sourceDigest: The input's SHA-256 if it is known; `nil` to compute it.
///   - jobs: How many processes; with 1 this process does the work itself.
///   - worker: The program that does a worker's part; needed for more than one job.
///   - isCancelled: Asked several times a second; `true` ends the work with `CancellationError`.
///   - progress: Told how many events are done, and of how many.
/// - Returns: Counts for the user.
/// - Throws: ``FileError``, ``DatasetError``, ``ClusteringFailure`` or `CancellationError`.
public func clusterRawFile(
  input: String, output: String, options: ClusteringOptions = ClusteringOptions(),
  sourceDigest: String? = nil, jobs: Int = 1, worker: ClusteringWorkerProgram? = nil,
  isCancelled: () -> Bool = { false },
  progress: (_ finished: Int, _ total: Int) -> Void = { _, _ in }
) throws -> ClusteringSummary {
  let reader = try RawEventReader(reading: input, key: options.key)
  var labels: [UInt8]?
  if let masterkey = options.masterkey {
    labels = try readMasterkey(at: masterkey, events: reader.count).isSignal.map { $0 ? 1 : 0 }
  }
  let labelsAreInside = labels == nil && reader.hasLabels
  if labelsAreInside { labels = [] }
  let writer = try FeatureFileWriter(
    writingTo: output, columnNames: DijetObservables.columns, rowCount: reader.count,
    sourceName: URL(fileURLWithPath: input).lastPathComponent,
    sourceDigest: try sourceDigest ?? sha256(ofFile: input))

  var finished = 0
  var withoutDijet = 0
  progress(0, reader.count)
  func take(_ slice: ClusteredSlice) throws {
    for event in 0..<slice.rows.count {
      let values = slice.observables(of: event)
      if values[values.startIndex + ClusteredSlice.dijetMassColumn] == 0 { withoutDijet += 1 }
      try writer.append(values)
      if labelsAreInside { labels?.append(try slice.label(of: event, file: input)) }
    }
    finished += slice.rows.count
    progress(finished, reader.count)
  }

  let slices = ClusteredSlice.slices(of: reader.count)
  if jobs > 1, slices.count > 1, let worker {
    let pool = try ClusteringPool(
      worker, input: input, options: options, count: min(jobs, slices.count))
    defer { pool.stop() }
    try pool.cluster(slices, isCancelled: isCancelled, take)
  } else {
    for rows in slices {
      try take(ClusteredSlice(rows, of: reader, options: options, isCancelled: isCancelled))
    }
  }
  try writer.finish(labels: labels)
  return ClusteringSummary(
    events: reader.count, withoutDijet: withoutDijet, hasLabels: labels != nil)
}

/// Why particles did not become features.
public enum ClusteringFailure: Error, Equatable {
  /// What this event holds cannot be clustered; rows count from 0.
  case badEvent(file: String, row: Int, reason: String)
  /// A worker process found an error; the text is that error's own.
  case inWorker(String)
  case cannotStartWorker(program: String, reason: String)
  /// A worker process ended before it had done its rows.
  case workerDied(rows: Range<Int>, how: String)
}

extension ClusteringFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badEvent(let file, let row, let reason):
      "\(file): event \(row): \(reason)"
    case .inWorker(let text):
      text
    case .cannotStartWorker(let program, let reason):
      "cannot start the clustering process '\(program)': \(reason)"
    case .workerDied(let rows, let how):
      "the clustering process that worked on rows \(rows.lowerBound) to \(rows.upperBound - 1) "
        + "\(how); no output was written. If memory was short, use fewer --jobs"
    }
  }
}

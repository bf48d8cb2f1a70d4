import Evaluation
import JetPhysics

/// The jet observables of some rows of a file of particles, and their truth labels.
struct ClusteredSlice {
  static let dijetMassColumn = DijetObservables.columns.firstIndex(of: "mjj") ?? 0
  /// Observables, then the label (0 where the file has none).
  static let rowLength = DijetObservables.columns.count + 1

  let rows: Range<Int>
  /// Row-major, shape `[rows.count, rowLength]`.
  let values: [Double]

  init(rows: Range<Int>, values: [Double]) {
    self.rows = rows
    self.values = values
  }

  /// Reads and clusters some rows.
  init(
    _ rows: Range<Int>, of reader: RawEventReader, options: ClusteringOptions,
    isCancelled: () -> Bool = { false }
  ) throws {
    let events = try reader.read(rows: rows)
    var values: [Double] = []
    values.reserveCapacity(rows.count * Self.rowLength)
    for event in 0..<events.count {
      if isCancelled() { throw CancellationError() }
      do {
        values += try DijetObservables(
          Particles(zeroPadded: events[event]), axes: options.axes
        ).values
      } catch {
        throw ClusteringFailure.badEvent(
          file: reader.path, row: rows.lowerBound + event, reason: "\(error)")
      }
      values.append(reader.hasLabels ? events.values[(event + 1) * events.rowLength - 1] : 0)
    }
    self.init(rows: rows, values: values)
  }

  /// Cuts a file into slices: short enough to share out evenly, long enough to read at full speed.
  static func slices(of count: Int) -> [Range<Int>] {
    let length = 500
    return stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
  }

  /// What ``DijetObservables/columns`` names, of one event counted from the slice's start.
  func observables(of event: Int) -> ArraySlice<Double> {
    let first = event * Self.rowLength
    return values[first..<first + Self.rowLength - 1]
  }

  func label(of event: Int, file: String) throws -> UInt8 {
    let label = values[(event + 1) * Self.rowLength - 1]
    guard label == 0 || label == 1 else {
      throw DatasetError.badLabels(
        file: file, .notZeroOrOne(row: rows.lowerBound + event, value: label))
    }
    return UInt8(label)
  }
}

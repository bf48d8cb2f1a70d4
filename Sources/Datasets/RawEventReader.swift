import EventFiles
public import Evaluation

/// Reads LHC Olympics events at particle level, a slice of rows at a time.
///
/// A row holds 700 x (pT in GeV, eta, phi), zero padded behind the last particle, and in research
/// and development files the truth label. Memory is that of the slice asked for, whatever the
/// file's length.
public final class RawEventReader {
  public static let particlesPerEvent = 700
  public static let unlabelledColumns = 3 * particlesPerEvent
  public static let labelledColumns = unlabelledColumns + 1

  public let path: String
  /// Events in the file.
  public let count: Int
  /// Whether the file itself holds truth labels.
  public let hasLabels: Bool
  private let frame: PandasFrame

  /// Opens a file of particles.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - key: The key of its pandas frame.
  /// - Throws: ``FileError``, ``DatasetError/featuresNotParticles(file:)`` or
  ///   ``DatasetError/noEvents(file:)``.
  public init(reading path: String, key: String = "df") throws {
    guard case .particles(let rows, let columns) = try detectKind(of: path, key: key) else {
      throw DatasetError.featuresNotParticles(file: path)
    }
    guard rows > 0 else { throw DatasetError.noEvents(file: path) }
    self.path = path
    count = rows
    hasLabels = columns == Self.labelledColumns
    frame = try PandasFrame(HDF5File(reading: path), key: key)
  }

  /// Reads some events.
  ///
  /// - Parameter rows: Rows of the file, within `0 ..< count`.
  /// - Returns: Particles and truth labels of these events.
  /// - Throws: ``FileError``, ``DatasetError/badParticle(file:row:particle:values:)`` or
  ///   ``DatasetError/badLabels(file:_:)``.
  public func read(rows: Range<Int>) throws -> RawEvents {
    let values = try frame.values(rows: rows)
    let events = RawEvents(
      rows: rows, values: values,
      rowLength: hasLabels ? Self.labelledColumns : Self.unlabelledColumns)
    try refuseBadParticles(in: events)
    return events
  }

  /// Reads some events without a check of their values, to describe a file that may be damaged.
  func readUnchecked(rows: Range<Int>) throws -> RawEvents {
    RawEvents(
      rows: rows, values: try frame.values(rows: rows),
      rowLength: hasLabels ? Self.labelledColumns : Self.unlabelledColumns)
  }

  /// Reads the truth labels of all events; `nil` if the file holds none.
  public func truthLabels() throws -> TruthLabels? {
    guard hasLabels else { return nil }
    var labels: [Double] = []
    labels.reserveCapacity(count)
    let slice = 4_096
    for first in stride(from: 0, to: count, by: slice) {
      labels += try frame.values(rows: first..<min(first + slice, count)).everyLast(
        of: Self.labelledColumns)
    }
    do {
      return try TruthLabels(values: labels)
    } catch {
      throw DatasetError.badLabels(file: path, error)
    }
  }

  private func refuseBadParticles(in events: RawEvents) throws {
    for event in 0..<events.count {
      let particles = events[event]
      // One pass over a flat array first: a sum is finite only if its terms are.
      var sum = 0.0
      var isNegative = false
      for index in stride(from: particles.startIndex, to: particles.endIndex, by: 3) {
        sum += abs(particles[index]) + abs(particles[index + 1]) + abs(particles[index + 2])
        isNegative = isNegative || particles[index] < 0
      }
      guard isNegative || !sum.isFinite else { continue }
      for particle in 0..<Self.particlesPerEvent {
        let first = particles.startIndex + 3 * particle
        let values = Array(particles[first..<first + 3])
        if values[0] < 0 || !values.allSatisfy({ $0.isFinite }) {
          throw DatasetError.badParticle(
            file: path, row: events.rows.lowerBound + event, particle: particle, values: values)
        }
      }
    }
  }
}

/// Some events at particle level.
public struct RawEvents: Sendable {
  /// Rows of the file that these events are.
  public let rows: Range<Int>
  /// All numbers in row-major order, shape `[count, rowLength]`.
  public let values: [Double]
  /// 2100, or 2101 with the truth label.
  public let rowLength: Int

  public var count: Int { rows.count }

  /// The particles of one event, counted from 0 within this slice: 700 x (pT [GeV], eta, phi).
  public subscript(event: Int) -> ArraySlice<Double> {
    let first = event * rowLength
    return values[first..<first + RawEventReader.unlabelledColumns]
  }
}

extension [Double] {
  /// The last number of every row of a flat array.
  fileprivate func everyLast(of rowLength: Int) -> [Double] {
    stride(from: rowLength - 1, to: count, by: rowLength).map { self[$0] }
  }
}

import EventFiles
import EventModel
import Evaluation
public import Randomness

extension LabelledEvents {
  /// Draws some of the events without replacement, in their order and with their identifiers.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - seed: Equal seeds draw equal events; a larger number contains a smaller one.
  /// - Returns: The events with a digest of their own.
  /// - Throws: ``SamplingError`` if there are fewer.
  public func drawing(_ count: Int, seed: Seed) throws -> LabelledEvents {
    guard count <= events.count else {
      throw SamplingError.tooFewEvents(
        file: description.name, needed: count, found: events.count)
    }
    let rows = drawingOrder(seed).prefix(count).sorted()
    var digest = SHA256()
    digest.update("\(count) events of \(description.sha256), seed \(seed.value)".utf8)
    var description = description
    description.sha256 = digest.hexDigest()
    description.rows = count
    return LabelledEvents(
      events: events.selecting(rows: rows), truth: truth?.selecting(rows: rows),
      description: description)
  }

  /// The rows that ``drawing(_:seed:)`` leaves, ascending.
  public func rows(leftAfterDrawing count: Int, seed: Seed) -> [Int] {
    drawingOrder(seed).dropFirst(count).sorted()
  }

  private func drawingOrder(_ seed: Seed) -> [Int] {
    seed.child("sampling").ordered(events.identifiers.indices)
  }
}

/// Why events cannot be drawn.
public enum SamplingError: Error, Sendable, Equatable {
  case tooFewEvents(file: String, needed: Int, found: Int)
}

extension SamplingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewEvents(let file, let needed, let found):
      "\(file) holds \(found) events, \(needed) are to be drawn (none is used twice): ask for fewer"
    }
  }
}

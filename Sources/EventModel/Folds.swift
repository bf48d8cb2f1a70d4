public import Randomness

/// Which part of the data an event belongs to when models are trained on the other parts.
///
/// An event's fold comes from a hash of the seed and its identifier, so it changes neither with the
/// order of the events nor with their features; within a bin of the dijet mass the hashes are
/// ranked and dealt out in turn, so folds have equal size in every bin.
public struct Folds: Sendable, Hashable {
  /// Which folds a model may learn from.
  public enum Scheme: String, Sendable, Hashable, Codable, CaseIterable {
    /// All folds but the one it scores.
    case cross
    /// Only folds before the one it scores; the first is not scored.
    case sequential
  }

  public let count: Int
  public let scheme: Scheme
  /// The fold of each event, shape `[events]`.
  public let assignment: [UInt8]

  /// Deals events out into at most 255 folds, two at least, of equal size in every mass bin.
  ///
  /// Events outside the binning share one more bin.
  public init(
    count: Int, scheme: Scheme = .cross, of table: EventTable, stratifiedBy binning: MassBinning,
    seed: Seed
  ) {
    precondition((2...255).contains(count), "folds must be 2 ... 255, got \(count)")
    self.count = count
    self.scheme = scheme
    assignment = stratifiedParts(
      identifiers: table.identifiers,
      strata: table.dijetMass.map { binning.bin(of: $0) ?? binning.count },
      count: count, seed: seed
    ).map { UInt8($0) }
  }

  private init(count: Int, scheme: Scheme, assignment: [UInt8]) {
    self.count = count
    self.scheme = scheme
    self.assignment = assignment
  }

  /// The folds of these events and then of others; events that are added move none.
  package func appending(_ other: Folds) -> Folds {
    precondition(count == other.count && scheme == other.scheme)
    return Folds(count: count, scheme: scheme, assignment: assignment + other.assignment)
  }

  /// The folds whose events get a score.
  public var scored: [Int] {
    switch scheme {
    case .cross: Array(0..<count)
    case .sequential: Array(1..<count)
    }
  }

  /// Rows that a model for `fold` may learn from, ascending.
  public func trainingRows(for fold: Int) -> [Int] {
    assignment.indices.filter {
      switch scheme {
      case .cross: assignment[$0] != fold
      case .sequential: assignment[$0] < fold
      }
    }
  }

  /// Rows of a fold, ascending.
  public func rows(in fold: Int) -> [Int] {
    assignment.indices.filter { assignment[$0] == fold }
  }
}

/// Deals events out into parts of equal size within each stratum.
///
/// Events that share an identifier go to the same part (copies must never sit on both sides).
///
/// - Parameters:
///   - identifiers: One number an event.
///   - strata: One stratum an event; parts are balanced within each.
///   - count: Number of parts, at least 1.
///   - seed: Root of the hash.
/// - Returns: The part of each event, 0 ..< count.
public func stratifiedParts(
  identifiers: [Int64], strata: [Int], count: Int, seed: Seed
) -> [Int] {
  var stratumOf: [Int64: Int] = [:]
  for (identifier, stratum) in zip(identifiers, strata) {
    stratumOf[identifier] = min(stratum, stratumOf[identifier] ?? stratum)
  }
  let order = stratumOf.map { (hash: seed.hash(of: $0.key), identifier: $0.key, stratum: $0.value) }
    .sorted { ($0.stratum, $0.hash, $0.identifier) < ($1.stratum, $1.hash, $1.identifier) }
  var part: [Int64: Int] = [:]
  part.reserveCapacity(order.count)
  for (rank, event) in order.enumerated() { part[event.identifier] = rank % count }
  return identifiers.map { part[$0] ?? 0 }
}

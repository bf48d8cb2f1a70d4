/// Simulated events at one value of a nuisance.
public struct VariedSample: Sendable, Hashable {
  /// Which of the three samples of a nuisance.
  public enum Role: String, Sendable, Hashable, Codable { case nominal, up, down }

  /// Shape `[columns][events]`, finite, the compared columns in their order.
  public let columns: [[Float]]
  /// Shape `[events]`, not negative.
  ///
  /// `nil` if every event counts once. Only ratios matter.
  public let weights: [Float]?
  /// Expected events over those of the nominal sample, above 0; 1 for a change of shape alone.
  public let relativeYield: Double
  /// Numbers of the events before any cut, shape `[events]`; `nil` if none was left out.
  ///
  /// Equal numbers are the same generated event in every sample, if the samples are made of the same.
  public let rows: [Int]?

  public init(
    columns: [[Float]], weights: [Float]? = nil, relativeYield: Double = 1, rows: [Int]? = nil
  ) {
    self.columns = columns
    self.weights = weights
    self.rows = rows
    self.relativeYield = relativeYield
  }

  private var hasWeight: Bool { weights?.contains { $0 > 0 } ?? (count > 0) }

  var count: Int { columns.first?.count ?? 0 }

  /// Fewest events that a dependence is learned from.
  static let fewestEvents = 100

  func check(_ role: Role, columns names: Int) throws(NuisanceError) {
    guard columns.count == names else {
      throw .badSample(role, "has \(columns.count) columns where \(names) are named")
    }
    guard count >= Self.fewestEvents, columns.allSatisfy({ $0.count == count }) else {
      throw .badSample(role, "has fewer than \(Self.fewestEvents) events or unequal columns")
    }
    guard columns.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .badSample(role, "holds a value that is not finite")
    }
    if let rows, rows.count != count {
      throw .badSample(role, "has \(rows.count) row numbers for \(count) events")
    }
    if let weights {
      guard weights.count == count, weights.allSatisfy({ $0 >= 0 && $0.isFinite }),
        weights.contains(where: { $0 > 0 })
      else { throw .badSample(role, "has weights that fit no sample") }
    }
    let (learned, kept) = split()
    guard learned.hasWeight, kept.hasWeight else {
      throw .badSample(
        role, "has nothing in every fifth row, which is kept for the closure check, or there alone")
    }
    guard relativeYield > 0, relativeYield.isFinite else {
      throw .badSample(role, "has a yield of \(relativeYield) relative to the nominal one")
    }
  }

  /// Four fifths to learn from and every fifth event to check with: events with equal row numbers in
  /// two samples stay together.
  func split() -> (learned: VariedSample, kept: VariedSample) {
    func part(_ isIncluded: (Int) -> Bool) -> VariedSample {
      let rows = (0..<count).filter { isIncluded(self.rows?[$0] ?? $0) }
      return VariedSample(
        columns: columns.map { column in rows.map { column[$0] } },
        weights: weights.map { weights in rows.map { weights[$0] } },
        relativeYield: relativeYield, rows: self.rows.map { numbers in rows.map { numbers[$0] } })
    }
    return (part { $0 % 5 != 4 }, part { $0 % 5 == 4 })
  }

  /// Weights of all events that add up to a number.
  func weights(summingTo total: Double) -> [Float] {
    let weights = weights ?? Array(repeating: 1, count: count)
    let scale = total / weights.reduce(0.0) { $0 + Double($1) }
    return weights.map { Float(Double($0) * scale) }
  }

  /// The weighted mean of a number of every event.
  func mean(of values: [Double]) -> Double {
    zip(values, weights(summingTo: 1)).reduce(0) { $0 + $1.0 * Double($1.1) }
  }
}

public import EventModel
import Foundation
import NumericalCore
public import Randomness
import StatisticalInference

/// Pseudo-data from the data alone: the features of other events, moved to a mass from the fit.
///
/// m_JJ is drawn from the background fit of the full spectrum; the features are those of a donor, an
/// event at w < |ln m - ln m_JJ| < 2w on either side (w: width of the widest signal region), moved
/// to the drawn mass by ``FeatureTrend``, the same rule at every mass. A signal is spread over
/// regions that are wider than any window and lie beside where it was. A pseudo-event keeps its
/// donor's identifier, so that copies of one event never sit in training and test.
public struct DonorEvents: NullSource {
  public let name = NullSourceName.donors
  public private(set) var assumptions: [String] = []
  public let label = "donors"
  /// Fraction of the events of the first pseudo-experiment whose donor had been used before.
  public private(set) var duplicates = 0.0

  private let features: [Feature]
  private let trends: [FeatureTrend]
  /// Donors in ascending order of mass.
  private let logMass: [Double]
  private let donors: EventTable
  /// Places of each donor's features among the quantiles at its mass, `[feature][donor][level]`.
  private let quantiles: [[[Double]]]
  private let masses: MassSpectrumSampler
  private let width: Double
  private let setSize: Int
  private let seed: Seed

  /// Prepares donors.
  ///
  /// - Parameters:
  ///   - events: All events of the searched file with the features of the search, also those beside
  ///     the fit range: they can lend features too.
  ///   - plan: The search.
  ///   - seed: Root of every random number.
  /// - Throws: ``NullSourceError``, ``PlanError`` or an error about the spectrum.
  public init(_ events: EventTable, plan: SearchPlan, seed: Seed) throws {
    guard events.weights == nil else { throw NullSourceError.weighted(sample: "the searched file") }
    let range = try plan.fitRange()
    let width = try plan.widestSignalRegion()
    let reach = exp(2 * width)
    let order = events.dijetMass.indices
      .filter {
        events.dijetMass[$0] > range.lowerBound / reach
          && events.dijetMass[$0] < range.upperBound * reach
      }
      .sorted { (events.dijetMass[$0], $0) < (events.dijetMass[$1], $1) }
    let needed = FeatureTrend.sliceCount * FeatureTrend.eventsPerSlice
    guard order.count >= needed else {
      throw NullSourceError.tooFewDonors(events: order.count, needed: needed)
    }
    let donors = events.selecting(rows: order)
    let logMass = donors.dijetMass.map { log($0) }
    let trends = donors.columns.map { FeatureTrend(values: $0, logMass: logMass) }
    let inRange = donors.dijetMass.filter { range.contains($0) }
    let masses = try MassSpectrumSampler(inRange, plan: plan)
    self.donors = donors
    self.logMass = logMass
    self.trends = trends
    self.masses = masses
    self.width = width
    features = events.features
    quantiles = trends.map { trend in logMass.map { trend.quantiles(at: $0) } }
    setSize = inRange.count
    self.seed = seed.child("donors")
    for end in [log(range.lowerBound), log(range.upperBound)] {
      let rings = Self.rings(around: end, width: width, in: logMass)
      guard rings.contains(where: { !$0.isEmpty }) else {
        throw NullSourceError.noDonor(
          dijetMass: exp(end), distances: exp(end) * (exp(width) - 1)...exp(end) * (reach - 1))
      }
    }
    let first = self.events(of: 0).identifiers
    duplicates = 1 - Double(Set(first).count) / Double(first.count)
    assumptions = [
      "The spectrum of the background is the smooth function fitted to the full spectrum "
        + "(\(masses.description)).",
      "The features of the background change slowly with m_JJ: those of an event of mass m are "
        + "taken from events at \(Self.percent(exp(width) - 1)) to \(Self.percent(reach - 1)) of m "
        + "away and moved by the trend of their quantiles.",
      "A signal is narrower than the signal regions.",
      "\(Self.percent(duplicates)) of the pseudo-events share their donor with another; copies stay "
        + "in one fold.",
    ]
  }

  public func events(of pseudoExperiment: Int) -> EventTable {
    var generator = seed.child("\(pseudoExperiment)").makeGenerator()
    var dijetMass: [Double] = []
    var rows: [Int] = []
    dijetMass.reserveCapacity(setSize)
    rows.reserveCapacity(setSize)
    while rows.count < setSize {
      let mass = masses.draw(&generator)
      let rings = Self.rings(around: log(mass), width: width, in: logMass)
      let count = rings[0].count + rings[1].count
      // Rare gaps between the last events of the spectrum: another mass is drawn.
      guard count > 0 else { continue }
      let place = generator.integer(below: count)
      rows.append(
        place < rings[0].count
          ? rings[0].lowerBound + place : rings[1].lowerBound + place - rings[0].count)
      dijetMass.append(mass)
    }
    let columns = trends.indices.map { feature in
      let values = donors.columns[feature]
      return zip(dijetMass, rows).map { mass, row in
        Float(
          FeatureTrend.move(
            Double(values[row]), from: quantiles[feature][row],
            to: trends[feature].quantiles(at: log(mass))))
      }
    }
    return donors.replacing(
      dijetMass: dijetMass, columns: columns, identifiers: rows.map { donors.identifiers[$0] })
  }

  /// Donors below and above a mass.
  private static func rings(
    around logMass: Double, width: Double, in ascending: [Double]
  ) -> [Range<Int>] {
    func position(_ value: Double) -> Int { ascending.partitioningIndex { $0 >= value } }
    return [
      position(logMass - 2 * width)..<position(logMass - width),
      position(logMass + width)..<position(logMass + 2 * width),
    ]
  }

  private static func percent(_ fraction: Double) -> String {
    "\((fraction * 1_000).rounded() / 10) %"
  }
}

extension SearchPlan {
  /// The width of the widest signal region in ln m_JJ.
  func widestSignalRegion() throws(PlanError) -> Double {
    var all = self
    all.mass.windows = nil
    return try all.windows().map {
      log($0.window.signalRegion.upperBound / $0.window.signalRegion.lowerBound)
    }.max() ?? 0
  }
}

public import EventModel
import Foundation
public import Learners
import NumericalCore
public import Randomness

/// The ratio of densities in signal region and sidebands, each from the k-th nearest neighbour.
///
/// The density of a sample of n events in D features is k / (n V_D d^D), d being the distance to the
/// k-th nearest of them (Loftsgaarden, Quesenberry, Ann. Math. Statist. 36 (1965) 1049); the ratio
/// of two is the classifier that nothing was trained for (De Simone, Jacques, arXiv:1807.06038, use
/// it as a two-sample test). The sidebands' density is the mean of both. Features are standardised
/// on the training events. Weights count in no distance, so weighted events are refused.
public struct NeighbourRatio: AnomalyMethod {
  public static var reference: Reference {
    Reference(arXiv: "1807.06038", title: "Guiding new physics searches with unsupervised learning")
  }

  /// k, at least 1.
  public var neighbour: Int

  public init(neighbour: Int) {
    self.neighbour = neighbour
  }

  public var trainingsPerFit: Int { 1 }

  public func fit(
    _ view: RegionContrast, seed _: Seed, isCancelled _: @Sendable () -> Bool
  ) throws -> NeighbourRatioScorer {
    let regions = [view.signalRegion, view.lowerSideband, view.upperSideband]
    guard regions.allSatisfy({ $0.weights.allSatisfy { $0 == 1 } }) else {
      throw NeighbourRatioError.weightedEvents
    }
    for region in regions where region.count < neighbour {
      throw NeighbourRatioError.tooFewEvents(found: region.count, neighbour: neighbour)
    }
    let scaling = try StandardisationTransform(
      fitting: WeightedEvents(EventSlice(joining: regions)))
    return NeighbourRatioScorer(
      neighbour: neighbour, scaling: scaling,
      trees: try regions.map {
        KDTree(try scaling.rows($0), dimensions: scaling.features.count)
      })
  }
}

/// Densities of the three regions; a score is the logarithm of their ratio.
public struct NeighbourRatioScorer: EventScorer {
  let neighbour: Int
  let scaling: StandardisationTransform
  /// Signal region, lower and upper sideband.
  let trees: [KDTree]

  public func scores(_ events: EventSlice) throws -> [Float] {
    let places = try scaling.rows(events)
    let dimensions = Double(scaling.features.count)
    // ln(k / n) - D ln d, without what the ratio does not depend on.
    let logDensities = trees.map { tree in
      tree.squaredDistances(toNeighbour: neighbour, of: places).map {
        -log(Double(tree.count)) - dimensions / 2 * log(max($0, .leastNormalMagnitude))
      }
    }
    return events.identifiers.indices.map { event in
      let (lower, upper) = (logDensities[1][event], logDensities[2][event])
      let larger = max(lower, upper)
      let sidebands = larger + log((exp(lower - larger) + exp(upper - larger)) / 2)
      return Float(logDensities[0][event] - sidebands)
    }
  }
}

extension StandardisationTransform {
  /// Mapped features event by event, shape `[events * features]`.
  fileprivate func rows(_ events: EventSlice) throws -> [Double] {
    let columns = try columns(events)
    return (0..<events.count).flatMap { event in columns.map { Double($0[event]) } }
  }
}

/// Why neighbours give no densities.
public enum NeighbourRatioError: Error, Equatable {
  case weightedEvents
  case tooFewEvents(found: Int, neighbour: Int)
}

extension NeighbourRatioError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .weightedEvents:
      "nearest neighbours know no event weights: take another method, or unweight the events"
    case .tooFewEvents(let found, let neighbour):
      "a region holds \(found) events to learn from, fewer than the \(neighbour) neighbours of "
        + "neighbourRatio.neighbour: choose fewer, or wider mass bins"
    }
  }
}

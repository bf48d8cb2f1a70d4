import EventModel
import Foundation
import NumericalCore
package import Randomness
import StatisticalInference

/// Draws masses from the smooth function that describes the whole spectrum.
package struct MassSpectrumSampler: CustomStringConvertible, Sendable {
  package let description: String
  private let edges: [Double]
  /// Expected events below each upper edge, ascending.
  private let cumulative: [Double]
  /// Fitted density at the edges.
  private let densities: [Double]

  /// Fits the plan's functions to masses in the fit range, without a mask.
  ///
  /// The first function that describes the spectrum is taken. With a visible signal none may: then
  /// the one of largest goodness of fit is, and the description says so.
  package init(_ masses: [Double], plan: SearchPlan) throws {
    let edges = try plan.fitBinning().edges
    let histogram = try Histogram(edges: edges, masses: masses)
    let choice = fitBackground(
      histogram, functions: plan.fit.functions, excluding: [], collisionEnergy: plan.sqrtS,
      minimumPValue: plan.fit.minimumPValue,
      minimumEventsPerParameter: plan.fit.minimumEventsPerParameter)
    let fit: BackgroundFit
    if let accepted = choice.fit {
      fit = accepted
    } else {
      let fits = plan.fit.functions.compactMap { function in
        try? BackgroundFit(
          histogram, function: function, excluding: [], collisionEnergy: plan.sqrtS)
      }
      guard
        let best = fits.max(by: {
          ($0.goodnessOfFit?.pValue ?? 0) < ($1.goodnessOfFit?.pValue ?? 0)
        })
      else { throw NullSourceError.noBackgroundFit(reason: choice.remark ?? "no function") }
      fit = best
    }
    let goodness = fit.goodnessOfFit.map {
      "chi2/ndf \(($0.chi2 * 10).rounded() / 10)/\($0.degreesOfFreedom)"
    }
    description =
      fit.function.rawValue + (goodness.map { ", \($0)" } ?? "")
      + (choice.fit == nil ? "; no function passes the goodness-of-fit threshold" : "")
    self.edges = edges
    var sum = 0.0
    cumulative = fit.expected.map {
      sum += $0.count
      return sum
    }
    densities = edges.map { fit.density(at: $0) }
  }

  /// Draws one mass in GeV; within a bin the density is a straight line.
  package func draw(_ generator: inout SplitMix64) -> Double {
    let wanted = generator.uniform() * cumulative[cumulative.count - 1]
    // Rounding never draws from beyond the last bin.
    let low = cumulative.dropLast().partitioningIndex { $0 > wanted }
    let (a, b) = (densities[low], densities[low + 1])
    let part = generator.uniform()
    // The inverse of the cumulative of a + (b - a) t on [0, 1].
    let root = (a * a + part * (b * b - a * a)).squareRoot()
    let t = a + b > 0 ? part * (a + b) / (a + root) : part
    return min(edges[low] + t * (edges[low + 1] - edges[low]), edges[low + 1].nextDown)
  }
}

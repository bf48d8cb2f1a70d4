internal import NumericalCore

/// Simulated signals at one or several masses, interpolated to any mass in between.
///
/// Horizontal interpolation (A. L. Read, Nucl. Instrum. Meth. A 425 (1999) 357): every quantile of
/// m / mass is interpolated linearly in the mass between the two neighbouring simulations. A
/// Gaussian of constant relative width is reproduced exactly. Outside the simulated masses, and with
/// a single one, the shape of m / mass is that of the nearest: it scales with the mass. Events are
/// uniform within a bin of a template.
public struct SignalTemplate: Sendable, Hashable {
  /// A cumulative distribution with straight lines between its points.
  private struct Cumulative: Sendable, Hashable {
    let mass: Double
    /// m / mass, ascending.
    let points: [Double]
    /// Probability below each point, from 0 to 1.
    let probabilities: [Double]

    func quantile(_ probability: Double) -> Double {
      Self.interpolate(probability, from: probabilities, to: points)
    }

    func probability(below point: Double) -> Double {
      if point <= points[0] { return 0 }
      if point >= points[points.count - 1] { return 1 }
      return Self.interpolate(point, from: points, to: probabilities)
    }

    /// Looks a value up between ascending knots.
    static func interpolate(_ value: Double, from knots: [Double], to values: [Double]) -> Double {
      var low = 0
      var high = knots.count - 1
      while high - low > 1 {
        let middle = (low + high) / 2
        if knots[middle] <= value { low = middle } else { high = middle }
      }
      let width = knots[high] - knots[low]
      let position = width > 0 ? min(max((value - knots[low]) / width, 0), 1) : 1
      return values[low] + position * (values[high] - values[low])
    }
  }

  /// By ascending mass.
  private let templates: [Cumulative]

  /// The simulated masses in GeV, ascending.
  public var masses: [Double] { templates.map(\.mass) }

  /// Takes one histogram of reconstructed masses for each simulated mass in GeV.
  ///
  /// Only the shapes count. Counts may be weighted; bins without events carry nothing.
  ///
  /// - Throws: ``SignalShapeError`` without templates, for masses that are not positive or come
  ///   twice, and for templates without events.
  public init(_ histograms: [(mass: Double, spectrum: Histogram)]) throws(SignalShapeError) {
    var templates: [Cumulative] = []
    for (mass, spectrum) in histograms.sorted(by: { $0.mass < $1.mass }) {
      guard mass.isFinite, mass > 0 else { throw .invalidTemplateMass(mass) }
      if templates.last?.mass == mass { throw .repeatedTemplateMass(mass) }
      let total = spectrum.total
      guard total > 0 else { throw .emptyTemplate(mass: mass) }
      var points: [Double] = []
      var probabilities: [Double] = []
      var sum = 0.0
      for (bin, edge) in spectrum.edges.enumerated() {
        points.append(edge / mass)
        probabilities.append(sum / total)
        if bin < spectrum.binCount { sum += spectrum.counts[bin] }
      }
      // From the last edge with nothing below it to the first with everything.
      let first = probabilities.lastIndex(of: 0) ?? 0
      let last = probabilities.firstIndex { $0 >= 1 - 1e-15 } ?? points.count - 1
      probabilities[last] = 1
      templates.append(
        Cumulative(
          mass: mass, points: Array(points[first...last]),
          probabilities: Array(probabilities[first...last])))
    }
    guard !templates.isEmpty else { throw .noTemplates }
    self.templates = templates
  }

  func probabilitiesBelow(_ points: [Double], mass: Double) -> [Double] {
    guard let upper = templates.firstIndex(where: { $0.mass >= mass }), upper > 0,
      templates[upper].mass > mass
    else {
      let nearest =
        templates.min { abs($0.mass - mass) < abs($1.mass - mass) } ?? templates[0]
      return points.map { nearest.probability(below: $0 / mass) }
    }
    let (a, b) = (templates[upper - 1], templates[upper])
    let weight = (mass - a.mass) / (b.mass - a.mass)
    // Both inverses are straight between the knots of either, and so is their mean.
    let knots = Set(a.probabilities + b.probabilities).sorted()
    let between = Cumulative(
      mass: mass,
      points: knots.map { (1 - weight) * a.quantile($0) + weight * b.quantile($0) },
      probabilities: knots)
    return points.map { between.probability(below: $0 / mass) }
  }
}

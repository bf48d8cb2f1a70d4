internal import Foundation

/// A smooth function that describes the mass spectrum of the background.
///
/// dN/dm in events per GeV, with y = m / √s. The number in a function's name is that of its
/// parameters. The first parameter of all but the Bernstein polynomials is a logarithm: on small
/// samples p0 itself leaves the range of a double.
public struct SpectrumFunction: RawRepresentable, Sendable, Hashable, Codable, CaseIterable {
  /// Functions that differ in their number of parameters only; each contains those with fewer.
  public enum Family: String, Sendable, Hashable, CaseIterable {
    /// p0 (1 - y)^p1 y^-(p2 + p3 ln y + p4 ln² y): ATLAS (arXiv:1910.08447), LHC Olympics
    /// (arXiv:2101.08320).
    case dijet
    /// p1 (1 - y)^(p2 - ξ1 p3) y^(-p3 + (p4 - ξ2 p3 - ξ3 p2) ln y): the first two functions of the
    /// ATLAS weakly supervised search (arXiv:2005.02983).
    case atlas
    /// p1 y^(p2 - ξ1 p3) exp(-p3 y + (p4 - ξ2 p3 - ξ3 p2) y²): the third function of that search.
    case atlasExponential
    /// exp(ln p0 + p1 y + p2 y² ...).
    case exponential
    /// p0 y^-(p1 + p2 ln y + p3 ln² y ...).
    case powerLaw
    /// Σ pk Bk(t), pk >= 0, with the Bernstein polynomials of degree n in the position t between
    /// the first and the last edge of the spectrum.
    case bernstein

    /// How many parameters its functions can have.
    public var parameterCounts: ClosedRange<Int> {
      switch self {
      case .dijet: 3...5
      case .atlas: 3...4
      case .atlasExponential: 4...4
      case .exponential: 2...6
      case .powerLaw: 2...5
      case .bernstein: 2...8
      }
    }
  }

  public let family: Family
  public let parameterCount: Int

  /// Makes a function; `nil` if the family has none of this number of parameters.
  public init?(_ family: Family, parameterCount: Int) {
    guard family.parameterCounts.contains(parameterCount) else { return nil }
    self.init(family: family, parameterCount: parameterCount)
  }

  private init(family: Family, parameterCount: Int) {
    self.family = family
    self.parameterCount = parameterCount
  }

  /// Finds a function by its name, such as "dijet4".
  public init?(rawValue: String) {
    guard let function = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = function
  }

  /// The name: the family's and the number of parameters.
  public var rawValue: String { family.rawValue + "\(parameterCount)" }

  public static let allCases = Family.allCases.flatMap { family in
    family.parameterCounts.map { Self(family: family, parameterCount: $0) }
  }

  /// ln p0, p1 and p2.
  public static let dijet3 = Self(family: .dijet, parameterCount: 3)
  /// ln p0, p1, p2 and p3.
  public static let dijet4 = Self(family: .dijet, parameterCount: 4)
  /// ln p0, p1, p2, p3 and p4.
  public static let dijet5 = Self(family: .dijet, parameterCount: 5)
  /// The first function of the ATLAS search; the space of `dijet3`.
  public static let atlas3 = Self(family: .atlas, parameterCount: 3)
  /// The second; the space of `dijet4`.
  public static let atlas4 = Self(family: .atlas, parameterCount: 4)
  /// The third.
  public static let atlasExponential4 = Self(family: .atlasExponential, parameterCount: 4)

  /// Names of the parameters in the order of fits: "ln p0", "p1" and so on.
  public var parameterNames: [String] {
    let first = isATLAS ? 1 : 0
    return (0..<parameterCount).map { $0 == 0 && !isLinear ? "ln p\(first)" : "p\($0 + first)" }
  }

  /// The formula as plain text.
  public var formula: String {
    func polynomial(of variable: String, from first: Int) -> String {
      (first..<parameterCount).map { index in
        let power = index - first
        return "p\(index)"
          + (power == 0 ? "" : power == 1 ? " \(variable)" : " \(variable)^\(power)")
      }.joined(separator: " + ").replacing("ln y^", with: "ln^").replacing(
        #/ln\^(\d)/#, with: { "ln^\($0.1) y" })
    }
    func exponent(from first: Int) -> String {
      parameterCount - first == 1 ? "p\(first)" : "(\(polynomial(of: "ln y", from: first)))"
    }
    switch family {
    case .dijet: return "p0 (1 - y)^p1 y^-\(exponent(from: 2))"
    case .powerLaw: return "p0 y^-\(exponent(from: 1))"
    case .exponential:
      return "p0 exp("
        + (1..<parameterCount).map { "p\($0) y" + ($0 == 1 ? "" : "^\($0)") }
        .joined(separator: " + ") + ")"
    case .atlas:
      return parameterCount == 3
        ? "p1 (1 - y)^(p2 - xi1 p3) y^-p3"
        : "p1 (1 - y)^(p2 - xi1 p3) y^(-p3 + (p4 - xi2 p3 - xi3 p2) ln y)"
    case .atlasExponential:
      return "p1 y^(p2 - xi1 p3) exp(-p3 y + (p4 - xi2 p3 - xi3 p2) y^2)"
    case .bernstein:
      return "sum of pk Bernstein polynomials of degree \(parameterCount - 1), pk >= 0"
    }
  }

  /// Computes dN/dm in events per GeV, with every ξ = 0.
  ///
  /// - Parameters:
  ///   - dijetMass: In GeV, between 0 and the collision energy.
  ///   - parameters: In the order of ``parameterNames``, shape `[parameterCount]`.
  ///   - collisionEnergy: √s in GeV.
  ///   - range: From the first to the last edge of the spectrum in GeV: where Bernstein polynomials
  ///     live; others have no use for it.
  /// - Returns: The density.
  public func density(
    at dijetMass: Double, parameters: [Double], collisionEnergy: Double,
    range: Range<Double>? = nil
  ) -> Double {
    precondition(parameters.count == parameterCount, "\(rawValue) has \(parameterCount) parameters")
    guard !isLinear else {
      let range = range ?? 0..<collisionEnergy
      var values = [Double](repeating: 0, count: parameterCount)
      values.withUnsafeMutableBufferPointer {
        Self.bernstein(
          at: (dijetMass - range.lowerBound) / (range.upperBound - range.lowerBound), into: $0)
      }
      return zip(parameters, values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let y = dijetMass / collisionEnergy
    return exp(zip(parameters, terms).reduce(0) { $0 + $1.0 * $1.1.value(at: y) })
  }
}

extension SpectrumFunction {
  /// Whether the density itself is linear in the parameters, not its logarithm.
  var isLinear: Bool { family == .bernstein }

  /// Whether the function has parameters ξ that only decorrelate the others.
  var isATLAS: Bool { family == .atlas || family == .atlasExponential }

  /// A function of y whose multiple is added to the logarithm of the density.
  struct Term: Sendable, Hashable {
    enum Variable: Sendable, Hashable {
      case one
      /// ln(1 - y).
      case logRest
      /// ln y.
      case logMass
      /// y.
      case mass
    }
    var variable: Variable
    var power = 1
    var sign = 1.0

    func value(at y: Double) -> Double {
      switch variable {
      case .one: sign
      case .logRest: sign * log1p(-y)
      case .logMass: sign * pow(log(y), Double(power))
      case .mass: sign * pow(y, Double(power))
      }
    }
  }

  /// What each parameter multiplies in the logarithm of the density; none for Bernstein polynomials.
  var terms: [Term] {
    let one = Term(variable: .one)
    func powers(_ variable: Term.Variable, sign: Double = 1) -> [Term] {
      (1...8).map { Term(variable: variable, power: $0, sign: sign) }
    }
    let all: [Term]
    switch family {
    case .dijet: all = [one, Term(variable: .logRest)] + powers(.logMass, sign: -1)
    case .atlas:
      all = [
        one, Term(variable: .logRest), Term(variable: .logMass, sign: -1),
        Term(variable: .logMass, power: 2),
      ]
    case .atlasExponential:
      all = [
        one, Term(variable: .logMass), Term(variable: .mass, sign: -1),
        Term(variable: .mass, power: 2),
      ]
    case .exponential: all = [one] + powers(.mass)
    case .powerLaw: all = [one] + powers(.logMass, sign: -1)
    case .bernstein: all = []
    }
    return Array(all.prefix(parameterCount))
  }

  /// Whether this function is another one with some parameters fixed.
  public func isNested(in other: SpectrumFunction) -> Bool {
    guard parameterCount < other.parameterCount, isLinear == other.isLinear else { return false }
    if isLinear { return true }
    func space(_ function: SpectrumFunction) -> Set<Term> {
      Set(function.terms.map { Term(variable: $0.variable, power: $0.power) })
    }
    return space(self).isSubset(of: space(other))
  }

  /// Computes the Bernstein polynomials of degree `values.count - 1` at t in [0, 1].
  static func bernstein(at t: Double, into values: UnsafeMutableBufferPointer<Double>) {
    values[0] = 1
    for degree in 1..<values.count {
      var carried = 0.0
      for k in 0..<degree {
        let value = values[k]
        values[k] = carried + (1 - t) * value
        carried = t * value
      }
      values[degree] = carried
    }
  }
}

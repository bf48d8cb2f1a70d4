internal import NumericalCore

/// The background of a spectrum: the smallest function of a nested chain that a larger one does not
/// improve.
public struct NestedChoice: Sendable {
  /// How two nested fits are compared.
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    /// F = (ΔD / Δk) / (D / (N - k)) with the deviances D, parameters k and used bins N: also valid
    /// where neither function fits perfectly.
    case fTest = "f-test"
    /// ΔD is a chi-square of Δk degrees of freedom (Wilks).
    case likelihoodRatio = "likelihood-ratio"
  }

  /// Two neighbours of the chain.
  public struct Step: Sendable, Hashable {
    public let simpler: SpectrumFunction
    public let larger: SpectrumFunction
    /// F, or the difference of the deviances.
    public let statistic: Double
    /// Probability of an improvement at least as large if the simpler function is true.
    public let pValue: Double
  }

  public let fit: BackgroundFit
  /// The comparisons made, the last of which stopped the chain unless its end was reached.
  public let steps: [Step]
  /// Functions whose fit has no result, with the reason.
  public let rejections: [BackgroundChoice.Rejection]

  /// Goes up a chain of functions as long as the next one improves the fit.
  ///
  /// - Parameters:
  ///   - spectrum: Counts of the whole fit range.
  ///   - functions: From the simplest on; each must be nested in the next.
  ///   - masks: Ranges to leave out, in GeV.
  ///   - collisionEnergy: √s in GeV.
  ///   - comparison: The test.
  ///   - threshold: The next function is taken if the p-value is below this.
  /// - Throws: ``NestedChoiceError`` for functions that are not nested, or none that fits.
  public init(
    _ spectrum: Histogram, functions: [SpectrumFunction], excluding masks: [Range<Double>],
    collisionEnergy: Double, comparison: Comparison, threshold: Double = 0.05
  ) throws(NestedChoiceError) {
    for (simpler, larger) in zip(functions, functions.dropFirst())
    where !simpler.isNested(in: larger) {
      throw .notNested(simpler, larger)
    }
    var taken: BackgroundFit?
    var steps: [Step] = []
    var rejections: [BackgroundChoice.Rejection] = []
    for function in functions {
      let next: BackgroundFit
      do throws(BackgroundFitError) {
        next = try BackgroundFit(
          spectrum, function: function, excluding: masks, collisionEnergy: collisionEnergy)
      } catch {
        rejections.append(.init(function: function, reason: .failed(error)))
        continue
      }
      guard let current = taken else {
        taken = next
        continue
      }
      let step = Self.compare(current, next, by: comparison)
      steps.append(step)
      guard step.pValue < threshold else { break }
      taken = next
    }
    guard let taken else { throw .nothingFits(rejections) }
    fit = taken
    self.steps = steps
    self.rejections = rejections
  }

  private static func compare(
    _ simpler: BackgroundFit, _ larger: BackgroundFit, by comparison: Comparison
  ) -> Step {
    let parameters = larger.function.parameterCount - simpler.function.parameterCount
    let freedom = larger.isUsed.count { $0 } - larger.function.parameterCount
    let improvement = max(0, simpler.deviance - larger.deviance)
    switch comparison {
    case .likelihoodRatio:
      return Step(
        simpler: simpler.function, larger: larger.function, statistic: improvement,
        pValue: ChiSquareDistribution.survival(improvement, degreesOfFreedom: parameters))
    case .fTest:
      let ratio = improvement / Double(parameters) / (larger.deviance / Double(max(1, freedom)))
      return Step(
        simpler: simpler.function, larger: larger.function, statistic: ratio,
        pValue: FDistribution.survival(
          ratio, degreesOfFreedom: parameters, residualDegreesOfFreedom: max(1, freedom)))
    }
  }
}

extension NestedChoice.Step: CustomStringConvertible {
  public var description: String {
    "\(larger.rawValue) against \(simpler.rawValue): improvement \(shortened(statistic)), "
      + "p-value \(shortened(pValue))"
  }
}

/// Why a chain of functions gives no background.
public enum NestedChoiceError: Error, Hashable {
  case notNested(SpectrumFunction, SpectrumFunction)
  case nothingFits([BackgroundChoice.Rejection])
}

extension NestedChoiceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notNested(let simpler, let larger):
      "\(simpler.rawValue) is not \(larger.rawValue) with some parameters fixed; a chain goes from "
        + "few to many parameters within a family, such as dijet3, dijet4, dijet5"
    case .nothingFits(let rejections):
      "no function describes the spectrum: "
        + rejections.map(\.description).joined(separator: "; ")
    }
  }
}

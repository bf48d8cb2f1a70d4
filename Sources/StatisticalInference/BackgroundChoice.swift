internal import Foundation

/// The background of a spectrum: the first declared function that describes it.
public struct BackgroundChoice: Sendable {
  /// A function that was not used, or not at once.
  public struct Rejection: Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
      /// Postponed: fewer events outside the masks than the function needs.
      case tooFewEvents(Double, needed: Double)
      case failed(BackgroundFitError)
      /// The goodness of fit is below the threshold.
      case poorFit(GoodnessOfFit)
      /// There are too few events to test the fit.
      case untested
    }
    public let function: SpectrumFunction
    public let reason: Reason
  }

  /// The accepted fit; `nil` if no function describes the spectrum: then quote no significance and
  /// p = 1.
  public let fit: BackgroundFit?
  /// Why other functions were not used; one that was postponed and then failed is here twice.
  public let rejections: [Rejection]

  /// The rejections as one sentence; `nil` if the first function was used.
  public var remark: String? {
    rejections.isEmpty ? nil : rejections.map(\.description).joined(separator: "; ")
  }
}

extension BackgroundChoice.Rejection: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .tooFewEvents(let events, let needed):
      "\(function.rawValue): \(Int(events)) events outside the mask, \(Int(needed)) needed"
    case .failed(let error): "\(function.rawValue): \(error)"
    case .poorFit(let goodness):
      "\(function.rawValue): fit p-value \(shortened(goodness.pValue)) is too small"
    case .untested: "\(function.rawValue): too few events to test the fit"
    }
  }
}

/// Three digits are enough in a sentence.
func shortened(_ value: Double) -> String { String(format: "%.3g", value) }

/// Fits the declared functions in turn and takes the first that describes the spectrum.
///
/// A function describes the spectrum if its fit converged and its goodness-of-fit p-value outside
/// the masks is at least the threshold; a fit that too few events can test does not. With few events
/// a flexible function can be arbitrarily wrong inside the mask although it describes what is
/// outside, so that functions without a number of events per parameter may be tried last.
///
/// - Parameters:
///   - spectrum: Counts of the whole fit range.
///   - functions: What to try, in this order.
///   - masks: Ranges to leave out, in GeV: the signal region.
///   - collisionEnergy: √s in GeV.
///   - minimumPValue: Threshold on the goodness of fit; 0 accepts every converged fit, tested or
///     not.
///   - minimumEventsPerParameter: Events outside the masks that a function needs for each of its
///     parameters, or it is tried after the others; the function of the fewest parameters needs
///     none. Weighted events count as (Σw)² / Σw².
///   - ranges: Where the goodness of fit is computed, in GeV; `nil`: in the bins of the fit.
/// - Returns: The accepted fit, if any, and why others were rejected.
public func fitBackground(
  _ spectrum: Histogram, functions: [SpectrumFunction], excluding masks: [Range<Double>],
  collisionEnergy: Double, minimumPValue: Double, minimumEventsPerParameter: Double = 0,
  judgedIn ranges: [Range<Double>]? = nil
) -> BackgroundChoice {
  var rejections: [BackgroundChoice.Rejection] = []
  let events = (0..<spectrum.binCount).reduce(0) { sum, bin in
    masks.contains { $0.overlaps(spectrum.range(ofBin: bin)) } ? sum : sum + spectrum.counts[bin]
  }
  let fewest = functions.map(\.parameterCount).min() ?? 0
  var postponed: [SpectrumFunction] = []
  for function in functions where function.parameterCount > fewest {
    let needed = minimumEventsPerParameter * Double(function.parameterCount)
    let available = events / spectrum.varianceScale
    if available < needed {
      rejections.append(
        .init(function: function, reason: .tooFewEvents(available, needed: needed)))
      postponed.append(function)
    }
  }
  for function in functions.filter({ !postponed.contains($0) }) + postponed {
    do throws(BackgroundFitError) {
      let fit = try BackgroundFit(
        spectrum, function: function, excluding: masks, collisionEnergy: collisionEnergy)
      if minimumPValue <= 0 { return BackgroundChoice(fit: fit, rejections: rejections) }
      if let goodness = ranges.map({ fit.goodnessOfFit(in: $0) }) ?? fit.goodnessOfFit {
        if goodness.pValue >= minimumPValue {
          return BackgroundChoice(fit: fit, rejections: rejections)
        }
        rejections.append(.init(function: function, reason: .poorFit(goodness)))
      } else {
        rejections.append(.init(function: function, reason: .untested))
      }
    } catch {
      rejections.append(.init(function: function, reason: .failed(error)))
    }
  }
  return BackgroundChoice(fit: nil, rejections: rejections)
}

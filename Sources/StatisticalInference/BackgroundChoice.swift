/// The background of a spectrum: the first declared function that describes it.
public struct BackgroundChoice: Sendable {
  /// A function that was tried and not used.
  public struct Rejection: Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
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
  /// The functions tried before, in the order of their trial.
  public let rejections: [Rejection]

  /// Why functions were rejected, as one sentence; `nil` if the first was used.
  public var remark: String? {
    rejections.isEmpty ? nil : rejections.map(\.description).joined(separator: "; ")
  }
}

extension BackgroundChoice.Rejection: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .failed(let error): "\(function.rawValue): \(error)"
    case .poorFit(let goodness):
      "\(function.rawValue): fit p-value \(shortened(goodness.pValue)) is too small"
    case .untested: "\(function.rawValue): too few events to test the fit"
    }
  }
}

/// Three digits are enough in a sentence.
private func shortened(_ value: Double) -> String {
  guard value > 0, value < 1 else { return "\(value)" }
  var scale = 1.0
  while value * scale < 100 && scale < 1e300 { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}

/// Fits the declared functions in turn and takes the first that describes the spectrum.
///
/// A function describes the spectrum if its fit converged and its goodness-of-fit p-value outside
/// the masks is at least the threshold; a fit that too few events can test does not.
///
/// - Parameters:
///   - spectrum: Counts of the whole fit range.
///   - functions: What to try, in this order.
///   - masks: Ranges to leave out, in GeV: the signal region.
///   - collisionEnergy: √s in GeV.
///   - minimumPValue: Threshold on the goodness of fit; 0 accepts every converged fit, tested or
///     not.
/// - Returns: The accepted fit, if any, and why others were rejected.
public func fitBackground(
  _ spectrum: Histogram, functions: [SpectrumFunction], excluding masks: [Range<Double>],
  collisionEnergy: Double, minimumPValue: Double
) -> BackgroundChoice {
  var rejections: [BackgroundChoice.Rejection] = []
  for function in functions {
    do throws(BackgroundFitError) {
      let fit = try BackgroundFit(
        spectrum, function: function, excluding: masks, collisionEnergy: collisionEnergy)
      if minimumPValue <= 0 { return BackgroundChoice(fit: fit, rejections: rejections) }
      if let goodness = fit.goodnessOfFit {
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

internal import Foundation

/// The background beside a signal region, in sidebands as long as a function describes them.
///
/// The procedure of the ATLAS weakly supervised search (arXiv:2005.02983): functions are tried in
/// turn; if the chi-square p-value in the sidebands is too small for all of them, both sidebands
/// lose a step at their outer ends and the functions are tried again. A sideband that would keep
/// less than three bins, too few to hold a function there, keeps its length while the other one
/// shrinks.
public struct SidebandChoice: Sendable {
  /// One length of the sidebands.
  public struct Attempt: Sendable {
    /// From the outer end of the lower sideband to that of the upper one, in GeV.
    public let range: Range<Double>
    public let choice: BackgroundChoice
  }

  /// The lengths tried; only the last one has a fit, if any has.
  public let attempts: [Attempt]
  /// The fit, on the bins of the last range only; `nil` if no function describes even the shortest
  /// sidebands.
  public var fit: BackgroundFit? { attempts.last?.choice.fit }
  public var range: Range<Double>? { attempts.last?.range }
  /// The last attempt's choice, with why its functions were not used.
  public var choice: BackgroundChoice {
    attempts.last?.choice ?? BackgroundChoice(fit: nil, rejections: [])
  }

  /// Tries functions and lengths.
  ///
  /// - Parameters:
  ///   - spectrum: Counts of the longest fit range.
  ///   - functions: What to try at each length, in this order.
  ///   - mask: Range to leave out, in GeV: wider than the signal region, so that the tails of a
  ///     signal do not pull the fit.
  ///   - collisionEnergy: √s in GeV.
  ///   - minimumPValue: Threshold on the chi-square in the sidebands.
  ///   - step: What each sideband loses at a time, in GeV.
  ///   - minimumEventsPerParameter: As for `fitBackground`.
  ///   - ranges: Where the chi-square is computed, in GeV; `nil`: in the bins of the fit.
  public init(
    _ spectrum: Histogram,
    functions: [SpectrumFunction] = [.atlas3, .atlas4, .atlasExponential4],
    excluding mask: Range<Double>, collisionEnergy: Double, minimumPValue: Double = 0.05,
    step: Double = 400, minimumEventsPerParameter: Double = 0,
    judgedIn ranges: [Range<Double>]? = nil
  ) {
    precondition(step > 0, "sidebands shrink by a positive step")
    func holds(_ bins: Int, from low: Double, to high: Double) -> Bool {
      bins
        <= (0..<spectrum.binCount).count {
          spectrum.edges[$0] >= low && spectrum.edges[$0 + 1] <= high
        }
    }
    var attempts: [Attempt] = []
    var low = spectrum.range.lowerBound
    var high = spectrum.range.upperBound
    while holds(1, from: low, to: mask.lowerBound), holds(1, from: mask.upperBound, to: high),
      let part = spectrum.cropped(to: low..<high)
    {
      let choice = fitBackground(
        part, functions: functions, excluding: [mask], collisionEnergy: collisionEnergy,
        minimumPValue: minimumPValue, minimumEventsPerParameter: minimumEventsPerParameter,
        judgedIn: ranges)
      attempts.append(Attempt(range: part.range, choice: choice))
      let lowerCanShrink = holds(3, from: low + step, to: mask.lowerBound)
      let upperCanShrink = holds(3, from: mask.upperBound, to: high - step)
      if choice.fit != nil || !(lowerCanShrink || upperCanShrink) { break }
      if lowerCanShrink { low += step }
      if upperCanShrink { high -= step }
    }
    self.attempts = attempts
  }

  /// Why longer sidebands were not used, as one sentence; `nil` if the first attempt has a fit.
  public var remark: String? {
    let parts = attempts.compactMap { attempt in
      attempt.choice.remark.map {
        String(
          format: "%g to %g GeV: ", attempt.range.lowerBound, attempt.range.upperBound) + $0
      }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ". ")
  }
}

public import Evaluation
import NumericalCore
public import Randomness

/// Signal and background as two Gaussians in one observable, mixed in two samples.
///
/// The comparison of label-proportion learning, classification without labels and full supervision
/// in the slides of the ATLAS search (after arXiv:1708.02949, section 3.1): means 5 and 10, standard
/// deviations 5, 1000 events in each mixed sample.
public struct MixedGaussians: Sendable {
  public var signalMean = 5.0
  public var backgroundMean = 10.0
  /// Standard deviation of both.
  public var deviation = 5.0

  public init() {}

  /// Events in random order; all arrays have one entry an event.
  public struct Events: Sendable, Equatable {
    public var x: [Float]
    /// The mixed sample, 0 or 1 and so on.
    public var sample: [Int]
    public var truth: TruthLabels
  }

  /// Draws mixed samples; equal seeds give equal events.
  ///
  /// - Parameters:
  ///   - count: Events in each.
  ///   - fractions: Probability of an event of each sample to be signal, 0 ... 1.
  ///   - seed: Of every random number.
  /// - Returns: The samples' events together.
  public func events(_ count: Int, fractions: [Double], seed: Seed) -> Events {
    precondition(count >= 0 && fractions.allSatisfy { (0...1).contains($0) })
    var generator = seed.child("mixed-gaussians").makeGenerator()
    var (x, sample, isSignal) = ([Float](), [Int](), [Bool]())
    for event in generator.permutation(of: count * fractions.count) {
      let place = event / max(count, 1)
      let signal = generator.uniform() < fractions[place]
      x.append(Float((signal ? signalMean : backgroundMean) + deviation * generator.normal()))
      sample.append(place)
      isSignal.append(signal)
    }
    return Events(x: x, sample: sample, truth: TruthLabels(isSignal: isSignal))
  }

  /// The area under the ROC curve that no classifier can beat on average.
  ///
  /// The likelihood ratio is monotonic in x, so it is the probability that a signal event lies on
  /// its side of a background event: Phi(|difference of means| / √2 σ), 0.7602 by default.
  public var optimalAreaUnderCurve: Double {
    NormalDistribution.survival(
      -abs(signalMean - backgroundMean) / (2 * deviation * deviation).squareRoot())
  }
}

public import Evaluation
public import Randomness

/// The smallest example of classification without labels: three mass bins and two observables.
///
/// Seminar on CWoLa hunting, section 5.1, eq. (8), after arXiv:1902.02634: background is uniform
/// in (x1, x2) on the unit square around the origin, equally many events in each bin; the middle
/// bin also holds signal, uniform in a central square of side `signalWidth`.
public struct CWoLaToy: Sendable {
  public static let binCount = 3
  /// The bin that holds the signal; the others are its sidebands.
  public static let signalBin = 1

  public var backgroundPerBin: Int
  public var signalCount: Int
  /// Side of the signal's square, at most 1.
  public var signalWidth: Double

  public init(
    backgroundPerBin: Int = 10_000, signalCount: Int = 300, signalWidth: Double = 0.2
  ) {
    precondition(backgroundPerBin >= 0 && signalCount >= 0, "counts must not be negative")
    precondition((0...1).contains(signalWidth), "the signal's square lies in the unit square")
    self.backgroundPerBin = backgroundPerBin
    self.signalCount = signalCount
    self.signalWidth = signalWidth
  }

  /// Events by column, in random order; all arrays have one entry an event.
  public struct Events: Sendable, Equatable {
    public var x1: [Float]
    public var x2: [Float]
    /// Mass bin, 0 ..< 3.
    public var bin: [Int]
    public var truth: TruthLabels

    public var count: Int { bin.count }
  }

  /// Draws events; equal seeds give equal events.
  public func events(seed: Seed) -> Events {
    var generator = seed.child("cwola-toy").makeGenerator()
    let total = Self.binCount * backgroundPerBin + signalCount
    var (x1, x2, bin, isSignal) = ([Float](), [Float](), [Int](), [Bool]())
    for event in generator.permutation(of: total) {
      let signal = event < signalCount
      let width = signal ? signalWidth : 1
      x1.append(Float((generator.uniform() - 0.5) * width))
      x2.append(Float((generator.uniform() - 0.5) * width))
      bin.append(signal ? Self.signalBin : (event - signalCount) / max(backgroundPerBin, 1))
      isSignal.append(signal)
    }
    return Events(x1: x1, x2: x2, bin: bin, truth: TruthLabels(isSignal: isSignal))
  }

  /// The significance s / √b in the middle bin that no classifier can beat on average.
  ///
  /// The likelihood ratio is constant inside the signal's square and outside, so the best cut of a
  /// given background efficiency keeps a part of the square, or all of it and a part of the rest.
  ///
  /// - Parameter backgroundEfficiency: Fraction of the background that passes, above 0, at most 1.
  /// - Returns: 7.5 at 0.01, 15 at 0.04 and 3 at 1 for the default numbers.
  public func idealSignificance(backgroundEfficiency: Double) -> Double {
    precondition(
      backgroundEfficiency > 0 && backgroundEfficiency <= 1, "an efficiency is in (0, 1]")
    let square = signalWidth * signalWidth
    let signalEfficiency = square > 0 ? min(backgroundEfficiency / square, 1) : 1
    let background = Double(backgroundPerBin) * backgroundEfficiency
    return Double(signalCount) * signalEfficiency / background.squareRoot()
  }
}

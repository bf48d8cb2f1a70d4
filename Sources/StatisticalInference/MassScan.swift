internal import Foundation
internal import NumericalCore

/// One spectrum of a scan, with the background fitted to it.
public struct ScannedSpectrum: Sendable {
  public let name: String
  public let counts: Histogram
  /// Function and start of the fits; its masks play no part, as the signal is fitted beside it.
  public let background: BackgroundFit
  /// Events of the signal in this spectrum at strength 1.
  public let signalEvents: Double

  /// Takes a spectrum; the signal's events are relative to other spectra of the same scan.
  public init(
    name: String = "spectrum", _ counts: Histogram, background: BackgroundFit,
    signalEvents: Double = 1
  ) {
    self.name = name
    self.counts = counts
    self.background = background
    self.signalEvents = signalEvents
  }
}

/// A signal of fixed shape fitted at many masses, the function's parameters free each time.
///
/// Several spectra are fitted together: one mass, one strength, a background of their own each
/// (as the two sub-samples of LHC Olympics, arXiv:2101.08320, section 4.3.1).
public struct MassScan: Sendable {
  /// The signal fitted at one mass.
  public struct Point: Sendable, Hashable, Codable {
    /// GeV.
    public let mass: Double
    /// Signed √q₀; negative for a deficit.
    public let localSignificance: Double
    public let localPValue: Double
    /// Right where the p-value is below the smallest double.
    public let log10LocalPValue: Double
    /// Fitted strength: events if the scan has one spectrum.
    public let signalEvents: Double
    public let signalEventsUncertainty: Double
  }

  /// The largest excess, its mass fitted.
  public struct BestMass: Sendable, Hashable, Codable {
    /// GeV.
    public let mass: Double
    /// Where -2 ln L of the mass, all else profiled, has risen by 1; `nil` beyond the scan's ends.
    public let massLow: Double?
    public let massHigh: Double?
    public let point: Point
  }

  public let spectra: [ScannedSpectrum]
  public let shape: SignalShape

  /// - Parameters:
  ///   - spectra: At least one, with different names.
  ///   - shape: Of the signal, the same in all spectra.
  public init(_ spectra: [ScannedSpectrum], shape: SignalShape) {
    self.spectra = spectra
    self.shape = shape
  }

  /// A model at one mass.
  ///
  /// - Throws: ``SignalStrengthError``.
  public func model(mass: Double) throws(SignalStrengthError) -> SignalStrengthModel {
    var channels: [SignalStrengthModel.Channel] = []
    for spectrum in spectra {
      let channel = try SignalStrengthModel.Channel.smooth(
        spectrum.counts, background: spectrum.background, shape: shape, mass: mass,
        name: spectrum.name)
      channels.append(try channel.scaled(by: spectrum.signalEvents))
    }
    return try SignalStrengthModel(channels)
  }

  /// The likelihood of the spectra's counts at one mass.
  ///
  /// - Throws: ``SignalStrengthError``.
  public func likelihood(mass: Double) throws(SignalStrengthError) -> ProfileLikelihood {
    let model = try model(mass: mass)
    return try ProfileLikelihood(model, model.observation(spectra.map(\.counts.counts)))
  }

  /// The linearised model of the first spectrum around one mass.
  public struct Linearised: Sendable {
    public let model: SignalStrengthModel
    /// Bins of the spectrum in the model.
    public let bins: Range<Int>
    /// Their counts, shape `[bins.count]`.
    public let counts: [Double]
  }

  /// Takes the bins around a mass and, from a fit to all others, their background.
  ///
  /// The bins reach three widths of the signal to both sides.
  ///
  /// - Parameter mass: In GeV.
  /// - Returns: The model of the first spectrum.
  /// - Throws: ``SignalStrengthError``, or ``BackgroundFitError`` of the fit to the other bins.
  public func linearised(mass: Double) throws -> Linearised {
    let spectrum = spectra[0]
    let spread = 3 * shape.relativeSpread(at: mass)
    guard mass.isFinite, mass > 0, spread > 0 else {
      throw SignalStrengthError.signalOutsideSpectrum(mass: mass, contained: 0)
    }
    let fit = try BackgroundFit(
      spectrum.counts, function: spectrum.background.function,
      excluding: [mass * (1 - spread)..<mass * (1 + spread)],
      collisionEnergy: spectrum.background.collisionEnergy)
    let (channel, bins) = try SignalStrengthModel.Channel.linearised(
      spectrum.counts, background: fit, shape: shape, mass: mass)
    return Linearised(
      model: try SignalStrengthModel(channel), bins: bins[0]..<(bins[bins.count - 1] + 1),
      counts: bins.map { spectrum.counts.counts[$0] })
  }

  /// Masses half a width of the signal apart, as far as the spectra contain it.
  ///
  /// Two widths from the ends of every spectrum, and not above the last bin with events.
  public var defaultMasses: [Double] {
    let low = spectra.map(\.counts.range.lowerBound).max() ?? 0
    let high =
      spectra.map { spectrum in
        let last = spectrum.counts.counts.lastIndex { $0 > 0 } ?? 0
        return spectrum.counts.edges[last + 1]
      }.min() ?? 0
    guard low > 0, high > low else { return [] }
    var masses: [Double] = []
    var mass = low / max(0.1, 1 - 2 * shape.relativeSpread(at: low))
    while masses.count < 10_000 {
      let spread = shape.relativeSpread(at: mass)
      guard mass * (1 + 2 * spread) <= high, spread > 0 else { break }
      masses.append(mass)
      mass *= 1 + spread / 2
    }
    return masses
  }

  /// Fits the signal at given masses.
  ///
  /// - Parameters:
  ///   - masses: In GeV.
  ///   - jobs: Threads.
  /// - Returns: One point for each mass, in order.
  /// - Throws: ``SignalStrengthError`` of the first mass that fails.
  public func points(at masses: [Double], jobs: Int = 1) throws -> [Point] {
    try concurrentMap(masses.count, jobs: jobs) { index in
      try Self.point(mass: masses[index], likelihood(mass: masses[index]))
    }
  }

  private static func point(
    mass: Double, _ likelihood: ProfileLikelihood
  ) throws(SignalStrengthError) -> Point {
    let significance = likelihood.localSignificance
    return Point(
      mass: mass, localSignificance: significance,
      localPValue: NormalDistribution.survival(significance),
      log10LocalPValue: NormalDistribution.logSurvival(significance) / log(10),
      signalEvents: likelihood.bestStrength,
      signalEventsUncertainty: try likelihood.strengthUncertainty())
  }

  /// Fits the mass of the largest excess among the points of a scan.
  ///
  /// - Parameter points: In order of the mass; at least one.
  /// - Returns: `nil` if there is an excess nowhere.
  /// - Throws: ``SignalStrengthError``.
  public func bestMass(_ points: [Point]) throws(SignalStrengthError) -> BestMass? {
    guard
      let best = points.indices.max(by: {
        points[$0].localSignificance < points[$1].localSignificance
      }), points[best].localSignificance > 0
    else { return nil }
    func q0(_ mass: Double) throws(SignalStrengthError) -> Double {
      try likelihood(mass: mass).q0
    }
    // Golden section between the neighbours.
    var low = points[max(0, best - 1)].mass
    var high = points[min(points.count - 1, best + 1)].mass
    let golden = (5.0.squareRoot() - 1) / 2
    var left = high - golden * (high - low)
    var right = low + golden * (high - low)
    var (atLeft, atRight) = (try q0(left), try q0(right))
    while high - low > 1e-6 * high {
      if atLeft > atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - golden * (high - low)
        atLeft = try q0(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + golden * (high - low)
        atRight = try q0(right)
      }
    }
    let mass = (low + high) / 2
    let fitted = try likelihood(mass: mass)
    let level = fitted.q0 - 1
    func crossing(towards end: Double) throws(SignalStrengthError) -> Double? {
      var inside = mass
      // In steps of the scan, so that another excess further away is not taken for this one.
      let step = (end > mass ? 1.0 : -1) * shape.relativeSpread(at: mass) * mass / 4
      guard step != 0 else { return nil }
      while true {
        let next = inside + step
        guard (end - next) * step >= 0 else { return nil }
        if try q0(next) < level {
          var outside = next
          for _ in 0..<30 {
            let middle = (inside + outside) / 2
            if try q0(middle) < level { outside = middle } else { inside = middle }
          }
          return (inside + outside) / 2
        }
        inside = next
      }
    }
    return BestMass(
      mass: mass, massLow: try crossing(towards: points[0].mass),
      massHigh: try crossing(towards: points[points.count - 1].mass),
      point: try Self.point(mass: mass, fitted))
  }
}

extension SignalStrengthModel.Channel {
  /// The same channel with another size of the signal.
  func scaled(by factor: Double) throws(SignalStrengthError) -> SignalStrengthModel.Channel {
    try SignalStrengthModel.Channel(
      name: name, signal: signal.map { $0 * factor }, background: background, scales: scales)
  }
}

internal import Foundation
internal import NumericalCore
internal import Randomness

/// Poisson counts of one or several spectra with a common signal strength on uncertain backgrounds.
///
/// A bin of a channel expects strength × signal + background. The strength multiplies every
/// channel's signal, so that a common resonance is tested once. Strength 1 means the given signal:
/// with fractions per bin the strength is a number of events.
public struct SignalStrengthModel: Sendable {
  /// How the expected background of a channel may move.
  public enum Background: Sendable {
    /// Expected events, and shifts of all bins together by one standard deviation each.
    ///
    /// The shifts are independent Gaussians of width 1; both have the shape of the bins, modes
    /// `[modes][bins]`.
    case modes(expected: [Double], modes: [[Double]])
    /// Expected events in each bin, measured in a control region of its own.
    ///
    /// The region's expectation is (b/σ)² times the background over b; a bin with σ = 0 is fixed.
    case controlRegions(expected: [Double], uncertainties: [Double])
    /// A smooth function with all parameters free, started from a fit to the channel's bins.
    case function(BackgroundFit)

    /// Each bin's own Gaussian uncertainty.
    public static func gaussian(expected: [Double], uncertainties: [Double]) -> Background {
      .modes(
        expected: expected,
        modes: uncertainties.indices.filter { uncertainties[$0] != 0 }.map { bin in
          uncertainties.indices.map { $0 == bin ? uncertainties[bin] : 0 }
        })
    }
  }

  /// One spectrum.
  public struct Channel: Sendable {
    public let name: String
    /// Expected signal events at strength 1, shape `[bins]`.
    public let signal: [Double]
    public let background: Background
    /// Uncertainties of the signal, each with a Gaussian nuisance parameter of width 1.
    public let variations: [SignalVariation]
    /// Variance over expectation of each bin; 1 for unweighted events, shape `[bins]`.
    let scales: [Double]

    /// Puts a signal on a background.
    ///
    /// - Parameters:
    ///   - name: Unique among the channels of a model.
    ///   - signal: Expected events at strength 1, shape `[bins]`.
    ///   - background: Of the same bins.
    ///   - variations: Uncertainties of the signal, with names of their own.
    ///   - spectrum: Where the weights of the events come from; `nil` for unweighted events.
    /// - Throws: ``SignalStrengthError`` for other shapes, negative or non-finite signals, no signal
    ///   at all, and bins with signal but without any background.
    public init(
      name: String = "spectrum", signal: [Double], background: Background,
      variations: [SignalVariation] = [], spectrum: Histogram? = nil
    ) throws(SignalStrengthError) {
      try self.init(
        name: name, signal: signal, background: background, variations: variations,
        scales: spectrum?.varianceScales ?? [Double](repeating: 1, count: signal.count))
    }

    init(
      name: String, signal: [Double], background: Background, variations: [SignalVariation] = [],
      scales: [Double]
    ) throws(SignalStrengthError) {
      let expected =
        switch background {
        case .modes(let expected, _), .controlRegions(let expected, _): expected
        case .function(let fit): fit.expected.map(\.count)
        }
      var shapes = [signal.count]
      switch background {
      case .modes(_, let modes): shapes += modes.map(\.count)
      case .controlRegions(_, let uncertainties):
        shapes.append(uncertainties.count)
        if let bin = uncertainties.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
          throw .invalidUncertainty(bin: bin, value: uncertainties[bin])
        }
      case .function: break
      }
      shapes.append(scales.count)
      shapes += variations.flatMap { [$0.up.count, $0.down.count] }
      guard Set(variations.map(\.name)).count == variations.count else {
        throw .repeatedVariation(variations.map(\.name))
      }
      guard !expected.isEmpty, shapes.allSatisfy({ $0 == expected.count }) else {
        throw .otherBinCount(Set(shapes).sorted(), expected: expected.count)
      }
      if let bin = signal.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
        throw .invalidSignal(bin: bin, value: signal[bin])
      }
      guard signal.contains(where: { $0 > 0 }) else { throw .noSignal }
      for shifted in variations.flatMap({ [$0.up, $0.down] }) {
        if let bin = shifted.firstIndex(where: { !$0.isFinite }) {
          throw .invalidSignal(bin: bin, value: shifted[bin])
        }
      }
      if let bin = expected.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
        throw .noBackground(bin: bin, value: expected[bin])
      }
      self.name = name
      self.signal = signal
      self.background = background
      self.variations = variations
      self.scales = scales
    }
  }

  /// Data, or pseudo-data, with the measurements that constrain the background.
  public struct Observation: Sendable, Hashable {
    /// Counts of all channels' bins, then of the control regions.
    var counts: [Double]
    /// Measured values of the Gaussian nuisance parameters.
    var centres: [Double]
  }

  public let channels: [Channel]

  /// A channel's place among all bins and parameters.
  struct Layout {
    var bins: Range<Int>
    var parameters: Range<Int>
    /// Rows of its control regions, and the bins that they belong to.
    var controlRows: Range<Int>
    var controlBins: [Int]
    /// The parameter of each of its signal's variations.
    var variations: [Int] = []
  }
  let layouts: [Layout]
  private let integrals: [SpectrumIntegrals?]
  /// Variance over expectation of all rows.
  let scales: [Double]
  /// Where fits start: strength 0 and the nominal background.
  let start: [Double]
  let bounds: [ClosedRange<Double>]
  /// Parameters with a Gaussian constraint.
  let constrained: [Int]
  let rowCount: Int

  /// The strength is the first parameter.
  static let strength = 0

  /// Joins channels; at least one.
  ///
  /// - Throws: ``SignalStrengthError`` without channels, or for two of the same name.
  public init(_ channels: [Channel]) throws(SignalStrengthError) {
    guard !channels.isEmpty, Set(channels.map(\.name)).count == channels.count else {
      throw .invalidChannels(channels.map(\.name))
    }
    var layouts: [Layout] = []
    var integrals: [SpectrumIntegrals?] = []
    var start = [0.0]
    var constrained: [Int] = []
    let free = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    var bounds = [free]
    var row = channels.reduce(0) { $0 + $1.signal.count }
    var bin = 0
    for channel in channels {
      var layout = Layout(
        bins: bin..<(bin + channel.signal.count), parameters: start.count..<start.count,
        controlRows: row..<row, controlBins: [])
      bin = layout.bins.upperBound
      switch channel.background {
      case .modes(_, let modes):
        constrained += start.count..<(start.count + modes.count)
        start += modes.map { _ in 0 }
        bounds += modes.map { _ in free }
        integrals.append(nil)
      case .controlRegions(_, let uncertainties):
        layout.controlBins = uncertainties.indices.filter { uncertainties[$0] > 0 }
        layout.controlRows = row..<(row + layout.controlBins.count)
        row = layout.controlRows.upperBound
        start += layout.controlBins.map { _ in 1 }
        bounds += layout.controlBins.map { _ in 1e-10 ... .greatestFiniteMagnitude }
        integrals.append(nil)
      case .function(let fit):
        start += fit.coefficients
        bounds += fit.basis.bounds
        integrals.append(SpectrumIntegrals(fit.basis, edges: fit.edges))
      }
      layout.parameters = layout.parameters.lowerBound..<start.count
      layouts.append(layout)
    }
    // A variation's parameter is shared by all channels that name it.
    var variations: [String: Int] = [:]
    for (index, channel) in channels.enumerated() {
      layouts[index].variations = channel.variations.map { variation in
        if let known = variations[variation.name] { return known }
        variations[variation.name] = start.count
        constrained.append(start.count)
        start.append(0)
        bounds.append(free)
        return start.count - 1
      }
    }
    self.channels = channels
    self.layouts = layouts
    self.integrals = integrals
    self.start = start
    self.bounds = bounds
    self.constrained = constrained
    rowCount = row
    scales =
      channels.flatMap(\.scales) + [Double](repeating: 1, count: row - bin)
  }

  /// A model of a single spectrum.
  public init(_ channel: Channel) throws(SignalStrengthError) {
    try self.init([channel])
  }

  /// The real counts of each channel, with the control regions and constraints as given.
  ///
  /// - Throws: ``SignalStrengthError`` for other shapes, and negative or non-finite counts.
  public func observation(_ counts: [[Double]]) throws(SignalStrengthError) -> Observation {
    guard counts.map(\.count) == channels.map(\.signal.count) else {
      throw .otherBinCount(counts.map(\.count), expected: channels[0].signal.count)
    }
    for channel in counts {
      if let bin = channel.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
        throw .invalidCount(bin: bin, value: channel[bin])
      }
    }
    return Observation(
      counts: counts.flatMap(\.self) + nominalControlCounts,
      centres: constrained.map { _ in 0 })
  }

  private var nominalControlCounts: [Double] {
    zip(channels, layouts).flatMap { channel, layout -> [Double] in
      guard case .controlRegions(let expected, let uncertainties) = channel.background else {
        return []
      }
      return layout.controlBins.map { pow(expected[$0] / uncertainties[$0], 2) }
    }
  }

  /// Expected counts of all rows and their derivatives.
  func predict(_ parameters: [Double], _ prediction: inout Prediction) {
    let count = prediction.parameterCount
    for index in prediction.jacobian.indices { prediction.jacobian[index] = 0 }
    for (index, channel) in channels.enumerated() {
      let layout = layouts[index]
      let first = layout.parameters.lowerBound
      switch channel.background {
      case .modes(let expected, let modes):
        for (bin, row) in layout.bins.enumerated() {
          prediction.counts[row] = expected[bin]
          for (k, mode) in modes.enumerated() {
            prediction.counts[row] += parameters[first + k] * mode[bin]
            prediction.jacobian[row * count + first + k] = mode[bin]
          }
        }
      case .controlRegions(let expected, let uncertainties):
        for (bin, row) in layout.bins.enumerated() { prediction.counts[row] = expected[bin] }
        for (k, bin) in layout.controlBins.enumerated() {
          let row = layout.bins.lowerBound + bin
          let control = layout.controlRows.lowerBound + k
          let exposure = pow(expected[bin] / uncertainties[bin], 2)
          prediction.counts[row] = parameters[first + k] * expected[bin]
          prediction.jacobian[row * count + first + k] = expected[bin]
          prediction.counts[control] = parameters[first + k] * exposure
          prediction.jacobian[control * count + first + k] = exposure
        }
      case .function:
        let nuisances = layout.parameters.count
        var background = Prediction(bins: layout.bins.count, parameterCount: nuisances)
        integrals[index]?.evaluate(Array(parameters[layout.parameters]), into: &background)
        for (bin, row) in layout.bins.enumerated() {
          prediction.counts[row] = background.counts[bin]
          for k in 0..<nuisances {
            prediction.jacobian[row * count + first + k] = background.jacobian[bin * nuisances + k]
          }
        }
      }
      let strength = parameters[Self.strength]
      for (bin, row) in layout.bins.enumerated() {
        var signal = channel.signal[bin]
        for (variation, k) in zip(channel.variations, layout.variations) {
          let shift = variation.shift(
            ofBin: bin, nominal: channel.signal[bin], parameter: parameters[k])
          signal += shift.value
          prediction.jacobian[row * count + k] = strength * shift.slope
        }
        prediction.counts[row] += strength * signal
        prediction.jacobian[row * count + Self.strength] = signal
      }
    }
  }

  /// Expected counts of all rows.
  func expectedCounts(_ parameters: [Double]) -> [Double] {
    var prediction = Prediction(bins: rowCount, parameterCount: start.count)
    predict(parameters, &prediction)
    return prediction.counts
  }

  /// The data that a fit expects: nothing fluctuates, and a fit returns the same parameters.
  func asimov(_ parameters: [Double]) -> Observation {
    Observation(
      counts: expectedCounts(parameters), centres: constrained.map { parameters[$0] })
  }

  /// Draws counts, control regions and constraints at the parameters of a fit.
  func draw(_ parameters: [Double], with generator: inout SplitMix64) -> Observation {
    let counts = zip(expectedCounts(parameters), scales).map { expected, scale in
      scale * PoissonSampler(mean: expected / scale).draw(with: &generator)
    }
    return Observation(
      counts: counts, centres: constrained.map { parameters[$0] + generator.normal() })
  }
}

/// Why numbers do not make a model of a signal on a background, or a fit has no result.
public enum SignalStrengthError: Error, Hashable {
  case invalidChannels([String])
  case otherBinCount([Int], expected: Int)
  case invalidSignal(bin: Int, value: Double)
  case repeatedVariation([String])
  case invalidUncertainty(bin: Int, value: Double)
  case invalidCount(bin: Int, value: Double)
  case noSignal
  case signalOutsideSpectrum(mass: Double, contained: Double)
  case noBackground(bin: Int, value: Double)
  /// The distance is `nil` if the fit could not start.
  case notConverged(strength: Double?, estimatedDistance: Double?)
  case indeterminate
  /// No strength is excluded.
  case noLimit(largest: Double)
}

extension SignalStrengthError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidChannels(let names):
      "a model needs spectra with different names, got "
        + (names.isEmpty ? "none" : names.joined(separator: ", "))
    case .otherBinCount(let counts, let expected):
      "signal, background and counts must have the same bins; got "
        + counts.map { "\($0)" }.joined(separator: ", ") + " where the background has \(expected)"
    case .invalidSignal(let bin, let value):
      "the signal expects \(value) events in bin \(bin); it must be finite and not negative"
    case .repeatedVariation(let names):
      "the variations of a signal need names of their own, got " + names.joined(separator: ", ")
    case .invalidUncertainty(let bin, let value):
      "the background's uncertainty in bin \(bin) is \(value); it must be finite and not negative"
    case .invalidCount(let bin, let value):
      "bin \(bin) holds \(value) events; counts are finite and not negative"
    case .noSignal:
      "the signal expects no events in any bin; check its mass and the spectrum's range"
    case .signalOutsideSpectrum(let mass, let contained):
      "a signal of \(mass) GeV has \((100 * contained).rounded()) % of its events inside the "
        + "spectrum; choose a mass further inside"
    case .noBackground(let bin, let value):
      "the background expects \(value) events in bin \(bin); without background (> 0) an event "
        + "there would be infinitely significant: merge the bin with a neighbour"
    case .notConverged(let strength, let distance):
      "the fit " + (strength.map { "at signal strength \($0) " } ?? "of the signal ")
        + "did not converge" + (distance.map { ", estimated distance \($0)" } ?? "")
    case .indeterminate: "the data leave a combination of parameters undetermined"
    case .noLimit(let largest): "no signal strength up to \(largest) is excluded"
    }
  }
}

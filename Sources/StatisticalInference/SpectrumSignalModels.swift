internal import NumericalCore

extension SignalStrengthModel.Channel {
  /// A resonance on the smooth function, whose parameters are all free: the full model.
  ///
  /// - Parameters:
  ///   - spectrum: The counts that the background was fitted to.
  ///   - background: The function and where to start; which bins it used plays no part.
  ///   - shape: Of the signal; strength 1 is one event, inside or outside the spectrum.
  ///   - mass: Of the resonance in GeV.
  ///   - name: Unique among the channels of a model.
  /// - Returns: A channel with all bins.
  /// - Throws: ``SignalStrengthError``, also if less than half of the signal is in the spectrum.
  public static func smooth(
    _ spectrum: Histogram, background: BackgroundFit, shape: SignalShape, mass: Double,
    name: String = "spectrum"
  ) throws(SignalStrengthError) -> SignalStrengthModel.Channel {
    guard spectrum.edges == background.edges else {
      throw .otherBinCount([spectrum.binCount], expected: background.edges.count - 1)
    }
    return try SignalStrengthModel.Channel(
      name: name, signal: fractions(shape, mass: mass, edges: spectrum.edges),
      background: .function(background), spectrum: spectrum)
  }

  /// A resonance on the background in the bins that its fit left out: the linearised model.
  ///
  /// The expectation in these bins moves along the eigenvectors of its covariance from the fit to
  /// the other bins, as many as the function has parameters, each as a Gaussian of the size of the
  /// root of its eigenvalue. Signal in the fitted bins is neglected.
  ///
  /// - Parameters:
  ///   - spectrum: The counts that the background was fitted to.
  ///   - background: A fit that left out the bins around the mass.
  ///   - shape: Of the signal; strength 1 is one event, inside or outside these bins.
  ///   - mass: Of the resonance in GeV.
  ///   - name: Unique among the channels of a model.
  /// - Returns: A channel with the bins that the fit left out, and their indices in the spectrum.
  /// - Throws: ``SignalStrengthError``, also if less than half of the signal is in these bins.
  public static func linearised(
    _ spectrum: Histogram, background: BackgroundFit, shape: SignalShape, mass: Double,
    name: String = "spectrum"
  ) throws(SignalStrengthError) -> (channel: SignalStrengthModel.Channel, bins: [Int]) {
    guard spectrum.edges == background.edges else {
      throw .otherBinCount([spectrum.binCount], expected: background.edges.count - 1)
    }
    let bins = background.isUsed.indices.filter { !background.isUsed[$0] }
    let all = try fractions(shape, mass: mass, edges: spectrum.edges)
    let signal = bins.map { all[$0] }
    let contained = signal.reduce(0, +)
    guard contained >= 0.5 else { throw .signalOutsideSpectrum(mass: mass, contained: contained) }
    let eigen = SymmetricEigen(background.covariance(ofBins: bins))
    let largest = eigen.values.first ?? 0
    let modes = zip(eigen.values, eigen.vectors).prefix(background.coefficients.count)
      .filter { $0.0 > 1e-12 * largest }
      .map { value, vector in vector.map { $0 * value.squareRoot() } }
    let channel = try SignalStrengthModel.Channel(
      name: name, signal: signal,
      background: .modes(expected: bins.map { background.expected[$0].count }, modes: modes),
      scales: bins.map { spectrum.varianceScales[$0] })
    return (channel, bins)
  }

  private static func fractions(
    _ shape: SignalShape, mass: Double, edges: [Double]
  ) throws(SignalStrengthError) -> [Double] {
    guard mass.isFinite, mass > 0 else { throw .signalOutsideSpectrum(mass: mass, contained: 0) }
    let fractions = shape.fractions(edges: edges, mass: mass)
    let contained = fractions.reduce(0, +)
    guard contained >= 0.5 else { throw .signalOutsideSpectrum(mass: mass, contained: contained) }
    return fractions
  }
}

/// A systematic uncertainty of a signal: its expected events shifted by one standard deviation.
///
/// Channels of a model that name the same variation move together. Between and beyond the shifts the
/// events of a bin follow the interpolation that HistFactory calls 4p: a polynomial of degree six in
/// the nuisance parameter within one standard deviation, with continuous first and second
/// derivatives to the straight lines through the shifts outside.
public struct SignalVariation: Sendable, Hashable {
  /// Names the nuisance parameter.
  public let name: String
  /// Expected events at strength 1, one standard deviation up, shape `[bins]`.
  public let up: [Double]
  /// The same, one standard deviation down.
  public let down: [Double]

  public init(name: String, up: [Double], down: [Double]) {
    self.name = name
    self.up = up
    self.down = down
  }

  /// A variation known on one side only; the other side mirrors it.
  public init(name: String, nominal: [Double], shifted: [Double]) {
    self.init(name: name, up: shifted, down: zip(nominal, shifted).map { 2 * $0 - $1 })
  }

  /// An uncertainty of the number of signal events, whatever their mass.
  ///
  /// Up multiplies by 1 + relative and down divides by it, so that large errors leave some signal.
  ///
  /// - Parameters:
  ///   - name: Names the nuisance parameter.
  ///   - nominal: Expected events at strength 1, shape `[bins]`.
  ///   - relative: One standard deviation over the number of events.
  public init(name: String, nominal: [Double], relative: Double) {
    self.init(
      name: name, up: nominal.map { $0 * (1 + relative) }, down: nominal.map { $0 / (1 + relative) }
    )
  }

  /// What a nuisance parameter adds to a bin's events, and the derivative.
  func shift(ofBin bin: Int, nominal: Double, parameter: Double) -> (value: Double, slope: Double) {
    let rise = up[bin] - nominal
    let fall = nominal - down[bin]
    if parameter > 1 { return (parameter * rise, rise) }
    if parameter < -1 { return (parameter * fall, fall) }
    let odd = (rise + fall) / 2
    let even = (rise - fall) / 16
    let square = parameter * parameter
    return (
      odd * parameter + even * square * (15 + square * (3 * square - 10)),
      odd + even * parameter * (30 + square * (18 * square - 40))
    )
  }
}

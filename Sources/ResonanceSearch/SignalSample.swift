/// A simulated signal to set limits on.
public struct SignalSample: Sendable {
  /// A systematic uncertainty of the signal, by samples one standard deviation away.
  public enum Systematic: Sendable {
    /// Other simulations of the same signal; without `down` the other side mirrors `up`.
    case samples(name: String, up: SearchInput, down: SearchInput?)
    /// Jet masses larger and smaller by a fraction.
    case jetMassScale(Double)
    /// Jet masses smeared by a Gaussian of this relative width; the other side mirrors it.
    case jetMassResolution(Double)
  }

  /// Unique among the signals of a call; names trainings and figures.
  public let name: String
  /// Signal events only.
  public let input: SearchInput
  /// Events that the file labelled as background, which play no part.
  public let backgroundLeftOut: Int
  /// Events before the selection of the file; `nil` if unknown.
  public let generated: Int?
  public let systematics: [Systematic]

  public init(
    name: String, input: SearchInput, backgroundLeftOut: Int = 0, generated: Int? = nil,
    systematics: [Systematic] = []
  ) {
    self.name = name
    self.input = input
    self.backgroundLeftOut = backgroundLeftOut
    self.generated = generated
    self.systematics = systematics
  }
}

extension SignalSample.Systematic {
  /// Names the nuisance parameter.
  public var name: String {
    switch self {
    case .samples(let name, _, _): name
    case .jetMassScale: "jet mass scale"
    case .jetMassResolution: "jet mass resolution"
    }
  }

  /// Everything that results depend on.
  var key: String {
    switch self {
    case .samples(let name, let up, let down):
      "\(name): \(up.sha256) \(down?.sha256 ?? "mirrored")"
    case .jetMassScale(let size), .jetMassResolution(let size): "\(name): \(size)"
    }
  }
}

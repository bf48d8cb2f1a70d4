/// Names of the lines that methods are compared with.
///
/// Only names: what stands behind them needs truth labels, which no code of a search can see, so a
/// search plan cannot ask for one.
public enum ReferenceLine: String, Sendable, Hashable, Codable, CaseIterable {
  /// Signal against background, with labels.
  case supervised
  /// Data against as much background without signal as there is.
  case idealised
  /// Data against background without signal, as many events as the sidebands hold.
  case optimalCWoLa = "optimal-cwola"
  /// Data against simulated background as it is.
  case dataAgainstSimulation = "data-vs-simulation"
  /// A coin.
  case random

  /// The line's name in print.
  public var title: String {
    switch self {
    case .supervised: "supervised"
    case .idealised: "idealised detector"
    case .optimalCWoLa: "optimal CWoLa"
    case .dataAgainstSimulation: "data against simulation"
    case .random: "random"
    }
  }
}

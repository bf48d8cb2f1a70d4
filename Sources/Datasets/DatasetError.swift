public import EventModel
public import Evaluation

/// Why a file that could be opened does not give events.
public enum DatasetError: Error, Sendable, Equatable {
  case noEvents(file: String)
  case noLabels(file: String, column: String, found: [String])
  case noSuchColumn(file: String, column: String, role: String, nearest: [String])
  /// A `.npy` file has no names of its own.
  case namesNeeded(file: String, columns: Int)
  case wrongNameCount(file: String, names: Int, columns: Int)
  /// Half of the dijet masses are beyond what the declared unit allows; `median` is in GeV.
  case implausibleUnit(file: String, declared: EnergyUnit, median: Double)
  case labelCountMismatch(file: String, labels: Int, events: Int)
  case badLabels(file: String, TruthLabelsError)
  case badEvents(file: String, EventColumnsError)
  /// A particle is not finite or has a negative transverse momentum; all count from 0.
  case badParticle(file: String, row: Int, particle: Int, values: [Double])
  /// The file holds particles where jet features were asked for.
  case particlesNotFeatures(file: String)
  case featuresNotParticles(file: String)
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noEvents(let file):
      "\(file): holds no events"
    case .noLabels(let file, let column, let found):
      "\(file): has no truth labels: there is no column '\(column)' among "
        + "\(found.joined(separator: " ")); name another with --label-column, or give a text file "
        + "with --masterkey"
    case .noSuchColumn(let file, let column, let role, let nearest):
      "\(file): has no column '\(column)' for \(role); the nearest names are "
        + nearest.map { "'\($0)'" }.joined(separator: ", ")
    case .namesNeeded(let file, let columns):
      "\(file): a .npy table has no column names; give its \(columns) names with --columns, "
        + "separated by commas"
    case .wrongNameCount(let file, let names, let columns):
      "\(file): --columns gives \(names) names, the table has \(columns) columns"
    case .implausibleUnit(let file, .gev, let median):
      "\(file): half of the dijet masses are below \(median) GeV, which no collider search looks "
        + "at; if they are in TeV, say --units tev"
    case .implausibleUnit(let file, .tev, let median):
      "\(file): half of the dijet masses are above \(median / 1_000) TeV, beyond any collider; "
        + "they are probably in GeV: leave --units tev out"
    case .labelCountMismatch(let file, let labels, let events):
      "\(file): holds \(labels) labels for \(events) events"
    case .badLabels(let file, let error):
      "\(file): \(error)"
    case .badEvents(let file, let error):
      "\(file): \(error)"
    case .badParticle(let file, let row, let particle, let values):
      "\(file): particle \(particle) of event \(row) has (pT, eta, phi) = "
        + "(\(values.map { "\($0)" }.joined(separator: ", "))): pT must be finite and not "
        + "negative, angles finite"
    case .particlesNotFeatures(let file):
      "\(file): holds particles, not jet features: cluster it first with 'overdensity cluster'"
    case .featuresNotParticles(let file):
      "\(file): holds jet features already, not particles: it needs no clustering"
    }
  }
}

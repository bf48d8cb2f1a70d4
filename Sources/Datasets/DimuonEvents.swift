import EventFiles
public import Foundation

/// Simulated muon pairs that the dimuon problem is drawn from: arXiv:1912.12155, section 4.
///
/// Momenta and masses are in GeV, angles in radian. Simulation/README.md says how they were made.
public struct DimuonEvents: Sendable {
  /// The six observables of a muon pair; the muons are ordered in transverse momentum.
  public static let observables = ["pt1", "pt2", "eta1", "eta2", "deltaphi", "mll"]

  /// Muon pairs of the Standard Model.
  public let standardModel: Sample
  /// The contact interaction's relative change of each weight with c_W and with c_W².
  ///
  /// `nil` without simulated weights, as for the embedded events.
  public let contact: (linear: [Double], quadratic: [Double])?
  /// Muon pairs of a Z' by its mass in GeV.
  public let zPrimes: [Int: Sample]
  /// Names and digests of the files.
  public let sources: [String: String]

  /// Events as columns.
  public struct Sample: Sendable {
    /// Shape `[observables.count][events]`, in the order of ``DimuonEvents/observables``.
    public let columns: [[Float]]
    /// Shape `[events]`, not negative; `nil` if every event counts once.
    public let weights: [Double]?

    public var count: Int { columns[0].count }
    /// The invariant mass of each pair in GeV.
    public var masses: [Double] { columns[columns.count - 1].map { Double($0) } }
  }

  /// Takes the events that come with the program: no contact interaction, a Z' of 300 GeV.
  ///
  /// - Throws: ``EmbeddedSampleError``, `FileError` or ``DatasetError``.
  public init() throws {
    var sources: [String: String] = [:]
    func sample(_ file: EmbeddedSample) throws -> [[Float]] {
      try Self.sample(file.url(), sources: &sources).columns
    }
    let (first, second) = (try sample(.dimuonReference), try sample(.dimuonData))
    standardModel = Sample(columns: zip(first, second).map { $0 + $1 }, weights: nil)
    contact = nil
    zPrimes = [300: Sample(columns: try sample(.dimuonZPrime), weights: nil)]
    self.sources = sources
  }

  /// Reads a folder that Simulation/make_dimuon.sh made.
  ///
  /// - Parameter folder: With `eft_weighted.h5` and any number of `zprime_M.h5`.
  /// - Throws: `FileError` or ``DatasetError``.
  public init(folder: URL) throws {
    var sources: [String: String] = [:]
    let (columns, table) = try Self.sample(
      folder.appendingPathComponent("eft_weighted.h5"), sources: &sources)
    let weights = try table.values(of: "weight")
    guard weights.allSatisfy({ $0 >= 0 }), weights.contains(where: { $0 > 0 }) else {
      throw DimuonError.badWeights(file: table.name)
    }
    standardModel = Sample(columns: columns, weights: weights)
    contact = (try table.values(of: "linear"), try table.values(of: "quadratic"))
    var zPrimes: [Int: Sample] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      guard name.hasPrefix("zprime_"), name.hasSuffix(".h5"),
        let mass = Int(name.dropFirst("zprime_".count).dropLast(".h5".count))
      else { continue }
      let (columns, _) = try Self.sample(folder.appendingPathComponent(name), sources: &sources)
      zPrimes[mass] = Sample(columns: columns, weights: nil)
    }
    self.zPrimes = zPrimes
    self.sources = sources
  }

  private static func sample(
    _ file: URL, sources: inout [String: String]
  ) throws -> (columns: [[Float]], table: PlainTable) {
    let table = try readTable(at: file.path)
    sources[table.name] = table.sha256
    return (try observables.map { try table.values(of: $0).map { Float($0) } }, table)
  }

  /// The events of a signal alone.
  ///
  /// - Throws: ``DimuonError/noSuchMass(_:found:)``.
  public func zPrime(_ mass: Int) throws(DimuonError) -> Sample {
    guard let sample = zPrimes[mass] else {
      throw .noSuchMass(mass, found: zPrimes.keys.sorted())
    }
    return sample
  }

  /// The weights of the Standard Model's events at a coupling.
  func weights(contact coupling: Double) throws(DimuonError) -> [Double] {
    guard let contact, let weights = standardModel.weights else { throw .noContactWeights }
    return weights.indices.map {
      // A square of an amplitude, negative by rounding only.
      max(0, weights[$0] * (1 + coupling * (contact.linear[$0] + coupling * contact.quadratic[$0])))
    }
  }
}

extension DimuonEvents.Sample {
  /// Momenta mis-calibrated by a relative shift: arXiv:1912.12155, appendix.
  ///
  /// The forward region, |η| > 1.2, has three times the shift.
  func momentaShifted(by shift: Double) -> Self {
    var columns = columns
    for row in 0..<count {
      func momentum(_ muon: Int) -> Double {
        Double(columns[muon][row]) * (1 + shift * (abs(columns[2 + muon][row]) < 1.2 ? 1 : 3))
      }
      var muons = [0, 1].map { (pt: momentum($0), eta: columns[2 + $0][row]) }
      if muons[0].pt < muons[1].pt { muons.swapAt(0, 1) }
      for (place, muon) in muons.enumerated() {
        columns[place][row] = Float(muon.pt)
        columns[2 + place][row] = muon.eta
      }
      let separation = cosh(Double(muons[0].eta - muons[1].eta)) - cos(Double(columns[4][row]))
      columns[5][row] = Float((2 * muons[0].pt * muons[1].pt * separation).squareRoot())
    }
    return Self(columns: columns, weights: weights)
  }
}

/// Why there is no such dimuon problem.
public enum DimuonError: Error, Sendable, Equatable {
  case noSuchMass(Int, found: [Int])
  case noContactWeights
  case badWeights(file: String)
  case unknownObservable(String)
  case nothingPasses
  case shiftNeedsCut(observable: String, above: Double)
}

extension DimuonError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchMass(let mass, let found):
      "there are no events of a Z' of \(mass) GeV, only of "
        + (found.isEmpty ? "none at all" : found.map { "\($0)" }.joined(separator: ", "))
        + ": make more with Simulation/make_dimuon.sh and name the folder"
    case .noContactWeights:
      "the embedded dimuon events have no weights for the contact interaction: make the full files "
        + "with Simulation/make_dimuon.sh and name the folder"
    case .badWeights(let file):
      "\(file): column 'weight' must not be negative, nor 0 in every event"
    case .unknownObservable(let name):
      "a muon pair has no '\(name)', but \(DimuonEvents.observables.joined(separator: " "))"
    case .nothingPasses:
      "no event passes the selection: loosen the lower bounds"
    case .shiftNeedsCut(let observable, let above):
      "a shift of the momenta needs a lower bound on \(observable) of \((above * 1_000).rounded(.up) / 1_000) GeV or more: nearer to "
        + "the simulation's own cut, events that would move in are missing"
    }
  }
}

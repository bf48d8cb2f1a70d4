import Foundation
import StatisticalInference
import Testing

/// Reference scans: Validation/bumphunter.py (pyBumpHunter 0.5.1), which names its versions.
struct BumpHunterReference: Decodable {
  /// pyBumpHunter's settings, one number each in one variable.
  struct Settings: Decodable {
    let widthMin: OneOrTwo
    let widthMax: OneOrTwo
    let widthStep: OneOrTwo?
    let scanStep: Step?
    let sidebandWidth: Int?
    let useSideband: Bool?
    let mode: String?

    var direction: BumpDirection { mode == "deficit" ? .deficit : .excess }

    func windows(axis: Int = 0) -> WindowScan {
      WindowScan(
        .bins(
          widthMin.values[axis]...widthMax.values[axis], step: widthStep?.values[axis] ?? 1),
        step: scanStep?.value(axis: axis) ?? .bins(1), sidebandBins: sidebandWidth ?? 0)
    }

    func reference(_ counts: [Double]) -> BumpReference {
      useSideband == true ? .sidebandNormalised(counts) : .known(counts)
    }
  }
  struct OneOrTwo: Decodable {
    let values: [Int]
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Int.self) {
        values = [value]
      } else {
        values = try container.decode([Int].self)
      }
    }
  }
  struct Step: Decodable {
    let bins: [Int]
    let name: String?
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      name = try? container.decode(String.self)
      if name == nil { bins = try OneOrTwo(from: decoder).values } else { bins = [] }
    }
    func value(axis: Int) -> WindowScan.Step {
      switch name {
      case "half": .halfWidth
      case "full": .fullWidth
      default: .bins(bins[axis])
      }
    }
  }
  struct Scan: Decodable {
    let settings: Settings
    let start: OneOrTwo
    let width: OneOrTwo
    let pValue: Double
    let signal: Double
    let scale: Double?
    let pValues: [Double]
    let globalPValue: Double?
  }
  struct Spectrum: Decodable {
    let edges: [Double]
    let data: [Double]
    let reference: [Double]
    let scans: [Scan]

    var histogram: Histogram {
      get throws { try Histogram(edges: edges, counts: data) }
    }
  }
  struct Grid: Decodable {
    let rowEdges: [Double]
    let columnEdges: [Double]
    let data: [Double]
    let reference: [Double]
    let scans: [Scan]
  }
  struct Channels: Decodable {
    struct Scan: Decodable {
      let settings: Settings
      let statistic: Double
      let globalPValue: Double
    }
    let edges: [Double]
    let data: [[Double]]
    let references: [[Double]]
    let scan: Scan
  }
  struct Injection: Decodable {
    let settings: Settings
    let signal: [Double]
    let strengths: [Double]
    let significances: [Double]
  }

  let pseudoExperiments: Int
  let `public`: Spectrum
  let few: Spectrum
  let grid: Grid
  let channels: [Channels]
  let injection: Injection

  static func load() throws -> BumpHunterReference {
    let url = try #require(
      Bundle.module.url(
        forResource: "bumphunter", withExtension: "json", subdirectory: "Fixtures"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(BumpHunterReference.self, from: Data(contentsOf: url))
  }
}

/// Whether two global p-values, each from its own pseudo-experiments, agree within four errors.
func agree(_ ours: GlobalPValue, with theirs: Double, of count: Int) -> Bool {
  let variance = max(theirs, 1 / Double(count)) * (1 - theirs)
  return abs(ours.value - theirs)
    <= 4 * (variance * (1 / Double(ours.pseudoExperiments) + 1 / Double(count))).squareRoot()
    + 1 / Double(ours.pseudoExperiments)
}

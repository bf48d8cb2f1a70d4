import Foundation
import StatisticalInference
import Testing

/// Answers of pyhf on the same models: Validation/pyhf_limits.py, which names its versions.
private struct PyhfReference: Decodable {
  struct Case: Decodable {
    struct Workspace: Decodable {
      struct Channel: Decodable {
        struct Sample: Decodable {
          struct Modifier: Decodable {
            enum Content: Decodable {
              case strength
              case mode(high: [Double], low: [Double])
              case controlRegions([Double])

              private struct Variations: Decodable {
                let high: [Double]
                let low: [Double]
                enum CodingKeys: String, CodingKey { case high = "hi_data", low = "lo_data" }
              }

              init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if container.decodeNil() {
                  self = .strength
                } else if let numbers = try? container.decode([Double].self) {
                  self = .controlRegions(numbers)
                } else {
                  let variations = try container.decode(Variations.self)
                  self = .mode(high: variations.high, low: variations.low)
                }
              }
            }
            let name: String
            let data: Content?
          }
          let data: [Double]
          let modifiers: [Modifier]
        }
        let samples: [Sample]
      }
      struct Observation: Decodable { let data: [Double] }
      let channels: [Channel]
      let observations: [Observation]
    }
    struct Point: Decodable {
      let strength: Double
      let qMuTilde: Double
      let cls: Double
      let clsPlusB: Double
      let clB: Double
      let expected: [Double]
    }
    let name: String
    let workspace: Workspace
    let q0: Double
    let points: [Point]
    let limit: Double
    let expectedLimits: [Double]

    var counts: [Double] { workspace.observations[0].data }

    func model() throws -> SignalStrengthModel {
      let samples = workspace.channels[0].samples
      let expected = samples[1].data
      var modes: [[Double]] = []
      var background: SignalStrengthModel.Background?
      for modifier in samples[1].modifiers {
        switch modifier.data {
        case .mode(let high, _): modes.append(zip(high, expected).map(-))
        case .controlRegions(let uncertainties):
          background = .controlRegions(expected: expected, uncertainties: uncertainties)
        case .strength, nil: break
        }
      }
      let variations = samples[0].modifiers.compactMap { modifier -> SignalVariation? in
        guard case .mode(let high, let low)? = modifier.data else { return nil }
        return SignalVariation(name: modifier.name, up: high, down: low)
      }
      return try SignalStrengthModel(
        .init(
          signal: samples[0].data,
          background: background ?? .modes(expected: expected, modes: modes),
          variations: variations))
    }
  }
  let cases: [Case]

  static func load() throws -> PyhfReference {
    try JSONDecoder().decode(PyhfReference.self, from: data())
  }

  static func data() throws -> Data {
    let url = try #require(
      Bundle.module.url(forResource: "pyhf", withExtension: "json", subdirectory: "Fixtures"))
    return try Data(contentsOf: url)
  }
}

/// Equal to a part in a thousand, the precision of pyhf's minimiser with room to spare.
private func agree(_ value: Double, _ reference: Double) -> Bool {
  abs(value - reference) <= 1e-3 * abs(reference) + 1e-6
}

struct PyhfAgreementTests {
  @Test func `Test statistics and CLs agree with pyhf on the same model`() throws {
    for row in try PyhfReference.load().cases {
      let likelihood = try ProfileLikelihood(row.model(), counts: row.counts)
      #expect(agree(likelihood.q0, row.q0), "\(row.name): \(likelihood.q0), \(row.q0)")
      let limits = try AsymptoticLimits(likelihood)
      for point in row.points {
        let q = try likelihood.statistic(.qMuTilde, strength: point.strength)
        #expect(agree(q, point.qMuTilde), "\(row.name): \(q), \(point)")
        let cls = try limits.cls(strength: point.strength)
        #expect(agree(cls.observed, point.cls), "\(row.name): \(cls), \(point)")
        #expect(agree(cls.clsPlusB, point.clsPlusB), "\(row.name): \(cls), \(point)")
        #expect(agree(cls.clB, point.clB), "\(row.name): \(cls), \(point)")
        for (ours, theirs) in zip(cls.expected, point.expected) {
          #expect(agree(ours, theirs), "\(row.name): \(cls), \(point)")
        }
      }
    }
  }

  @Test func `Observed and expected limits agree with pyhf`() throws {
    for row in try PyhfReference.load().cases {
      let limits = try AsymptoticLimits(ProfileLikelihood(row.model(), counts: row.counts))
      let limit = try limits.upperLimit()
      #expect(agree(limit.observed, row.limit), "\(row.name): \(limit), \(row.limit)")
      for (ours, theirs) in zip(limit.expected, row.expectedLimits) {
        #expect(agree(ours, theirs), "\(row.name): \(limit.expected), \(row.expectedLimits)")
      }
      #expect(abs(try limits.cls(strength: limit.observed).observed - 0.05) < 1e-8)
    }
  }

  /// The documentation of pyhf's `upper_limit` prints these for two uncorrelated bins; they come
  /// from straight lines between the points of a scan in steps of 1/4.
  @Test func `The published limits of the two-bin example are reproduced`() throws {
    let model = try SignalStrengthModel(
      .init(
        signal: [12, 11],
        background: .controlRegions(expected: [50, 52], uncertainties: [3, 7])))
    let limits = try AsymptoticLimits(ProfileLikelihood(model, counts: [51, 48]))
    let strengths = (1...20).map { Double($0) / 4 }
    let scan = try strengths.map { try limits.cls(strength: $0) }
    func crossing(_ values: [Double]) throws -> Double {
      let right = try #require(values.firstIndex { $0 < 0.05 })
      let fraction = (values[right - 1] - 0.05) / (values[right - 1] - values[right])
      return strengths[right - 1] + fraction / 4
    }
    #expect(abs(try crossing(scan.map(\.observed)) - 1.01764089) < 1e-4)
    for (index, published) in [0.59577, 0.76169, 1.08505, 1.50170, 2.06655].enumerated() {
      #expect(abs(try crossing(scan.map { $0.expected[index] }) - published) < 1e-4)
    }
    #expect(abs(try ProfileLikelihood(model, counts: [60, 65]).q0 / 2.98339447 - 1) < 1e-6)
  }

  @Test func `The exported workspace is the one that pyhf was asked with`() throws {
    let fixture = try #require(
      try JSONSerialization.jsonObject(with: PyhfReference.data()) as? [String: Any])
    let cases = try #require(fixture["cases"] as? [[String: Any]])
    for (row, raw) in zip(try PyhfReference.load().cases, cases) {
      let model = try row.model()
      let reference = try #require(raw["workspace"] as? [String: Any])
      let measurements = try #require(reference["measurements"] as? [[String: Any]])
      let config = try #require(measurements[0]["config"] as? [String: Any])
      let parameters = try #require(config["parameters"] as? [[String: Any]])
      let bounds = try #require(parameters[0]["bounds"] as? [[Double]])
      let workspace = try PyhfWorkspace(
        model, model.observation([row.counts]), largestStrength: bounds[0][1])
      let ours = try #require(
        try JSONSerialization.jsonObject(with: workspace.json()) as? [String: Any])
      #expect(Self.isEqual(ours, reference), "\(row.name)")
    }
  }

  /// Whether two JSON trees are the same, numbers to a part in 10^12.
  private static func isEqual(_ a: Any, _ b: Any) -> Bool {
    switch (a, b) {
    case (let a as [String: Any], let b as [String: Any]):
      a.keys == b.keys && a.allSatisfy { key, value in b[key].map { isEqual(value, $0) } ?? false }
    case (let a as [Any], let b as [Any]):
      a.count == b.count && zip(a, b).allSatisfy { isEqual($0, $1) }
    case (let a as NSNumber, let b as NSNumber):
      abs(a.doubleValue - b.doubleValue) <= 1e-12 * max(1, abs(b.doubleValue))
    case (let a as String, let b as String): a == b
    case (is NSNull, is NSNull): true
    default: false
    }
  }
}

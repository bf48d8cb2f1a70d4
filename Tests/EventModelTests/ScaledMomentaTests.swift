import EventModel
import Foundation
import Testing

struct ScaledMomentaTests {
  /// Three jets, the last one missing, turned by an azimuth, with momenta and masses multiplied.
  private func events(azimuth: Double = 0, scale: Double = 1) throws -> EventColumns {
    let jets: [[Double]] = [[900, 1_200, 700, 100], [-1_400, 0, -400, 300], [0, 0, 0, 0]]
    let (cosine, sine) = (cos(azimuth), sin(azimuth))
    var columns: [(name: String, values: [Double])] = []
    for (index, jet) in jets.enumerated() {
      let turned = [jet[0] * cosine - jet[1] * sine, jet[0] * sine + jet[1] * cosine]
      for (name, value) in zip(["px", "py", "pz", "m"], turned + jet[2...]) {
        columns.append(("\(name)j\(index + 1)", [scale * value]))
      }
    }
    return try EventColumns(columns)
  }

  private func values(_ events: EventColumns) throws -> [Double] {
    try FeatureSet.scaledMomenta.features.map { try events.values(of: $0)[0] }
  }

  @Test func `The components are those along and across the leading jet, over the dijet mass`()
    throws
  {
    // The leading jet points along (3, 4) / 5, the subleading one has px = -1400 only.
    let m = try events().dijetMass()[0]
    let leading = 2_750_000.0.squareRoot()
    let subleading = 2_210_000.0.squareRoot()
    let momenta: [Double] = [leading, 1_500, 700, subleading, -840, 1_120, -400, 0, 0, 0, 0]
    let expected = momenta.map { $0 / m }
    for (value, expected) in zip(try values(events()), expected) {
      #expect(abs(value - expected) < 1e-12)
    }
  }

  @Test func `Neither a turn about the beam nor the scale of all momenta changes them`() throws {
    let original = try values(events())
    for (azimuth, scale) in [(0.3, 1.0), (2.5, 1.7), (-1.9, 0.4)] {
      for (value, expected) in zip(try values(events(azimuth: azimuth, scale: scale)), original) {
        #expect(abs(value - expected) < 1e-12)
      }
    }
  }

  @Test func `A file without a third jet is refused by name`() throws {
    let events = try EventColumns(
      ["pxj1", "pyj1", "pzj1", "mj1", "pxj2", "pyj2", "pzj2", "mj2"].map { ($0, [100]) })
    let error = #expect(throws: EventColumnsError.self) {
      try events.values(of: .thirdJetScaledEnergy)
    }
    #expect(error.map { "\($0)".contains("mj3") } == true)
  }

  @Test func `An event without dijet mass has no momenta`() throws {
    let names = (1...3).flatMap { jet in ["px", "py", "pz", "m"].map { "\($0)j\(jet)" } }
    let events = try EventColumns(names.map { ($0, [0]) })
    #expect(try values(events) == [Double](repeating: 0, count: 11))
  }
}

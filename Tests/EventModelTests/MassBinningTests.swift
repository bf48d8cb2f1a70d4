import EventModel
import Testing

struct MassBinningTests {
  /// LHC Olympics section 4.1: 16 log-spaced bins in 2632-6000 GeV give ten signal regions of
  /// about 15 % width.
  @Test func `The paper's bins give the paper's windows`() throws {
    let binning = try MassBinning(logSpaced: 2_632..<6_000, count: 16)
    let windows = try binning.windows(signalRegionBins: 3, sidebandBins: 2)
    #expect(windows.count == 10)
    for window in windows {
      let region = window.signalRegion
      let width = (region.upperBound - region.lowerBound) / window.center
      #expect(width > 0.14 && width < 0.17)
    }
  }

  @Test func `Edges belong to the bin on their right`() throws {
    let binning = try MassBinning(edges: [1, 2, 4])
    #expect(binning.bin(of: 0.99) == nil)
    #expect(binning.bin(of: 1) == 0)
    #expect(binning.bin(of: 2) == 1)
    #expect(binning.bin(of: 3.99) == 1)
    #expect(binning.bin(of: 4) == nil)
  }

  @Test func `Subdividing keeps the edges`() throws {
    let binning = try MassBinning(logSpaced: 2_700..<6_000, count: 16)
    let fine = try binning.subdivided(by: 4)
    #expect(fine.count == 64)
    #expect(Set(binning.edges).isSubset(of: fine.edges))
  }

  @Test func `Bins of one width fill a range or are refused`() throws {
    let binning = try MassBinning(1_800..<8_200, width: 100)
    #expect(binning.count == 64 && binning.edges[1] == 1_900 && binning.edges[64] == 8_200)
    #expect(throws: MassBinningError.notWholeBins(range: 1_800..<8_250, width: 100)) {
      try MassBinning(1_800..<8_250, width: 100)
    }
    #expect(throws: MassBinningError.notWholeBins(range: 1_800..<8_200, width: -1)) {
      try MassBinning(1_800..<8_200, width: -1)
    }
  }

  @Test func `Splitting adds edges inside and none outside or twice`() throws {
    let binning = try MassBinning(1_000..<1_300, width: 100)
    #expect(
      try binning.split(at: [1_140, 1_200, 2_000]).edges == [1_000, 1_100, 1_140, 1_200, 1_300])
    #expect(try binning.split(at: [1_000, 1_300]) == binning)
  }

  @Test func `Bad edges are errors`() {
    #expect(throws: MassBinningError.notAscending) { try MassBinning(edges: [1, 1]) }
    #expect(throws: MassBinningError.notAscending) { try MassBinning(edges: [1, .nan]) }
    #expect(throws: MassBinningError.tooFewEdges(1)) { try MassBinning(edges: [1]) }
    #expect(throws: MassBinningError.windowTooWide(bins: 7, available: 6)) {
      try MassBinning(logSpaced: 1..<2, count: 6).windows(signalRegionBins: 3, sidebandBins: 2)
    }
  }
}

struct MassWindowTests {
  @Test(
    arguments: [
      (3_099.9, nil), (3_100, .lowerSideband), (3_300, .signalRegion), (3_699.9, .signalRegion),
      (3_700, .upperSideband), (3_900, nil),
    ] as [(Double, MassWindow.Region?)])
  func `Edges belong to the region on their right`(
    mass: Double, expected: MassWindow.Region?
  ) throws {
    let window = try MassWindow(
      lowerSideband: 3_100..<3_300, signalRegion: 3_300..<3_700, upperSideband: 3_700..<3_900)
    #expect(window.region(of: mass) == expected)
  }
}

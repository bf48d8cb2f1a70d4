import Foundation
import Randomness
import StatisticalInference
import Synchronization
import Testing

struct BumpHunterTests {
  /// Compares every window with pyBumpHunter's p-value, and the answer with its best window.
  private func compare(
    _ scan: BumpScan<Range<Int>>, with reference: BumpHunterReference.Scan, _ comment: Comment
  ) throws {
    try #require(scan.windows.count == reference.pValues.count, comment)
    for (window, p) in zip(scan.windows, reference.pValues) {
      // scipy's 1 - P loses digits where a deficit's p is small: 1e-12 absolute.
      #expect(
        abs(window.localPValue - p) <= 1e-9 * p + 1e-12, "\(comment), bins \(window.region)")
    }
    #expect(abs(exp(-scan.statistic) - reference.pValue) <= 1e-6 * reference.pValue, comment)
    guard reference.pValue < 1 else {
      #expect(scan.best == nil, comment)
      return
    }
    let best = try #require(scan.best, comment)
    #expect(best.region.lowerBound == reference.start.values[0], comment)
    #expect(best.region.count == reference.width.values[0], comment)
    #expect(
      abs(best.difference - reference.signal) <= 1e-6 * abs(reference.signal), comment)
    if let scale = reference.scale {
      #expect(abs(best.scale - scale) <= 1e-6 * scale, comment)
    }
  }

  @Test func `Every window has the local p-value of pyBumpHunter`() throws {
    let reference = try BumpHunterReference.load()
    for (name, spectrum) in [("public", reference.public), ("few events", reference.few)] {
      for (index, scan) in spectrum.scans.enumerated() {
        let hunter = BumpHunter(
          windows: scan.settings.windows(), direction: scan.settings.direction)
        try compare(
          hunter.scan(spectrum.histogram, reference: scan.settings.reference(spectrum.reference)),
          with: scan, "\(name), scan \(index)")
      }
    }
  }

  @Test func `The public example has the values that its authors quote`() throws {
    let spectrum = try BumpHunterReference.load().public
    #expect(spectrum.reference.reduce(0, +) == 99_996)
    #expect(spectrum.data.reduce(0, +) == 100_147)
    let scan = try BumpHunter(windows: WindowScan(.bins(2...6))).scan(
      spectrum.histogram, reference: .known(spectrum.reference))
    #expect(scan.windows.count == 285)
    let best = try #require(scan.best)
    #expect(best.region == 16..<20)
    #expect(best.observed == 3509 && best.expected == 3301)
    #expect(abs(scan.statistic - 8.659_847_9) < 1e-6)
  }

  @Test func `Global p-values agree with pyBumpHunter within their statistical errors`() throws {
    let reference = try BumpHunterReference.load()
    for (name, spectrum) in [("public", reference.public), ("few events", reference.few)] {
      for (index, scan) in spectrum.scans.enumerated() {
        // pyBumpHunter draws from the unscaled reference; with few events that matters.
        if name != "public", scan.settings.useSideband == true { continue }
        guard let globalPValue = scan.globalPValue else { continue }
        let hunt = try BumpHunter(
          windows: scan.settings.windows(), direction: scan.settings.direction
        ).hunt(
          spectrum.histogram, reference: scan.settings.reference(spectrum.reference),
          pseudoExperiments: PseudoExperiments(count: 10_000, seed: Seed(1), jobs: 2))
        #expect(
          agree(hunt.globalPValue, with: globalPValue, of: reference.pseudoExperiments),
          "\(name), scan \(index): \(hunt.globalPValue.value), pyBumpHunter \(globalPValue)")
      }
    }
  }

  @Test func `Grids of two variables agree with pyBumpHunter`() throws {
    let grid = try BumpHunterReference.load().grid
    let data = try Histogram2D(
      rowEdges: grid.rowEdges, columnEdges: grid.columnEdges, counts: grid.data)
    for (index, scan) in grid.scans.enumerated() {
      let hunter = BumpHunter2D(
        windows: RectangleScan(
          rows: scan.settings.windows(axis: 0), columns: scan.settings.windows(axis: 1)),
        direction: scan.settings.direction)
      let hunt = try hunter.hunt(
        data, reference: scan.settings.reference(grid.reference),
        pseudoExperiments: PseudoExperiments(count: 2000, seed: Seed(2), jobs: 2))
      let ours = hunt.scans[0]
      try #require(ours.windows.count == scan.pValues.count)
      for (window, p) in zip(ours.windows, scan.pValues) {
        #expect(
          abs(window.localPValue - p) <= 1e-9 * p + 1e-12, "scan \(index), \(window.region)")
      }
      let best = try #require(ours.best)
      #expect([best.region.rows.lowerBound, best.region.columns.lowerBound] == scan.start.values)
      #expect([best.region.rows.count, best.region.columns.count] == scan.width.values)
      #expect(abs(best.difference - scan.signal) <= 1e-6 * abs(scan.signal))
      if let scale = scan.scale { #expect(abs(best.scale - scale) <= 1e-6 * scale) }
      #expect(
        agree(hunt.globalPValue, with: try #require(scan.globalPValue), of: 2000),
        "scan \(index): \(hunt.globalPValue.value)")
    }
  }

  /// Tables and screens take short cuts; the scan of data computes every window's p-value.
  @Test(arguments: [BumpDirection.excess, .deficit])
  func `A pseudo-experiment has the smallest p-value of a scan of the same counts`(
    direction: BumpDirection
  ) throws {
    // From thousands of events to a tenth of one.
    let shape = (0..<40).map { 4000 * exp(-Double($0) / 3.8) }
    let edges = (0...40).map(Double.init)
    let data = try Histogram(edges: edges, counts: shape)
    let hunter = BumpHunter(windows: WindowScan(.bins(1...7)), direction: direction)
    for reference in [BumpReference.known(shape), .sidebandNormalised(shape)] {
      let hunt = try hunter.hunt(
        data, reference: reference, pseudoExperiments: PseudoExperiments(count: 300, seed: Seed(4)))
      for (number, statistic) in hunt.nullStatistics.enumerated() {
        var generator = SplitMix64(state: Seed(4).hash(of: Int64(number)))
        let counts = shape.map { PoissonSampler(mean: $0).draw(with: &generator) }
        let scan = try hunter.scan(Histogram(edges: edges, counts: counts), reference: reference)
        #expect(abs(scan.statistic - statistic) <= 1e-10 * statistic, "\(number)")
      }
      #expect(hunt.nullStatistics.contains { $0 > 7 })
    }
  }

  @Test func `Results do not change with the number of threads`() throws {
    let spectrum = try BumpHunterReference.load().public
    let hunter = BumpHunter(windows: WindowScan(.bins(2...6)))
    for reference in [
      BumpReference.known(spectrum.reference), .sidebandNormalised(spectrum.reference),
    ] {
      let hunts = try [1, 2, 5].map { jobs in
        try hunter.hunt(
          spectrum.histogram, reference: reference,
          pseudoExperiments: PseudoExperiments(count: 500, seed: Seed(9), jobs: jobs))
      }
      #expect(hunts[0] == hunts[1])
      #expect(hunts[0] == hunts[2])
      let more = try hunter.hunt(
        spectrum.histogram, reference: reference,
        pseudoExperiments: PseudoExperiments(count: 700, seed: Seed(9), jobs: 2))
      #expect(Array(more.nullStatistics.prefix(500)) == hunts[0].nullStatistics)
      let other = try hunter.hunt(
        spectrum.histogram, reference: reference,
        pseudoExperiments: PseudoExperiments(count: 500, seed: Seed(10)))
      #expect(other.nullStatistics != hunts[0].nullStatistics)
    }
  }

  @Test func `Progress ends with the number of pseudo-experiments`() throws {
    let log = ProgressLog()
    let spectrum = try BumpHunterReference.load().public
    _ = try BumpHunter(windows: WindowScan(.bins(2...3))).hunt(
      spectrum.histogram, reference: .known(spectrum.reference),
      pseudoExperiments: PseudoExperiments(count: 200, seed: Seed(1), jobs: 2) { log.add($0) })
    #expect(log.values == log.values.sorted())
    #expect(log.values.last == 200)
  }

  @Test func `Windows proportional to the mass end at the nearest edge`() throws {
    let edges = (0...20).map { 1000 * pow(1.02, Double($0)) }
    let spectrum = try Histogram(
      edges: edges, counts: [Double](repeating: 100, count: 20))
    let scan = try BumpHunter(windows: WindowScan(.relative([0.04, 0.1]))).scan(
      spectrum, reference: .known(spectrum.counts))
    // 1.02² = 1.0404 and 1.02⁵ = 1.104: two and five bins.
    #expect(Set(scan.windows.map(\.region.count)) == [2, 5])
    #expect(
      scan.windows.map(\.region) == (0...18).map { $0..<($0 + 2) } + (0...15).map { $0..<($0 + 5) })
  }

  @Test func `Data like the reference have no bump`() throws {
    let spectrum = try Histogram(edges: [0, 1, 2, 3], counts: [5, 4, 3])
    let hunt = try BumpHunter(windows: WindowScan(.bins(1...2))).hunt(
      spectrum, reference: .known([5, 4, 3]),
      pseudoExperiments: PseudoExperiments(count: 20, seed: Seed(1)))
    #expect(hunt.best.isEmpty)
    #expect(hunt.statistic == 0)
    #expect(hunt.globalPValue.value == 1)
  }

  @Test func `Data without events have no excess, and every deficit`() throws {
    let empty = try Histogram(edges: [0, 1, 2, 3], counts: [0, 0, 0])
    let windows = WindowScan(.bins(1...2))
    #expect(
      try BumpHunter(windows: windows).scan(empty, reference: .known([5, 4, 3])).best == nil)
    let deficit = try BumpHunter(windows: windows, direction: .deficit).scan(
      empty, reference: .known([5, 4, 3]))
    // Q(1, 9) = e⁻⁹.
    #expect(abs(deficit.statistic - 9) < 1e-12)
    #expect(deficit.best?.region == 0..<2)
  }

  @Test func `Bad input is refused by name`() throws {
    let spectrum = try Histogram(edges: [0, 1, 2, 3], counts: [5, 4, 3])
    let one = try Histogram(edges: [0, 1], counts: [5])
    func error(
      _ data: Histogram, _ reference: BumpReference, _ windows: WindowScan
    ) -> BumpHunterError? {
      do throws(BumpHunterError) {
        _ = try BumpHunter(windows: windows).scan(data, reference: reference)
        return nil
      } catch { return error }
    }
    let known = BumpReference.known([5, 4, 3])
    let two = WindowScan(.bins(1...2))
    #expect(error(spectrum, known, two) == nil)
    #expect(error(one, .known([5]), two) == .windowsTooWide(2, bins: 1))
    #expect(error(spectrum, known, WindowScan(.bins(2...4))) == .windowsTooWide(4, bins: 3))
    #expect(error(spectrum, .known([0, 4, 0]), two) == .windowsTooWide(2, bins: 1))
    #expect(error(spectrum, .known([0, 0, 0]), two) == .emptyReference)
    #expect(error(spectrum, .known([5, 4]), two) == .wrongReferenceCount(2, expected: 3))
    #expect(
      error(spectrum, .known([5, -4, 3]), two) == .invalidReference(bin: 1, value: -4))
    #expect(
      error(spectrum, .sidebandNormalised([5, 4, .infinity]), two)
        == .invalidReference(bin: 2, value: .infinity))
    if case .invalidReference(bin: 0, let value) = error(spectrum, .known([.nan, 4, 3]), two) {
      #expect(value.isNaN)
    } else {
      Issue.record("a reference that is not a number was not refused")
    }
    #expect(
      error(spectrum, .sidebandNormalised([5, 4, 3]), WindowScan(.bins(3...3)))
        == .noSidebands(bins: 3))
    #expect(error(spectrum, known, WindowScan(.bins(0...2))) == .invalidWidths(0...2, step: 1))
    #expect(error(spectrum, known, WindowScan(.bins(1...2), step: .bins(0))) == .invalidStep(0))
    #expect(
      error(spectrum, known, WindowScan(.relative([0.1]))) == .notPositiveForRelativeWidths(0))
    #expect(error(spectrum, known, WindowScan(.relative([]))) == .invalidRelativeWidths([]))
    #expect(
      error(spectrum, known, WindowScan(.bins(1...1), sidebandBins: 2))
        == .windowsTooWide(1, bins: 0))
    #expect(
      error(spectrum, .uncertain([5, 4, 3], covariance: [[1]]), two) == .invalidCovariance)
    #expect(
      error(
        spectrum, .uncertain([5, 4, 3], covariance: [[1, 2, 0], [2, 1, 0], [0, 0, 1]]), two)
        == .invalidCovariance)
    let weighted = try Histogram(
      edges: [0, 1, 2, 3], counts: [5, 4, 3], sumsOfSquaredWeights: [1, 1, 1])
    #expect(error(weighted, known, two) == .weightedData)
    #expect(throws: BumpHunterError.tooFewPseudoExperiments(0)) {
      try BumpHunter(windows: two).hunt(
        spectrum, reference: known,
        pseudoExperiments: PseudoExperiments(count: 0, seed: Seed(1)))
    }
    // Histograms themselves refuse negative contents and those that are no numbers.
    #expect(throws: HistogramError.invalidContent(bin: 0, value: -1)) {
      try Histogram2D(rowEdges: [0, 1], columnEdges: [0, 1], counts: [-1])
    }
    #expect(throws: HistogramError.edgesNotAscending) {
      try Histogram2D(rowEdges: [0, 0], columnEdges: [0, 1], counts: [1])
    }
    #expect(throws: HistogramError.wrongBinCount(0, expected: 1)) {
      try Histogram2D(rowEdges: [0, 1], columnEdges: [0, 1], counts: [])
    }
  }
}

/// Collects calls from several threads.
private final class ProgressLog: Sendable {
  private let log = Mutex<[Int]>([])
  var values: [Int] { log.withLock { $0 } }
  func add(_ value: Int) { log.withLock { $0.append(value) } }
}

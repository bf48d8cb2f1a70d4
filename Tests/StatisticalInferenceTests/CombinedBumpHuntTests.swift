import Randomness
import StatisticalInference
import Testing

struct CombinedBumpHuntTests {
  @Test func `Two channels with overlapping best windows combine as in pyBumpHunter`() throws {
    let reference = try BumpHunterReference.load()
    #expect(reference.channels.count == 3)
    for (index, channels) in reference.channels.enumerated() {
      let hunter = BumpHunter(windows: channels.scan.settings.windows())
      let hunt = try hunter.hunt(
        zip(channels.data, channels.references).map { data, shape in
          BumpChannel(
            data: try Histogram(edges: channels.edges, counts: data), reference: .known(shape))
        }, combination: .overlappingBestWindows,
        pseudoExperiments: PseudoExperiments(count: 10_000, seed: Seed(3), jobs: 2))
      let scale = max(1, channels.scan.statistic)
      #expect(abs(hunt.statistic - channels.scan.statistic) < 1e-6 * scale, "\(index)")
      #expect(hunt.best.isEmpty == (channels.scan.statistic == 0))
      #expect(
        agree(
          hunt.globalPValue, with: channels.scan.globalPValue, of: reference.pseudoExperiments),
        "\(index): \(hunt.globalPValue.value), pyBumpHunter \(channels.scan.globalPValue)")
    }
  }

  @Test func `The same window is the sum of its channels' statistics`() throws {
    let channels = try #require(BumpHunterReference.load().channels.first)
    let hunter = BumpHunter(windows: WindowScan(.bins(2...6)))
    let inputs = try zip(channels.data, channels.references).map { data, shape in
      BumpChannel(
        data: try Histogram(edges: channels.edges, counts: data), reference: .known(shape))
    }
    let pseudo = PseudoExperiments(count: 2000, seed: Seed(3), jobs: 2)
    let hunt = try hunter.hunt(inputs, pseudoExperiments: pseudo)
    let scans = try inputs.map { try hunter.scan($0.data, reference: $0.reference) }
    let sums = zip(scans[0].windows, scans[1].windows).map { $0.statistic + $1.statistic }
    #expect(hunt.statistic == sums.max())
    #expect(hunt.best.map(\.region).count == 2)
    #expect(hunt.best[0].region == hunt.best[1].region)
    // The bumps are at 15 and 15.5 bins.
    #expect(hunt.best[0].region.contains(15))
    let single = try hunter.hunt(
      inputs[0].data, reference: inputs[0].reference, pseudoExperiments: pseudo)
    #expect(hunt.globalPValue.value < single.globalPValue.value)
    // Determinism.
    var other = pseudo
    other.jobs = 1
    #expect(try hunter.hunt(inputs, pseudoExperiments: other) == hunt)
  }

  @Test func `One channel alone is a plain bump hunt`() throws {
    let spectrum = try BumpHunterReference.load().public
    let hunter = BumpHunter(windows: WindowScan(.bins(2...6)))
    let pseudo = PseudoExperiments(count: 300, seed: Seed(8))
    let plain = try hunter.hunt(
      spectrum.histogram, reference: .known(spectrum.reference), pseudoExperiments: pseudo)
    for combination in [ChannelCombination.sameWindow, .overlappingBestWindows] {
      let combined = try hunter.hunt(
        [BumpChannel(data: spectrum.histogram, reference: .known(spectrum.reference))],
        combination: combination, pseudoExperiments: pseudo)
      #expect(combined == plain)
    }
  }

  @Test func `Channels that cannot be combined are refused by name`() throws {
    let hunter = BumpHunter(windows: WindowScan(.bins(1...1)))
    let pseudo = PseudoExperiments(count: 3, seed: Seed(8))
    #expect(throws: BumpHunterError.noChannels) {
      try hunter.hunt([], pseudoExperiments: pseudo)
    }
    let one = BumpChannel(
      data: try Histogram(edges: [0, 1, 2], counts: [3, 2]), reference: .known([3, 2]))
    let other = BumpChannel(
      data: try Histogram(edges: [0, 1, 3], counts: [3, 2]), reference: .known([3, 2]))
    #expect(throws: BumpHunterError.differentChannels(1)) {
      try hunter.hunt([one, other], pseudoExperiments: pseudo)
    }
    let empty = BumpChannel(data: one.data, reference: .known([0, 0]))
    #expect(throws: BumpHunterError.emptyReference) {
      try hunter.hunt([one, empty], pseudoExperiments: pseudo)
    }
  }
}

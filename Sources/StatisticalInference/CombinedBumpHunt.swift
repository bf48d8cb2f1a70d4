internal import Randomness

/// One of several spectra that are searched together.
public struct BumpChannel: Sendable, Hashable {
  public let data: Histogram
  public let reference: BumpReference

  public init(data: Histogram, reference: BumpReference) {
    self.data = data
    self.reference = reference
  }
}

/// How the windows of several channels make one test statistic.
public enum ChannelCombination: String, Sendable, Hashable, Codable {
  /// t = Σ t of the same window in every channel, the largest over windows.
  ///
  /// The product of the channels' local p-values; all channels have the same bin edges.
  case sameWindow
  /// t = Σ t of each channel's own best window if these overlap in mass, otherwise 0.
  ///
  /// As pyBumpHunter does it.
  case overlappingBestWindows
}

extension BumpHunter {
  /// Searches several spectra for a bump at the same mass.
  ///
  /// - Parameters:
  ///   - channels: Statistically independent spectra.
  ///   - combination: What makes them one.
  ///   - pseudoExperiments: Each holds one pseudo-experiment of every channel.
  /// - Returns: The same for every number of threads.
  /// - Throws: ``BumpHunterError``.
  public func hunt(
    _ channels: [BumpChannel], combination: ChannelCombination = .sameWindow,
    pseudoExperiments: PseudoExperiments
  ) throws(BumpHunterError) -> BumpHunt<Range<Int>> {
    guard let first = channels.first else { throw .noChannels }
    guard pseudoExperiments.count > 0 else {
      throw .tooFewPseudoExperiments(pseudoExperiments.count)
    }
    var common: Range<Int>?
    if combination == .sameWindow {
      if let other = channels.firstIndex(where: { $0.data.edges != first.data.edges }) {
        throw .differentChannels(other)
      }
      for channel in channels {
        let own = try channel.reference.populatedBins(of: channel.data.binCount)
        common =
          common.map {
            min($0.lowerBound, own.lowerBound)..<max($0.upperBound, own.upperBound)
          } ?? own
      }
    }
    var scanned: [ScannedChannel<Range<Int>>] = []
    for channel in channels {
      scanned.append(
        try ScannedChannel(
          channel.data, reference: channel.reference, windows: windows, direction: direction,
          populated: common))
    }
    let combined = CombinedChannels(
      channels: scanned, edges: channels.map(\.data.edges), combination: combination)
    let scans = scanned.map(\.scan)
    let peak = combined.peak(of: scans)
    let null = pseudoExperiments.map {
      combined.channels.map { ScanWorkspace($0.test.sums) }
    } _: { workspaces, generator in
      combined.pseudoExperiment(&workspaces, with: &generator)
    }
    return try BumpHunt(
      scans: scans,
      best: zip(scans, peak.windows).map { $0.windows[$1] }, statistic: peak.statistic, null: null,
      method: scanned.map(\.test.method).uniqued.joined(separator: "; "))
  }
}

/// Channels that are ready to be scanned together.
private struct CombinedChannels: Sendable {
  let channels: [ScannedChannel<Range<Int>>]
  let edges: [[Double]]
  let combination: ChannelCombination

  /// The statistic and its window in each channel; no windows if the statistic is 0.
  typealias Peak = (statistic: Double, windows: [Int])

  func peak(of scans: [BumpScan<Range<Int>>]) -> Peak {
    switch combination {
    case .sameWindow: sameWindow(scans.map { $0.windows.map(\.statistic) })
    case .overlappingBestWindows:
      overlapping(
        scans.map { scan in
          var peak = ScanPeak()
          for (index, window) in scan.windows.enumerated() {
            peak.consider(window.statistic, at: index)
          }
          return peak
        })
    }
  }

  /// The statistic of new counts in every channel; `nil` if a fit failed.
  func pseudoExperiment(
    _ workspaces: inout [ScanWorkspace], with generator: inout SplitMix64
  ) -> Double? {
    var peaks: [ScanPeak] = []
    var hasFailed = false
    for (index, channel) in channels.enumerated() {
      channel.test.draw(into: &workspaces[index], with: &generator)
      switch combination {
      case .sameWindow:
        if !channel.test.test(&workspaces[index]) { hasFailed = true }
      case .overlappingBestWindows:
        if let peak = channel.test.peak(&workspaces[index]) {
          peaks.append(peak)
        } else {
          hasFailed = true
        }
      }
    }
    if hasFailed { return nil }
    return switch combination {
    case .sameWindow: sameWindow(workspaces.map(\.statistics)).statistic
    case .overlappingBestWindows: overlapping(peaks).statistic
    }
  }

  private func sameWindow(_ statistics: [[Double]]) -> Peak {
    var peak = ScanPeak()
    for window in channels[0].regions.indices {
      var sum = 0.0
      for channel in statistics.indices { sum += statistics[channel][window] }
      peak.consider(sum, at: window)
    }
    return (peak.statistic, peak.window.map { [Int](repeating: $0, count: channels.count) } ?? [])
  }

  private func overlapping(_ peaks: [ScanPeak]) -> Peak {
    var low = -Double.infinity
    var high = Double.infinity
    var sum = 0.0
    var windows: [Int] = []
    for (channel, peak) in peaks.enumerated() {
      guard let window = peak.window else { return (0, []) }
      let bins = channels[channel].regions[window]
      low = max(low, edges[channel][bins.lowerBound])
      high = min(high, edges[channel][bins.upperBound])
      sum += peak.statistic
      windows.append(window)
    }
    return low < high ? (sum, windows) : (0, [])
  }
}

extension [String] {
  /// Without repetitions, in the order of first appearance.
  fileprivate var uniqued: [String] {
    reduce(into: []) { known, name in
      if !known.contains(name) { known.append(name) }
    }
  }
}

/// A signal region in the dijet mass with a sideband on each side.
///
/// Ranges are half-open, so ranges that share an edge never share an event. Units: GeV.
public struct MassWindow: Sendable, Hashable, Codable {
  public enum Region: Sendable, Hashable, CaseIterable {
    case lowerSideband, signalRegion, upperSideband
  }

  public let signalRegion: Range<Double>
  public let lowerSideband: Range<Double>
  public let upperSideband: Range<Double>
  /// What methods that learn from longer sidebands use outside the signal region: at least the
  /// sidebands.
  public let reweightingRange: Range<Double>

  /// Puts three ranges next to each other.
  ///
  /// - Parameters:
  ///   - lowerSideband: Below the signal region.
  ///   - signalRegion: Where the signal would be.
  ///   - upperSideband: Above the signal region.
  ///   - reweightingRange: Holds all three; `nil` for no longer sidebands.
  /// - Throws: ``MassWindowError`` if a range is empty or a sideband overlaps the signal region.
  public init(
    lowerSideband: Range<Double>, signalRegion: Range<Double>, upperSideband: Range<Double>,
    reweightingRange: Range<Double>? = nil
  ) throws(MassWindowError) {
    guard !lowerSideband.isEmpty, !signalRegion.isEmpty, !upperSideband.isEmpty else {
      throw .emptyRange
    }
    guard lowerSideband.upperBound <= signalRegion.lowerBound,
      signalRegion.upperBound <= upperSideband.lowerBound
    else { throw .overlap }
    let sidebands = lowerSideband.lowerBound..<upperSideband.upperBound
    self.reweightingRange = reweightingRange ?? sidebands
    guard sidebands.clamped(to: self.reweightingRange) == sidebands else { throw .shortReweighting }
    self.lowerSideband = lowerSideband
    self.signalRegion = signalRegion
    self.upperSideband = upperSideband
  }

  /// The middle of the signal region in GeV.
  public var center: Double { (signalRegion.lowerBound + signalRegion.upperBound) / 2 }

  /// Whether simulation is compared with data here to reweight it: outside the signal region.
  public func isReweighted(at dijetMass: Double) -> Bool {
    reweightingRange.contains(dijetMass) && !signalRegion.contains(dijetMass)
  }

  /// Finds the region that holds an event, or `nil` if the event is outside the window.
  public func region(of dijetMass: Double) -> Region? {
    if signalRegion.contains(dijetMass) { return .signalRegion }
    if lowerSideband.contains(dijetMass) { return .lowerSideband }
    if upperSideband.contains(dijetMass) { return .upperSideband }
    return nil
  }
}

public enum MassWindowError: Error, Equatable {
  case emptyRange, overlap
  /// The range of the longer sidebands does not hold the sidebands.
  case shortReweighting
}

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

  /// Puts three ranges next to each other.
  ///
  /// - Throws: ``MassWindowError`` if a range is empty or a sideband overlaps the signal region.
  public init(
    lowerSideband: Range<Double>, signalRegion: Range<Double>, upperSideband: Range<Double>
  ) throws(MassWindowError) {
    guard !lowerSideband.isEmpty, !signalRegion.isEmpty, !upperSideband.isEmpty else {
      throw .emptyRange
    }
    guard lowerSideband.upperBound <= signalRegion.lowerBound,
      signalRegion.upperBound <= upperSideband.lowerBound
    else { throw .overlap }
    self.lowerSideband = lowerSideband
    self.signalRegion = signalRegion
    self.upperSideband = upperSideband
  }

  /// The middle of the signal region in GeV.
  public var center: Double { (signalRegion.lowerBound + signalRegion.upperBound) / 2 }

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
}

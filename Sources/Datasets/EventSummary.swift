import EventFiles
import EventModel
import Foundation

/// What a file of events holds, in numbers: for a look before a search.
///
/// Nothing is refused here but what cannot be read at all: the summary says how many values are
/// not finite where a search would stop.
public struct EventSummary: Sendable, Codable {
  /// The file's name without its folder.
  public var name: String
  public var kind: String
  public var rows: Int
  /// One a column of jet features, one a quantity of particles.
  public var columns: [ColumnSummary]
  /// Events by dijet mass; `nil` for particles, or if the columns do not give it.
  public var dijetMassSpectrum: Spectrum?
  /// Particles an event; `nil` for jet features.
  public var multiplicity: Multiplicity?
  /// Events with truth label 1 and 0; `nil` without labels.
  public var signalCount: Int?
  public var backgroundCount: Int?

  /// Range and mean of the finite values of a column; `nil` if there is none.
  public struct ColumnSummary: Sendable, Codable, Equatable {
    public var name: String
    public var minimum: Double?
    public var maximum: Double?
    public var mean: Double?
    public var notANumberCount: Int
    public var infiniteCount: Int
  }

  /// Event counts in bins of equal width in the logarithm of the mass.
  public struct Spectrum: Sendable, Codable, Equatable {
    /// Bin edges in GeV, one more than there are bins.
    public var edges: [Double]
    public var counts: [Int]
  }

  /// Number of particles with pT > 0 in an event.
  public struct Multiplicity: Sendable, Codable, Equatable {
    public var minimum: Int
    public var maximum: Int
    public var mean: Double
  }
}

/// Describes a file of events: jet features in any layout, or particles (read in slices).
///
/// - Parameters:
///   - path: The file.
///   - options: How it is to be read; truth labels need not be there.
///   - bins: Bins of the spectrum.
/// - Returns: Counts, ranges and the spectrum of the dijet mass.
/// - Throws: ``FileError`` or ``DatasetError`` if the file cannot be read.
public func inspect(
  _ path: String, options: ReadOptions = ReadOptions(), bins: Int = 40
) throws -> EventSummary {
  let kind = try detectKind(of: path, key: options.key)
  var summary = EventSummary(
    name: path.split(separator: "/").last.map(String.init) ?? path, kind: kind.title, rows: 0,
    columns: [])
  if kind.holdsParticles {
    try summary.describeParticles(of: RawEventReader(reading: path, key: options.key))
  } else {
    let table = try FeatureTable(reading: path, kind: kind, options: options)
    summary.describe(table, options: options, bins: bins)
  }
  return summary
}

extension EventSummary {
  fileprivate mutating func describe(_ table: FeatureTable, options: ReadOptions, bins: Int) {
    rows = table.rowCount
    let labelColumn = options.labelColumn ?? "label"
    if let labels = table[labelColumn] {
      signalCount = labels.count { $0 == 1 }
      backgroundCount = labels.count { $0 == 0 }
    }
    var inGeV: [(name: String, values: [Double])] = []
    for (name, values) in table.columns where name != labelColumn {
      let factor = isDimensionful(column: name) ? options.units.inGeV : 1
      inGeV.append((name, factor == 1 ? values : values.map { $0 * factor }))
    }
    columns = inGeV.map { name, values in
      var tally = Tally()
      for value in values { tally.add(value) }
      return tally.summary(name: name)
    }
    // Events with a value that is not finite have no place in the spectrum.
    let whole = (0..<rows).filter { row in inGeV.allSatisfy { $0.values[row].isFinite } }
    let cleaned = inGeV.map { ($0.name, whole.map { [values = $0.values] in values[$0] }) }
    if let events = try? EventColumns(cleaned + derivedColumns(from: cleaned)),
      let masses = try? events.dijetMass()
    {
      dijetMassSpectrum = Spectrum(of: masses, bins: bins)
    }
  }

  fileprivate mutating func describeParticles(of reader: RawEventReader) throws {
    rows = reader.count
    var tallies = [Tally](repeating: Tally(), count: 3)
    var (fewest, most, total) = (Int.max, 0, 0)
    var (signal, background) = (0, 0)
    let slice = 2_000
    for first in stride(from: 0, to: reader.count, by: slice) {
      let events = try reader.readUnchecked(rows: first..<min(first + slice, reader.count))
      for event in 0..<events.count {
        let values = events[event]
        var particles = 0
        for index in stride(from: values.startIndex, to: values.endIndex, by: 3)
        where values[index] != 0 {
          particles += 1
          for quantity in 0..<3 { tallies[quantity].add(values[index + quantity]) }
        }
        (fewest, most) = (min(fewest, particles), max(most, particles))
        total += particles
        if reader.hasLabels {
          let label = events.values[(event + 1) * events.rowLength - 1]
          if label == 1 { signal += 1 }
          if label == 0 { background += 1 }
        }
      }
    }
    columns = zip(["pT", "eta", "phi"], tallies).map { $1.summary(name: $0) }
    multiplicity = Multiplicity(
      minimum: fewest, maximum: most, mean: Double(total) / Double(reader.count))
    if reader.hasLabels { (signalCount, backgroundCount) = (signal, background) }
  }
}

extension EventSummary.Spectrum {
  /// Counts masses between the smallest and the largest; `nil` if there is no positive mass.
  fileprivate init?(of masses: [Double], bins: Int) {
    guard let low = masses.lazy.filter({ $0 > 0 }).min(), let high = masses.max(), bins >= 1 else {
      return nil
    }
    // One part in 10^12 more, so that the largest mass falls into the last bin.
    let top = high > low ? high * (1 + 1e-12) : high * 1.01
    guard let binning = try? MassBinning(logSpaced: low..<top, count: bins) else { return nil }
    edges = binning.edges
    counts = [Int](repeating: 0, count: bins)
    for mass in masses {
      if let bin = binning.bin(of: mass) { counts[bin] += 1 }
    }
  }
}

/// Range, mean and defects of numbers that come one by one.
private struct Tally {
  var minimum = Double.infinity
  var maximum = -Double.infinity
  var sum = 0.0
  var finiteCount = 0
  var notANumberCount = 0
  var infiniteCount = 0

  mutating func add(_ value: Double) {
    if value.isFinite {
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      sum += value
      finiteCount += 1
    } else if value.isNaN {
      notANumberCount += 1
    } else {
      infiniteCount += 1
    }
  }

  func summary(name: String) -> EventSummary.ColumnSummary {
    let isEmpty = finiteCount == 0
    return EventSummary.ColumnSummary(
      name: name, minimum: isEmpty ? nil : minimum, maximum: isEmpty ? nil : maximum,
      mean: isEmpty ? nil : sum / Double(finiteCount), notANumberCount: notANumberCount,
      infiniteCount: infiniteCount)
  }
}

public import EventFiles
internal import Foundation
public import StatisticalInference

extension SignalTemplate {
  /// Reads simulated signals from a table in CSV.
  ///
  /// Either histograms: the columns `low` and `high` with bin edges, and one column of counts for
  /// each simulated mass, whose name contains that mass (`signal_3000`). Or events: the columns
  /// `signalMass` and `reconstructedMass`, and `weight` if they have one; they are counted in 200
  /// bins between the smallest and the largest reconstructed mass of each signal.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - energyScale: GeV in one unit of the file's masses, in columns' names too.
  /// - Throws: ``SignalTemplateFileError``.
  public init(
    reading path: String, energyScale: Double = 1
  ) throws(SignalTemplateFileError) {
    let table: CSVTable
    do throws(FileError) { table = try CSVTable(reading: path) } catch { throw .file(error) }
    do {
      let histograms =
        table.columnNames.contains("signalMass")
        ? try Self.events(in: table, energyScale: energyScale)
        : try Self.histograms(in: table, energyScale: energyScale)
      guard let histograms else { throw SignalTemplateFileError.columns(path, table.columnNames) }
      try self.init(histograms)
    } catch let error as SignalShapeError {
      throw .shape(path, error)
    } catch let error as HistogramError {
      throw .histogram(path, error)
    } catch {
      throw .columns(path, table.columnNames)
    }
  }

  private static func histograms(
    in table: CSVTable, energyScale: Double
  ) throws -> [(mass: Double, spectrum: Histogram)]? {
    func column(_ word: String) -> Int? {
      table.columnNames.firstIndex { $0.lowercased().hasPrefix(word) }
    }
    guard let low = column("low"), let high = column("high"), table.rowCount > 0 else { return nil }
    let edges = (table.columns[low] + table.columns[high].suffix(1)).map { $0 * energyScale }
    var histograms: [(mass: Double, spectrum: Histogram)] = []
    for index in table.columns.indices where index != low && index != high {
      guard let mass = number(in: table.columnNames[index]) else { return nil }
      histograms.append(
        (mass * energyScale, try Histogram(edges: edges, counts: table.columns[index])))
    }
    return histograms
  }

  private static func events(
    in table: CSVTable, energyScale: Double
  ) throws -> [(mass: Double, spectrum: Histogram)]? {
    guard let signal = table.columnNames.firstIndex(of: "signalMass"),
      let reconstructed = table.columnNames.firstIndex(of: "reconstructedMass")
    else { return nil }
    let weight = table.columnNames.firstIndex(of: "weight")
    return try Set(table.columns[signal]).sorted().map { mass in
      let rows = table.columns[signal].indices.filter { table.columns[signal][$0] == mass }
      let masses = rows.map { table.columns[reconstructed][$0] * energyScale }
      let low = masses.min() ?? 0
      // The last edge belongs to no bin.
      let width = ((masses.max() ?? 0) - low) * (1 + 1e-9) / 200
      return (
        mass * energyScale,
        try Histogram(
          edges: (0...200).map { low + Double($0) * width }, masses: masses,
          weights: weight.map { column in rows.map { table.columns[column][$0] } })
      )
    }
  }

  /// The first number in a name.
  private static func number(in name: String) -> Double? {
    name.split { !$0.isNumber && $0 != "." }.lazy.compactMap { Double($0) }.first
  }
}

/// Why a table holds no signal templates.
public enum SignalTemplateFileError: Error, Equatable {
  case file(FileError)
  case columns(String, [String])
  case histogram(String, HistogramError)
  case shape(String, SignalShapeError)
}

extension SignalTemplateFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .columns(let file, let names):
      "\(file): a signal template has the columns low, high and one with the mass in its name for "
        + "each signal (signal_3000), or signalMass and reconstructedMass; found "
        + names.joined(separator: ", ")
    case .histogram(let file, let error): "\(file): \(error)"
    case .shape(let file, let error): "\(file): \(error)"
    }
  }
}

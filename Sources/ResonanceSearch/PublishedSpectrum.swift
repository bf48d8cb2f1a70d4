public import EventFiles
internal import Foundation
public import StatisticalInference

/// Which columns of a table hold a spectrum; `nil` finds a column by the words in its name.
public struct SpectrumColumns: Sendable, Hashable {
  /// Lower and upper bin edges.
  public var low: String?
  public var high: String?
  /// Events in the bin.
  public var counts: String?
  /// Sums of squared weights, for weighted events; never guessed.
  public var squaredWeights: String?
  /// A published background to compare with; never guessed.
  public var reference: String?

  public init(
    low: String? = nil, high: String? = nil, counts: String? = nil,
    squaredWeights: String? = nil, reference: String? = nil
  ) {
    self.low = low
    self.high = high
    self.counts = counts
    self.squaredWeights = squaredWeights
    self.reference = reference
  }
}

/// A mass spectrum as experiments publish it: a table of bin edges and counts.
///
/// The bins must follow each other without gaps or overlaps. Counts are whole numbers unless the
/// events are weighted or fractions are allowed: a fraction is otherwise a density or a fit taken
/// for a count.
public struct PublishedSpectrum: Sendable {
  /// Where it was read from.
  public let file: String
  /// The bins inside the chosen range.
  public let histogram: Histogram
  /// A published background per bin, shape `[bins]`.
  public let reference: [Double]?

  /// Reads a table in CSV.
  ///
  /// Edges may be found by the words "low" and "high" in their columns' names, counts by "count",
  /// "observed", "data" or "events", if only one column has such a name.
  ///
  /// - Parameters:
  ///   - path: The file: `#` comments, a header, numbers.
  ///   - columns: Their names.
  ///   - range: Bins to keep, in GeV: those that lie in it as a whole; `nil` for all.
  ///   - energyScale: GeV in one unit of the edges.
  ///   - allowsFractions: Whether counts may be fractions, as when read off a figure. They enter
  ///     the Poisson likelihood as they are.
  /// - Throws: ``SpectrumFileError``.
  public init(
    reading path: String, columns: SpectrumColumns = SpectrumColumns(),
    range: Range<Double>? = nil, energyScale: Double = 1, allowsFractions: Bool = false
  ) throws(SpectrumFileError) {
    let table: CSVTable
    do throws(FileError) { table = try CSVTable(reading: path) } catch { throw .file(error) }
    let finder = ColumnFinder(table: table, file: path)
    let low = try finder.column(columns.low, of: "lower edges", option: "--low", words: ["low"])
    let high = try finder.column(columns.high, of: "upper edges", option: "--high", words: ["high"])
    let counts = try finder.column(
      columns.counts, of: "counts", option: "--counts",
      words: ["count", "counts", "observed", "obs", "data", "events"])
    let squares = try columns.squaredWeights.map { (name) throws(SpectrumFileError) in
      try finder.column(name, of: "squared weights", option: "--squared-weights", words: [])
    }
    let reference = try columns.reference.map { (name) throws(SpectrumFileError) in
      try finder.column(name, of: "the reference", option: "--reference", words: [])
    }

    let rows = table.lines.indices.filter { row in
      range.map {
        table.columns[low][row] * energyScale >= $0.lowerBound
          && table.columns[high][row] * energyScale <= $0.upperBound
      } ?? true
    }
    guard rows.count >= 2 else {
      throw .tooFewBins(file: path, bins: rows.count, inFile: table.rowCount)
    }
    func fault(_ row: Int, _ fault: SpectrumFileError.Fault) -> SpectrumFileError {
      .row(file: path, line: table.lines[row], fault)
    }
    func contents(
      _ column: Int, check: (Double) -> Bool
    ) throws(SpectrumFileError) -> [Double] {
      var values: [Double] = []
      for row in rows {
        let value = table.columns[column][row]
        guard value.isFinite, check(value) else {
          throw fault(row, .invalidContent(column: table.columnNames[column], value: value))
        }
        values.append(value)
      }
      return values
    }
    let lows = try contents(low) { _ in true }
    let highs = try contents(high) { _ in true }
    for (index, row) in rows.enumerated() {
      guard lows[index] < highs[index] else {
        throw fault(row, .emptyBin(low: lows[index], high: highs[index]))
      }
      guard index > 0 else { continue }
      let end = highs[index - 1]
      // Edges that were printed with few digits still meet.
      let slack = 1e-6 * (highs[index] - lows[index])
      if lows[index] < lows[index - 1] {
        throw fault(row, .unsorted(low: lows[index], before: lows[index - 1]))
      } else if lows[index] < end - slack {
        throw fault(row, .overlap(low: lows[index], end: end))
      } else if lows[index] > end + slack {
        throw fault(row, .gap(low: lows[index], end: end))
      }
    }
    let events = try contents(counts) { $0 >= 0 }
    if !allowsFractions, squares == nil,
      let index = events.firstIndex(where: { $0 != $0.rounded() })
    {
      throw fault(
        rows[index], .fraction(column: table.columnNames[counts], value: events[index]))
    }
    guard events.contains(where: { $0 > 0 }) else {
      throw .noEvents(file: path, column: table.columnNames[counts])
    }
    let sumsOfSquares = try squares.map { (column) throws(SpectrumFileError) in
      try contents(column) { $0 >= 0 }
    }
    do throws(HistogramError) {
      histogram = try Histogram(
        edges: (lows + highs.suffix(1)).map { $0 * energyScale }, counts: events,
        sumsOfSquaredWeights: sumsOfSquares)
    } catch { throw .histogram(file: path, error) }
    file = path
    self.reference = try reference.map { (column) throws(SpectrumFileError) in
      try contents(column) { $0 >= 0 }
    }
  }
}

/// Finds a table's columns by name or by the words in their names.
private struct ColumnFinder {
  let table: CSVTable
  let file: String

  func column(
    _ name: String?, of quantity: String, option: String, words: Set<String>
  ) throws(SpectrumFileError) -> Int {
    if let name {
      guard let index = table.columnNames.firstIndex(of: name) else {
        throw .noColumn(
          file: file, name: name, option: option,
          nearest: nearestNames(to: name, among: table.columnNames))
      }
      return index
    }
    let found = table.columnNames.indices.filter {
      !words.isDisjoint(with: Self.words(in: table.columnNames[$0]))
    }
    guard found.count == 1 else {
      throw .unclearColumn(
        file: file, quantity: quantity, option: option,
        candidates: found.map { table.columnNames[$0] }, columns: table.columnNames)
    }
    return found[0]
  }

  /// "binLowGeV" and "BIN LOW [GEV]" have the word "low".
  static func words(in name: String) -> Set<String> {
    var words: [String] = [""]
    var wasLower = false
    for character in name {
      if !character.isLetter || (character.isUppercase && wasLower) { words.append("") }
      if character.isLetter { words[words.count - 1] += character.lowercased() }
      wasLower = character.isLowercase
    }
    return Set(words)
  }
}

/// Why a table is not a spectrum: the facts, from which the message is made.
public enum SpectrumFileError: Error, Equatable {
  /// What is wrong in one line.
  public enum Fault: Sendable, Equatable {
    case invalidContent(column: String, value: Double)
    case fraction(column: String, value: Double)
    case emptyBin(low: Double, high: Double)
    case unsorted(low: Double, before: Double)
    case overlap(low: Double, end: Double)
    case gap(low: Double, end: Double)
  }

  case file(FileError)
  case noColumn(file: String, name: String, option: String, nearest: [String])
  case unclearColumn(
    file: String, quantity: String, option: String, candidates: [String], columns: [String])
  case tooFewBins(file: String, bins: Int, inFile: Int)
  case noEvents(file: String, column: String)
  case row(file: String, line: Int, Fault)
  case histogram(file: String, HistogramError)
}

extension SpectrumFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .noColumn(let file, let name, let option, let nearest):
      "\(file): has no column '\(name)' (\(option)); there is "
        + nearest.map { "'\($0)'" }.joined(separator: ", ")
    case .unclearColumn(let file, let quantity, let option, let candidates, let columns):
      "\(file): "
        + (candidates.isEmpty
          ? "no column is named like \(quantity)"
          : "several columns may be \(quantity): \(candidates.joined(separator: ", "))")
        + "; name it with \(option). Columns: \(columns.joined(separator: ", "))"
    case .tooFewBins(let file, let bins, let inFile):
      "\(file): a spectrum needs at least 2 bins, "
        + (bins == inFile
          ? "the file has \(inFile)"
          : "\(bins) of the file's \(inFile) lie in the chosen range; widen --range")
    case .noEvents(let file, let column):
      "\(file): every value of column '\(column)' is 0; check --counts and --range"
    case .row(let file, let line, let fault): "\(file), line \(line): \(fault)"
    case .histogram(let file, let error): "\(file): \(error)"
    }
  }
}

extension SpectrumFileError.Fault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidContent(let column, let value):
      "column '\(column)' holds \(value), which is not a finite number >= 0; correct it, or leave "
        + "the bin out with --range"
    case .fraction(let column, let value):
      "column '\(column)' holds \(value), which is no whole number of events; choose another column "
        + "with --counts, give --squared-weights for weighted events, or accept fractions with "
        + "--fractional-counts"
    case .emptyBin(let low, let high):
      "the bin ends at \(high), not above its start \(low); check --low and --high"
    case .unsorted(let low, let before):
      "the bin starts at \(low), below the bin before it (\(before)); sort the bins"
    case .overlap(let low, let end):
      "the bin starts at \(low), inside the bin before it, which ends at \(end); bins must not "
        + "overlap"
    case .gap(let low, let end):
      "the bin starts at \(low), but the bin before it ends at \(end); fill the gap with a bin and "
        + "leave it out with --mask, or keep one side with --range"
    }
  }
}

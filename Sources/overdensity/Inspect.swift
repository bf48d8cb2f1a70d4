import ArgumentParser
import Datasets
import EventFiles
import Foundation
import Reporting
import ResonanceSearch

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a file of events holds: rows, columns, ranges, NaNs, mass spectrum.")

  @Argument(help: "Events: HDF5 (particles or features), CSV or NumPy.", completion: .file())
  var events: String

  @OptionGroup var input: InputOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let summary = try inspect(events, options: input.readOptions)
    if json {
      print(String(decoding: try JSONEncoder.readable.encode(summary), as: UTF8.self))
    } else {
      print(summary.text)
    }
  }
}

extension EventSummary {
  /// What the terminal shows.
  var text: String {
    var lines = ["\(name): \(kind), \(rows) events"]
    if let signalCount, let backgroundCount {
      lines.append("truth labels: \(signalCount) signal, \(backgroundCount) background")
    } else {
      lines.append("no truth labels")
    }
    if let multiplicity {
      lines.append(
        "particles an event: \(multiplicity.minimum) to \(multiplicity.maximum), "
          + "mean \(significantDigits(multiplicity.mean))")
    }
    let width = max(columns.map(\.name.count).max() ?? 0, "column".count)
    lines.append("")
    lines.append(Self.row("column", "minimum", "mean", "maximum", width: width) + "   not finite")
    for column in columns {
      let bad = column.notANumberCount + column.infiniteCount
      lines.append(
        Self.row(
          column.name, column.minimum.map { significantDigits($0) } ?? "-",
          column.mean.map { significantDigits($0) } ?? "-",
          column.maximum.map { significantDigits($0) } ?? "-", width: width)
          + (bad == 0
            ? "" : "   \(column.notANumberCount) NaN, \(column.infiniteCount) infinite"))
    }
    if let dijetMassSpectrum { lines += [""] + Self.sketch(dijetMassSpectrum) }
    return lines.joined(separator: "\n")
  }

  /// Horizontal bars whose length grows with the logarithm of the count.
  private static func sketch(_ spectrum: Spectrum) -> [String] {
    let top = log(1 + Double(spectrum.counts.max() ?? 0))
    return ["dijet mass [GeV] and events (bars: logarithm)"]
      + spectrum.counts.enumerated().map { bin, count in
        let low = "\(Int(spectrum.edges[bin].rounded()))"
        let length = top > 0 ? Int((40 * log(1 + Double(count)) / top).rounded()) : 0
        return String(repeating: " ", count: max(7 - low.count, 0)) + low + " "
          + String(repeating: "█", count: length) + " \(count)"
      }
  }

  private static func row(
    _ name: String, _ a: String, _ b: String, _ c: String, width: Int
  ) -> String {
    name + String(repeating: " ", count: width - name.count)
      + [a, b, c].map { String(repeating: " ", count: max(14 - $0.count, 1)) + $0 }.joined()
  }
}

import ArgumentParser
import EventFiles
import Foundation
import Reporting

/// Where a command of `overdensity spectrum` leaves its result: terminal, folder, figures.
struct SpectrumOutput: ParsableArguments {
  @Option(name: [.short, .long], help: "Folder for the result and the figures.")
  var output: String?

  @OptionGroup var compute: ComputeOptions

  /// Writes and prints what a command found.
  ///
  /// - Parameters:
  ///   - result: Written as JSON.
  ///   - name: Of the JSON file in the folder, without its ending.
  ///   - table: For the terminal.
  ///   - figures: Drawn only if there is a folder for them.
  /// - Throws: An error if a file cannot be written.
  func write(
    _ result: some Encodable, as name: String, table: @autoclosure () -> String,
    figures: @autoclosure () -> [Figure]
  ) throws {
    let json = try JSONEncoder.readable.encode(result)
    if let output {
      let folder = URL(fileURLWithPath: output)
      let drawn = try writeFigures(figures(), to: folder)
      try writeAtomically(
        json + Data("\n".utf8), to: folder.appending(path: "\(name).json").path)
      for remark in drawn.remarks where !compute.isSilent { print("remark: \(remark)") }
    }
    compute.show(json, table: table(), place: output.map { "Result and figures: \($0)" })
  }
}

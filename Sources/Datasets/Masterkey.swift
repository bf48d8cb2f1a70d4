import EventFiles
public import Evaluation
import Foundation

/// Reads the truth labels of a black box: a text file with one 0 or 1 a line.
///
/// - Parameters:
///   - path: The text file.
///   - events: Number of events that it must cover.
/// - Returns: One label an event.
/// - Throws: ``FileError``, ``DatasetError/labelCountMismatch(file:labels:events:)`` or
///   ``DatasetError/badLabels(file:_:)``.
public func readMasterkey(at path: String, events: Int) throws -> TruthLabels {
  _ = try FileSignature(of: path)
  let text: String
  do {
    text = try String(contentsOfFile: path, encoding: .utf8)
  } catch {
    throw FileError.notReadable(file: path, reason: error.localizedDescription)
  }
  var values: [Double] = []
  for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
    let field = line.trimmingCharacters(in: .whitespaces)
    guard let value = Double(field) else {
      throw FileError.notANumber(file: path, line: index + 1, column: "label", text: field)
    }
    values.append(value)
  }
  guard values.count == events else {
    throw DatasetError.labelCountMismatch(file: path, labels: values.count, events: events)
  }
  do {
    return try TruthLabels(values: values)
  } catch {
    throw DatasetError.badLabels(file: path, error)
  }
}

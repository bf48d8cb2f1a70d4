import Foundation

/// A table of numbers in text: a header line with names, then one line an event.
///
/// Fields are separated by commas; names may stand in quotation marks. Strict: every field must be
/// a number, and every line must have as many as the header. Empty lines and lines that start with
/// `#` are skipped.
public struct CSVTable: Sendable {
  public let columnNames: [String]
  /// Values by column, shape `[columnNames.count][rowCount]`.
  public let columns: [[Double]]
  /// The line of the file that a row stands in, counted from 1, shape `[rowCount]`.
  public let lines: [Int]

  public var rowCount: Int { columns.first?.count ?? 0 }

  /// Reads a table line by line.
  ///
  /// - Throws: ``FileError/notANumber(file:line:column:text:)``,
  ///   ``FileError/wrongFieldCount(file:line:expected:found:)``, ``FileError/empty(file:)`` and
  ///   what opening a file can throw.
  public init(reading path: String) throws(FileError) {
    guard let file = fopen(path, "rb") else {
      throw errno == ENOENT
        ? .notFound(file: path)
        : .notReadable(file: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    var names: [String] = []
    var columns: [[Double]] = []
    var lines: [Int] = []
    var number = 0
    while true {
      let length = getline(&line, &capacity, file)
      guard length >= 0, let line else { break }
      number += 1
      if line.pointee == 0x23 { continue }
      if names.isEmpty {
        names = try Self.header(String(cString: line), number: number, file: path)
        columns = [[Double]](repeating: [], count: names.count)
        continue
      }
      if try Self.parse(line, length: length, number: number, names: names, into: &columns, path) {
        lines.append(number)
      }
    }
    if ferror(file) != 0 {
      throw .notReadable(file: path, reason: String(cString: strerror(errno)))
    }
    guard !names.isEmpty else { throw .empty(file: path) }
    columnNames = names
    self.columns = columns
    self.lines = lines
  }

  private static func header(_ line: String, number: Int, file: String) throws(FileError)
    -> [String]
  {
    let isText = line.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0 != "\u{fffd}" || "\t\r\n".unicodeScalars.contains($0)
    }
    guard isText else {
      throw .malformed(file: file, object: "line \(number)", reason: "this is not a table in text")
    }
    let names = line.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\n\"\u{feff}"))
    }
    guard names.allSatisfy({ !$0.isEmpty && Double($0) == nil }) else {
      throw .malformed(
        file: file, object: "line \(number)",
        reason: "a CSV file starts with a line of column names, separated by commas")
    }
    guard Set(names).count == names.count else {
      throw .malformed(file: file, object: "line \(number)", reason: "a column name appears twice")
    }
    return names
  }

  /// Appends the numbers of a line; `false` if it is empty.
  private static func parse(
    _ line: UnsafeMutablePointer<CChar>, length: Int, number: Int, names: [String],
    into columns: inout [[Double]], _ path: String
  ) throws(FileError) -> Bool {
    let space: [CChar] = [0x20, 0x09, 0x0d, 0x0a]
    let comma: CChar = 0x2c
    let end = line + length
    var cursor = line
    func skipSpace() { while cursor < end, space.contains(cursor.pointee) { cursor += 1 } }
    skipSpace()
    if cursor == end { return false }
    var field = 0
    while true {
      skipSpace()
      let start = cursor
      var stop: UnsafeMutablePointer<CChar>? = nil
      let value = strtod(start, &stop)
      cursor = stop ?? start
      let isNumber = cursor > start
      skipSpace()
      guard isNumber, cursor == end || cursor.pointee == comma else {
        throw .notANumber(
          file: path, line: number, column: field < names.count ? names[field] : "\(field + 1)",
          text: text(from: start, to: end))
      }
      if field < names.count { columns[field].append(value) }
      field += 1
      if cursor == end { break }
      cursor += 1
    }
    guard field == names.count else {
      throw .wrongFieldCount(file: path, line: number, expected: names.count, found: field)
    }
    return true
  }

  /// A field as it stands in the line, for an error message.
  private static func text(
    from start: UnsafeMutablePointer<CChar>, to end: UnsafeMutablePointer<CChar>
  ) -> String {
    let bytes = UnsafeBufferPointer(start: start, count: min(end - start, 40))
    let field = bytes.prefix { $0 != 0x2c && $0 != 0x0a && $0 != 0x0d }
    return String(decoding: field.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

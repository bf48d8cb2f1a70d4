/// The numbers behind a figure, as columns of equal or unequal length.
public struct FigureTable: Sendable, Hashable {
  public struct Column: Sendable, Hashable {
    public var name: String
    /// `nil` is written as an empty field.
    public var values: [Double?]

    public init(_ name: String, _ values: [Double?]) {
      self.name = name
      self.values = values
    }
  }

  public var columns: [Column]

  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Comma-separated values with a header, one row a line; numbers read back exactly.
  public var csv: String {
    var out =
      columns.map { Self.quoted($0.name.replacing("\u{A0}", with: " ")) }.joined(separator: ",")
      + "\n"
    for row in 0..<(columns.map(\.values.count).max() ?? 0) {
      let fields = columns.map { column -> String in
        guard row < column.values.count, let value = column.values[row] else { return "" }
        return exact(value)
      }
      out += fields.joined(separator: ",") + "\n"
    }
    return out
  }

  /// Lines of text as comma-separated values.
  static func csv(_ lines: [[String]]) -> String {
    lines.map { $0.map(quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  static func joined(_ tables: [(name: String, table: FigureTable)]) -> FigureTable {
    FigureTable(
      tables.flatMap { name, table in
        table.columns.map { Column("\(name): \($0.name)", $0.values) }
      })
  }

  static func quoted(_ name: String) -> String {
    name.contains { ",\"\n".contains($0) }
      ? "\"" + name.replacing("\"", with: "\"\"") + "\"" : name
  }
}

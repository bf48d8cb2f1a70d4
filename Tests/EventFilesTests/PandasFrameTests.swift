import EventFiles
import Foundation
import Testing

/// Fixtures: Validation/event_files.py (pandas 3.1.1, PyTables 3.11.1).
struct PandasFrameTests {
  /// What the script put into the frame, in its order of columns.
  static let expected: [(String, [Double])] = [
    ("label", [0, 1, 0, 1, 0]),
    ("mj1", [100.5, 101.5, 102.5, 103.5, 104.5]),
    ("nj1", [10, 11, 12, 13, 14]),
    ("mj2", [50.25, 51.25, 52.25, 53.25, 54.25]),
    ("pxj1", [-1000.125, -2000.25, -3000.375, -4000.5, -5000.625]),
    ("isTagged", [0, 0, 0, 1, 1]),
  ]

  @Test(arguments: ["blocks.h5", "blocks-zlib.h5", "blocks-blosc.h5"])
  func `Columns of five types come out in the frame's order`(file: String) throws {
    let frame = try PandasFrame(HDF5File(reading: fixture(file)))
    #expect(frame.columnNames == Self.expected.map(\.0))
    #expect(frame.rowCount == 5)
    #expect(!frame.hasNumberedColumns)
    #expect(try frame.columns() == Self.expected.map(\.1))
  }

  @Test func `A slice of rows joins the blocks of several types`() throws {
    let frame = try PandasFrame(HDF5File(reading: fixture("blocks.h5")))
    let second: [Double] = [1, 101.5, 11, 51.25, -2000.25, 0]
    let third: [Double] = [0, 102.5, 12, 52.25, -3000.375, 0]
    #expect(try frame.values(rows: 1..<3) == second + third)
    #expect(try frame.values(rows: 2..<2) == [])
  }

  @Test func `A frame with numbered columns is read by rows`() throws {
    let frame = try PandasFrame(HDF5File(reading: fixture("numbered.h5")))
    #expect(frame.hasNumberedColumns)
    #expect(frame.columnNames == ["0", "1", "2"])
    #expect(try frame.values(rows: 1..<4) == (3..<12).map(Double.init))
  }

  @Test func `A frame without rows has columns of length 0`() throws {
    let frame = try PandasFrame(HDF5File(reading: fixture("empty-frame.h5")))
    #expect(frame.rowCount == 0)
    #expect(frame.columnNames == ["mj1", "mj2"])
    #expect(try frame.columns() == [[], []])
  }

  @Test func `Another key is found`() throws {
    let frame = try PandasFrame(HDF5File(reading: fixture("blocks-events.h5")), key: "events")
    #expect(frame.rowCount == 5)
  }

  @Test func `A wrong key names the keys that exist`() throws {
    let path = try fixture("blocks-events.h5")
    let error = #expect(throws: FileError.self) { try PandasFrame(HDF5File(reading: path)) }
    #expect(error == .objectNotFound(file: path, object: "/df", nearest: ["/events"]))
    #expect(error?.description == "\(path): has no '/df'; there is '/events'")
  }

  @Test func `The table format is refused with the remedy`() throws {
    let path = try fixture("table-format.h5")
    let error = #expect(throws: FileError.self) { try PandasFrame(HDF5File(reading: path)) }
    #expect(error?.description.contains("write it with format=\"fixed\"") == true)
  }

  @Test func `A column of texts is refused by name`() throws {
    let path = try fixture("text-column.h5")
    let error = #expect(throws: FileError.self) {
      try PandasFrame(HDF5File(reading: path)).columns()
    }
    #expect(
      error
        == .wrongType(
          file: path, object: "/df/block1_values (column name)", expected: "numbers",
          found: "Python objects"))
  }

  @Test func `A filter that is not installed is named with the remedy`() throws {
    let path = try fixture("blocks-bzip2.h5")
    let error = #expect(throws: FileError.self) { try PandasFrame(HDF5File(reading: path)) }
    #expect(
      error
        == .missingFilter(file: path, object: "/df/axis0", number: 307, name: "bzip2"))
    #expect(error?.description.contains("HDF5_PLUGIN_PATH") == true)
  }

  @Test func `The remedy for blosc is Debian's package`() {
    let error = FileError.missingFilter(file: "a.h5", object: "/x", number: 32001, name: "blosc")
    #expect(
      error.description.hasSuffix("run 'apt-get install hdf5-filter-plugin-blosc-serial'"))
  }
}

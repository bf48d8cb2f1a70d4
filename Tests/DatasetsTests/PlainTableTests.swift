import Datasets
import EventFiles
import TestSupport
import Testing

struct PlainTableTests {
  private func write(_ columns: [String: [Double]], to path: String) throws {
    try HDF5Output.write(to: path) { file in
      for (object, values) in columns { try file.write(values, shape: [values.count], to: object) }
    }
  }

  @Test func `A group of columns is found by its key`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/groups.h5"
      try write(["/near/x": [1, 2], "/near/y": [3, 4], "/far/x": [5, 6, 7]], to: path)
      #expect(try detectKind(of: path, key: "near") == .columns(group: "/near"))
      let table = try readTable(at: path, options: TableOptions(key: "near"))
      #expect(table.names == ["x", "y"])
      #expect(try table.values(of: "y") == [3, 4])
      let error = #expect(throws: FileError.self) { try readTable(at: path) }
      #expect(error?.description.contains("has no '/df'; there is '/far', '/near'") == true)
    }
  }

  @Test func `A file of nothing but columns needs no key`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/columns.h5"
      try write(["/mass": [3.1, 9.5], "/charge": [0, 2]], to: path)
      #expect(try readTable(at: path).names == ["charge", "mass"])
      // Another key was somebody's word.
      #expect(throws: FileError.self) { try readTable(at: path, options: .init(key: "muons")) }
    }
  }

  @Test func `A column with an infinite value is refused by name`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/columns.h5"
      try write(["/mass": [3.1, .infinity]], to: path)
      let error = #expect(throws: DatasetError.self) { try readTable(at: path).values(of: "mass") }
      #expect(error?.description.contains("mass") == true)
    }
  }

  @Test(
    .enabled(if: publicData != nil, "OVERDENSITY_DATA names no folder, so no CMS dimuons are read"))
  func `CMS dimuons are rows of two muons`() throws {
    let path = (publicData ?? "") + "/public/cms_leptons/cms_record700_MuRun2010B_dimuons_100k.hdf5"
    let table = try readTable(at: path, options: TableOptions(key: "muons"))
    #expect(table.rowCount == 100_000)
    #expect(table.names == ["e", "px", "py", "pz", "q"].flatMap { ["\($0)1", "\($0)2"] })
    let charges = zip(try table.values(of: "q1"), try table.values(of: "q2"))
    // The description of the file: 64 % of opposite sign.
    #expect(abs(Double(charges.count { $0 != $1 }) / 100_000 - 0.64) < 0.005)
    let error = #expect(throws: FileError.self) { try readTable(at: path) }
    #expect(error?.description.contains("'/muons'") == true)
  }
}

import EventFiles
import Foundation
import TestSupport
import Testing

struct HDF5FileTests {
  @Test func `Arrays, attributes and names are read`() throws {
    let file = try HDF5File(reading: fixture("arrays.h5"))
    #expect(try file.children() == ["muons", "value"])
    #expect(try file.children(of: "/muons") == ["charge", "isGlobal", "px"])
    #expect(file.textAttribute("title") == "two muons")
    #expect(file.textAttribute("nothing") == nil)
    #expect(file.integerAttribute("count") == 2)
    #expect(try file.dataset("/muons/px").doubles(rows: 2..<4) == [2, 3])
    #expect(try file.dataset("muons/px").floats() == [0, 1, 2, 3, 4, 5])
    #expect(try file.dataset("/muons/charge").integers() == [1, -1])
    #expect(try file.dataset("/muons/isGlobal").doubles() == [1, 0])
    #expect(try file.dataset("/value").doubles() == [2.5])
    #expect(try file.dataset("/value").shape == [])
  }

  @Test func `A missing dataset names what stands beside it, the nearest first`() throws {
    let path = try fixture("arrays.h5")
    let file = try HDF5File(reading: path)
    let error = #expect(throws: FileError.self) { try file.dataset("/muons/pz") }
    #expect(
      error
        == .objectNotFound(
          file: path, object: "/muons/pz",
          nearest: ["/muons/px", "/muons/charge", "/muons/isGlobal"]
        ))
  }

  @Test func `A group is not an array`() throws {
    let file = try HDF5File(reading: fixture("arrays.h5"))
    let error = #expect(throws: FileError.self) { try file.dataset("/muons") }
    #expect(error?.description.contains("holds a group where an array is expected") == true)
  }

  @Test func `Floating point numbers are not read as integers`() throws {
    let file = try HDF5File(reading: fixture("arrays.h5"))
    #expect(throws: FileError.self) { try file.dataset("/muons/px").integers() }
  }

  @Test func `A missing file is said to be missing`() {
    #expect(throws: FileError.notFound(file: "/no/such/file.h5")) {
      try HDF5File(reading: "/no/such/file.h5")
    }
  }

  @Test func `A folder is not readable as a file`() throws {
    let error = #expect(throws: FileError.self) { try HDF5File(reading: "/usr") }
    guard case .notReadable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `An empty file and a text are not HDF5`() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/empty.h5"))
      #expect(throws: FileError.empty(file: folder + "/empty.h5")) {
        try HDF5File(reading: folder + "/empty.h5")
      }
      try Data("hello".utf8).write(to: URL(fileURLWithPath: folder + "/text.h5"))
      #expect(throws: FileError.notHDF5(file: folder + "/text.h5")) {
        try HDF5File(reading: folder + "/text.h5")
      }
    }
  }

  @Test func `A file that was cut off is an error`() throws {
    try withTemporaryFolder { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("blocks.h5")))
      for length in [100, 2_000, whole.count - 1_000] {
        let path = folder + "/cut-\(length).h5"
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        #expect(throws: FileError.self) { try PandasFrame(HDF5File(reading: path)).columns() }
      }
    }
  }
}

struct HDF5OutputTests {
  @Test func `What is written is read again, bit by bit`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/out.h5"
      let doubles = (0..<60_000).map { sin(Double($0)) }
      try HDF5Output.write(to: path) { file in
        try file.write(doubles, shape: [20_000, 3], to: "/group/doubles")
        try file.write([Float(1.5), -2], shape: [2], to: "/floats")
        try file.write([Int64.min, 3], shape: [2], to: "/integers")
        try file.write([UInt8(255)], shape: [1], to: "/bytes")
        try file.write([Double](), shape: [0], to: "/nothing")
        try file.setAttribute("title", to: "τ₂₁", of: "/floats")
        try file.setAttribute("version", to: 3)
      }
      let file = try HDF5File(reading: path)
      #expect(try file.dataset("/group/doubles").doubles() == doubles)
      #expect(try file.dataset("/group/doubles").shape == [20_000, 3])
      #expect(try file.dataset("/floats").floats() == [1.5, -2])
      #expect(try file.dataset("/integers").integers() == [Int64.min, 3])
      #expect(try file.dataset("/bytes").integers() == [255])
      #expect(try file.dataset("/nothing").doubles() == [])
      #expect(file.textAttribute("title", of: "/floats") == "τ₂₁")
      #expect(file.integerAttribute("version") == 3)
    }
  }

  @Test func `Equal content gives equal bytes`() throws {
    try withTemporaryFolder { folder in
      for name in ["a.h5", "b.h5"] {
        try HDF5Output.write(to: folder + "/" + name) { file in
          try file.write([1.0, 2.0], shape: [2], to: "/x/y")
        }
      }
      #expect(try sha256(ofFile: folder + "/a.h5") == sha256(ofFile: folder + "/b.h5"))
    }
  }

  @Test func `A failure leaves the old file and nothing else`() throws {
    struct Interruption: Error {}
    try withTemporaryFolder { folder in
      let path = folder + "/out.h5"
      try writeAtomically("old", to: path)
      #expect(throws: Interruption.self) {
        try HDF5Output.write(to: path) { file in
          try file.write([1.0], shape: [1], to: "/x")
          throw Interruption()
        }
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.h5"])
    }
  }
}

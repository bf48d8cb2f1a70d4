import EventFiles
import Foundation
import TestSupport
import Testing

struct CSVTableTests {
  private func table(_ text: String) throws -> CSVTable {
    try withTemporaryFolder { folder in
      try writeAtomically(text, to: folder + "/table.csv")
      return try CSVTable(reading: folder + "/table.csv")
    }
  }

  @Test func `Quotation marks, spaces, Windows line ends and empty lines do not matter`() throws {
    let table = try table("\u{feff}\"mjj\", mj1\r\n1e3, -2.5\r\n\r\n 3 ,4\r\n")
    #expect(table.columnNames == ["mjj", "mj1"])
    #expect(table.columns == [[1000, 3], [-2.5, 4]])
  }

  @Test func `Comments are skipped and rows know their lines`() throws {
    let table = try table("# what this is\na,b\n1,2\n\n# 5,6\n3,4\n")
    #expect(table.columns == [[1, 3], [2, 4]])
    #expect(table.lines == [3, 6])
  }

  @Test func `A last line without an end counts`() throws {
    #expect(try table("a,b\n1,2\n3,4").rowCount == 2)
  }

  @Test(arguments: [
    ("a,b\n1,2\n3,x\n", 3, "b", "x"), ("a,b\n1,\n", 2, "b", ""), ("a,b\n,1\n", 2, "a", ""),
    ("a,b\n1 2,3\n", 2, "a", "1 2"), ("a,b\n1,2abc\n", 2, "b", "2abc"),
  ])
  func `A field that is not a number is named by line and column`(
    text: String, line: Int, column: String, field: String
  ) throws {
    let error = #expect(throws: FileError.self) { try table(text) }
    guard case .notANumber(_, line, column, field) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["a,b\n1,2\n1\n", "a,b\n1,2\n1,2,3\n"])
  func `A line with too few or too many fields is named`(text: String) throws {
    let error = #expect(throws: FileError.self) { try table(text) }
    guard case .wrongFieldCount(_, 3, 2, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: ["1,2\n3,4\n", "a,,b\n", "a,a\n1,2\n"])
  func `A first line that is not a header is refused`(text: String) throws {
    let error = #expect(throws: FileError.self) { try table(text) }
    guard case .malformed(_, "line 1", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `Bytes that are no text are said to be none`() throws {
    let error = #expect(throws: FileError.self) { try table("\u{1}\u{2},b\n1,2\n") }
    #expect(error?.description.contains("this is not a table in text") == true)
  }

  @Test func `A file without a line is empty`() {
    #expect(throws: FileError.self) { try table("") }
  }
}

/// Fixtures: Validation/event_files.py (NumPy 2.4.6).
struct NumPyArrayTests {
  @Test(arguments: ["float64.npy", "float32-fortran.npy", "version2.npy"])
  func `Both orders, both precisions and both versions give the same table`(
    name: String
  ) throws {
    let array = try NumPyArray(reading: fixture(name))
    #expect(array.rowCount == 4)
    let expected: [[Double]] = [
      [0, 0.375, 0.75, 1.125], [0.125, 0.5, 0.875, 1.25], [0.25, 0.625, 1, 1.375],
    ]
    #expect(array.columns == expected)
  }

  @Test func `Integers keep their sign`() throws {
    #expect(
      try NumPyArray(reading: fixture("int32.npy")).columns == [[-3, 0], [-2, 1], [-1, 2]])
  }

  @Test func `One axis is not a table`() throws {
    let path = try fixture("one-axis.npy")
    #expect(
      throws: FileError.wrongShape(
        file: path, object: "array", expected: "rows x columns", found: [3])
    ) { try NumPyArray(reading: path) }
  }

  @Test func `Big endian numbers are refused, not misread`() throws {
    let path = try fixture("big-endian.npy")
    let error = #expect(throws: FileError.self) { try NumPyArray(reading: path) }
    #expect(error?.description.contains("elements of type >f8") == true)
  }

  @Test func `A header that lies about the shape does not crash`() throws {
    try withTemporaryFolder { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("float64.npy")))
      for shape in [
        "(99999, 3)", "(4, 99999999999999999999)", "(4611686018427387904, 4)", "(-1, 3)",
      ] {
        var text = String(decoding: whole.prefix(128), as: UTF8.self)
        text = text.replacingOccurrences(of: "(4, 3)", with: shape)
        var bytes = whole.prefix(10)
        bytes.append(Data(text.utf8.suffix(118 + shape.utf8.count - 6).prefix(118)))
        bytes.append(whole.suffix(96))
        let path = folder + "/lie.npy"
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(throws: FileError.self, "\(shape)") { try NumPyArray(reading: path) }
      }
    }
  }
}

/// Reference: FIPS 180-4 examples as published by NIST, and Python's hashlib for the long one.
struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `Published examples`(text: String, digest: String) {
    var sha = SHA256()
    sha.update(text.utf8)
    #expect(sha.hexDigest() == digest)
  }

  @Test func `A million letters in uneven pieces`() {
    var sha = SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      sha.update(repeatElement(UInt8(ascii: "a"), count: min(piece, left)))
      left -= min(piece, left)
      piece = piece * 3 + 1
    }
    #expect(
      sha.hexDigest() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test(arguments: 50..<70)
  func `Every length around a block agrees with the same bytes given one by one`(length: Int) {
    let bytes = (0..<length).map { UInt8($0) }
    var whole = SHA256()
    whole.update(bytes)
    var single = SHA256()
    for byte in bytes { single.update([byte]) }
    #expect(whole.hexDigest() == single.hexDigest())
  }
}

struct AtomicFileTests {
  @Test func `A full disk is an error`() throws {
    #expect(
      throws: FileError.notWritable(file: "/dev/full", reason: "No space left on device")
    ) { try writeAtomically("text", to: "/dev/full") }
    #expect(throws: FileError.self) {
      try HDF5Output.write(to: "/dev/full") { try $0.write([1.0], shape: [1], to: "/x") }
    }
  }

  @Test func `A device is written to, not replaced`() throws {
    try writeAtomically("text", to: "/dev/null")
    let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(kind as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func `A link stays a link`() throws {
    try withTemporaryFolder { folder in
      try writeAtomically("old", to: folder + "/file")
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: folder + "/file")
      try writeAtomically("new", to: folder + "/link")
      #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "new")
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link")
          == folder + "/file")
    }
  }

  @Test func `A folder that does not exist is an error`() throws {
    #expect(
      throws: FileError.notWritable(file: "/no/such/folder/x", reason: "No such file or directory")
    ) { try writeAtomically("text", to: "/no/such/folder/x") }
  }

  @Test func `A folder in the file's place leaves no temporary file`() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/x/y", withIntermediateDirectories: true)
      #expect(throws: FileError.self) { try writeAtomically("text", to: folder + "/x") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x"])
    }
  }
}

struct FeatureAndScoresFileTests {
  @Test func `A feature file keeps everything, in order`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/features.h5"
      let file = FeatureFile(
        columns: [("pxj1", [0.1, -1e300, 3]), ("mj1", [1, 2, 3]), ("aj1", [4, 5, 6])],
        weights: [1, 0.5, 2], labels: [0, 1, 0], identifiers: [7, 5, 1 << 40],
        sourceName: "raw.h5", sourceDigest: "ab12")
      try file.write(to: path)
      let read = try FeatureFile(reading: path)
      #expect(read.columns.map(\.name) == ["pxj1", "mj1", "aj1"])
      #expect(read.columns.map(\.values) == file.columns.map(\.values))
      #expect(read.weights == file.weights)
      #expect(read.labels == file.labels)
      #expect(read.identifiers == file.identifiers)
      #expect(read.sourceName == "raw.h5")
      #expect(read.sourceDigest == "ab12")
    }
  }

  @Test func `Columns of unequal length are named`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/features.h5"
      try FeatureFile(columns: [("mj1", [1, 2]), ("mj2", [1])]).write(to: path)
      #expect(
        throws: FileError.wrongShape(
          file: path, object: "/columns/mj2", expected: "2", found: [1])
      ) { try FeatureFile(reading: path) }
    }
  }

  @Test func `A column name that the layout cannot hold is refused`() throws {
    try withTemporaryFolder { folder in
      #expect(throws: FileError.self) {
        try FeatureFile(columns: [("jet mass", [1])]).write(to: folder + "/features.h5")
      }
    }
  }

  @Test func `A newer version is refused`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/features.h5"
      try HDF5Output.write(to: path) { file in
        try file.setAttribute("format", to: "overdensity features")
        try file.setAttribute("formatVersion", to: 2)
      }
      let error = #expect(throws: FileError.self) { try FeatureFile(reading: path) }
      #expect(error?.description.contains("format version is 2") == true)
    }
  }

  @Test func `Scores are read as they were written`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/scores.h5"
      let scores = ScoresFile(
        row: [3, 9, 4], dijetMass: [3100.5, 3200, 1e4], fold: [0, 4, 1], windowCount: 2,
        scores: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], quantiles: [1, 0, 0.5, 0.5, 0, 1],
        planHash: "c0ffee")
      try scores.write(to: path)
      #expect(try ScoresFile(reading: path) == scores)
    }
  }
}

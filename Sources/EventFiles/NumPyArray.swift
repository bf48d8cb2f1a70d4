import Foundation

/// A two-dimensional table in a NumPy `.npy` file.
///
/// Format versions 1 to 3; float32, float64, signed and unsigned integers and booleans in little
/// endian order; row-major ("C") or column-major ("Fortran") storage. NumPy enhancement proposal 1.
public struct NumPyArray: Sendable {
  public let rowCount: Int
  public let columnCount: Int
  /// Values by column, shape `[columnCount][rowCount]`.
  public let columns: [[Double]]

  /// Reads an array of two dimensions.
  ///
  /// - Throws: ``FileError/malformed(file:object:reason:)``,
  ///   ``FileError/wrongType(file:object:expected:found:)``,
  ///   ``FileError/wrongShape(file:object:expected:found:)`` and what opening a file can throw.
  public init(reading path: String) throws(FileError) {
    guard try FileSignature(of: path) == .numPy else {
      throw .malformed(file: path, object: "header", reason: "this is not a NumPy .npy file")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw .notReadable(file: path, reason: error.localizedDescription)
    }
    let header = try Header(data, file: path)
    guard header.shape.count == 2 else {
      throw .wrongShape(
        file: path, object: "array", expected: "rows x columns", found: header.shape)
    }
    let (rows, columns) = (header.shape[0], header.shape[1])
    rowCount = rows
    columnCount = columns
    let expected = rows * columns * header.element.byteCount
    guard data.count - header.dataOffset >= expected else {
      throw .malformed(
        file: path, object: "array",
        reason: "the file ends after \(data.count - header.dataOffset) of \(expected) bytes")
    }
    let rowStride = header.isColumnMajor ? 1 : columns
    let columnStride = header.isColumnMajor ? rows : 1
    self.columns = data.withUnsafeBytes { bytes in
      (0..<columns).map { column in
        (0..<rows).map { row in
          let index = row * rowStride + column * columnStride
          return header.element.value(
            in: bytes, at: header.dataOffset + index * header.element.byteCount)
        }
      }
    }
  }

  /// How a number is stored, named as in NumPy's `dtype.str`.
  private enum Element: String {
    case float32 = "<f4"
    case float64 = "<f8"
    case int8 = "|i1"
    case int16 = "<i2"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"
    case uint16 = "<u2"
    case uint32 = "<u4"
    case uint64 = "<u8"
    case boolean = "|b1"

    var byteCount: Int {
      switch self {
      case .int8, .uint8, .boolean: 1
      case .int16, .uint16: 2
      case .float32, .int32, .uint32: 4
      case .float64, .int64, .uint64: 8
      }
    }

    func value(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Double {
      func load<Value: BitwiseCopyable>(_ type: Value.Type) -> Value {
        bytes.loadUnaligned(fromByteOffset: offset, as: type)
      }
      return switch self {
      case .float32: Double(load(Float.self))
      case .float64: load(Double.self)
      case .int8: Double(load(Int8.self))
      case .int16: Double(load(Int16.self))
      case .int32: Double(load(Int32.self))
      case .int64: Double(load(Int64.self))
      case .uint8: Double(load(UInt8.self))
      case .uint16: Double(load(UInt16.self))
      case .uint32: Double(load(UInt32.self))
      case .uint64: Double(load(UInt64.self))
      case .boolean: load(UInt8.self) == 0 ? 0 : 1
      }
    }
  }

  private struct Header {
    var element: Element
    var isColumnMajor: Bool
    var shape: [Int]
    var dataOffset: Int

    /// Reads the version, the header's length and the Python dictionary in it.
    init(_ data: Data, file: String) throws(FileError) {
      func malformed(_ reason: String) -> FileError {
        .malformed(file: file, object: "header", reason: reason)
      }
      let start = data.startIndex
      guard data.count >= 12 else { throw malformed("the file ends within it") }
      let version = data[start + 6]
      guard (1...3).contains(version) else {
        throw malformed("format version \(version) is not known")
      }
      let lengthBytes = version == 1 ? 2 : 4
      let length = (0..<lengthBytes).reduce(0) { $0 | Int(data[start + 8 + $1]) << (8 * $1) }
      dataOffset = 8 + lengthBytes + length
      guard data.count >= dataOffset else { throw malformed("the file ends within it") }
      let text = String(
        decoding: data[(start + 8 + lengthBytes)..<(start + dataOffset)], as: UTF8.self)
      guard let order = Self.value(of: "fortran_order", in: text, upTo: ","),
        let descriptor = Self.value(of: "descr", in: text, upTo: ","),
        let shape = Self.value(of: "shape", in: text, upTo: ")")
      else { throw malformed("it lacks descr, fortran_order or shape") }
      let name = descriptor.trimmingCharacters(in: CharacterSet(charactersIn: "' \""))
      guard let element = Element(rawValue: name) else {
        throw .wrongType(
          file: file, object: "array", expected: "numbers in little endian order",
          found: "elements of type \(name)")
      }
      self.element = element
      isColumnMajor = order == "True"
      let lengths = shape.drop { $0 == "(" }.split(separator: ",")
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      self.shape = lengths.compactMap { Int($0) }
      guard self.shape.count == lengths.count, self.shape.allSatisfy({ $0 >= 0 }),
        // A product that overflows is no real array, and must not stop the program.
        self.shape.reduce(element.byteCount, Self.saturatingProduct) < 1 << 48
      else { throw malformed("its shape is \(shape))") }
    }

    private static func saturatingProduct(_ a: Int, _ b: Int) -> Int {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? Int.max : product
    }

    private static func value(
      of key: String, in text: String, upTo end: Character
    ) -> String? {
      guard let found = text.range(of: "'\(key)':") else { return nil }
      let rest = text[found.upperBound...].drop { $0 == " " }
      guard let stop = rest.firstIndex(of: end) else { return nil }
      return String(rest[..<stop])
    }
  }
}

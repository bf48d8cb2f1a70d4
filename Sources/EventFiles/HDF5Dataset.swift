internal import CHDF5

/// An array in an open HDF5 file, read whole or by rows.
public final class HDF5Dataset {
  /// What an array holds, as far as reading is concerned.
  public enum ElementKind: Sendable, Equatable {
    case floatingPoint, integer, boolean, text
    case other(String)
  }

  public let file: HDF5File
  public let object: String
  /// Lengths along the axes; empty for a single value.
  public let shape: [Int]
  public let elementKind: ElementKind
  public let bytesPerElement: Int
  private let handle: HDF5Handle
  private let type: HDF5Handle

  init(file: HDF5File, object: String) throws(FileError) {
    self.file = file
    self.object = object
    guard let plain = HDF5Handle(H5Dopen2(file.handle.id, object, h5_p_default()), close: H5Dclose)
    else {
      throw .wrongType(file: file.path, object: object, expected: "an array", found: "a group")
    }
    try Self.checkFilters(of: plain, file: file.path, object: object)
    handle = Self.reopenedWithLargerCache(plain, file: file, object: object) ?? plain
    guard let space = HDF5Handle(H5Dget_space(handle.id), close: H5Sclose),
      let type = HDF5Handle(H5Dget_type(handle.id), close: H5Tclose)
    else { throw .notReadable(file: file.path, reason: HDF5Library.lastFailure()) }
    let rank = H5Sget_simple_extent_ndims(space.id)
    var lengths = [hsize_t](repeating: 0, count: max(Int(rank), 0))
    H5Sget_simple_extent_dims(space.id, &lengths, nil)
    shape = lengths.map { Int(clamping: $0) }
    self.type = type
    bytesPerElement = H5Tget_size(type.id)
    elementKind =
      switch H5Tget_class(type.id) {
      case H5T_FLOAT: .floatingPoint
      case H5T_INTEGER: .integer
      case H5T_STRING: .text
      // PyTables writes numpy.bool as a bit field, h5py as an enumeration.
      case H5T_BITFIELD where bytesPerElement == 1: .boolean
      case H5T_ENUM where bytesPerElement == 1: .boolean
      case H5T_VLEN: .other("Python objects")
      case H5T_COMPOUND: .other("records (pandas' format='table'?)")
      default: .other("something that is not a number")
      }
  }

  public var rowCount: Int { shape.first ?? 1 }

  /// Reads some rows as double precision numbers.
  ///
  /// - Parameter rows: Rows along the first axis; `nil` for all.
  /// - Returns: Values in row-major order, shape `[rows] + shape[1...]`.
  /// - Throws: ``FileError``.
  public func doubles(rows: Range<Int>? = nil) throws(FileError) -> [Double] {
    if elementKind == .boolean { return try bytes(rows: rows).map { $0 == 0 ? 0 : 1 } }
    return try numbers(rows: rows, as: h5_native_double(), zero: 0)
  }

  /// Reads some rows as single precision numbers; as ``doubles(rows:)`` otherwise.
  public func floats(rows: Range<Int>? = nil) throws(FileError) -> [Float] {
    if elementKind == .boolean { return try bytes(rows: rows).map { $0 == 0 ? 0 : 1 } }
    return try numbers(rows: rows, as: h5_native_float(), zero: 0)
  }

  /// Reads some rows of integers; as ``doubles(rows:)`` otherwise.
  ///
  /// - Throws: ``FileError/wrongType(file:object:expected:found:)`` for floating point numbers too.
  public func integers(rows: Range<Int>? = nil) throws(FileError) -> [Int64] {
    guard elementKind == .integer else { throw wrongType(expected: "integers") }
    return try numbers(rows: rows, as: h5_native_int64(), zero: 0)
  }

  /// Reads an array of texts of fixed length (padding removed).
  public func texts() throws(FileError) -> [String] {
    guard elementKind == .text, H5Tis_variable_str(type.id) == 0 else {
      throw wrongType(expected: "texts of fixed length")
    }
    let length = bytesPerElement
    let raw: [UInt8] = try read(rows: nil, as: type.id, zero: 0, perElement: length)
    return (0..<(raw.count / max(length, 1))).map { index in
      let text = raw[index * length..<(index + 1) * length]
      return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private func bytes(rows: Range<Int>?) throws(FileError) -> [UInt8] {
    try read(rows: rows, as: type.id, zero: 0, perElement: 1)
  }

  private func numbers<Number: BitwiseCopyable>(
    rows: Range<Int>?, as memoryType: hid_t, zero: Number
  ) throws(FileError) -> [Number] {
    guard elementKind == .floatingPoint || elementKind == .integer else {
      throw wrongType(expected: "numbers")
    }
    return try read(rows: rows, as: memoryType, zero: zero, perElement: 1)
  }

  private func read<Number: BitwiseCopyable>(
    rows: Range<Int>?, as memoryType: hid_t, zero: Number, perElement: Int
  ) throws(FileError) -> [Number] {
    HDF5Library.prepare()
    let rows = rows ?? 0..<rowCount
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
    let count = try elementCount(rows: rows.count, perElement: perElement)
    var values = [Number](repeating: zero, count: count)
    guard !values.isEmpty else { return values }
    guard let stored = HDF5Handle(H5Dget_space(handle.id), close: H5Sclose) else {
      throw .notReadable(file: file.path, reason: HDF5Library.lastFailure())
    }
    var memory = h5_s_all()
    var selection: HDF5Handle?
    if !shape.isEmpty {
      var start = [hsize_t](repeating: 0, count: shape.count)
      start[0] = hsize_t(rows.lowerBound)
      var count = shape.map { hsize_t($0) }
      count[0] = hsize_t(rows.count)
      H5Sselect_hyperslab(stored.id, H5S_SELECT_SET, start, nil, count, nil)
      selection = HDF5Handle(H5Screate_simple(Int32(count.count), count, nil), close: H5Sclose)
      memory = selection?.id ?? memory
    }
    let status = withExtendedLifetime(selection) {
      values.withUnsafeMutableBytes {
        H5Dread(handle.id, memoryType, memory, stored.id, h5_p_default(), $0.baseAddress)
      }
    }
    guard status >= 0 else {
      throw .malformed(file: file.path, object: object, reason: HDF5Library.lastFailure())
    }
    return values
  }

  /// Multiplies the lengths out; a damaged file can claim any.
  private func elementCount(rows: Int, perElement: Int) throws(FileError) -> Int {
    var count = rows
    for length in shape.dropFirst() + [perElement] {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow, product < Self.largestRead else {
        throw .malformed(
          file: file.path, object: object,
          reason: "it claims the shape \(shape), which no memory holds")
      }
      count = product
    }
    return count
  }

  /// 32 GiB in double precision.
  private static let largestRead = 1 << 32

  func wrongType(expected: String) -> FileError {
    let found =
      switch elementKind {
      case .floatingPoint: "floating point numbers"
      case .integer: "integers"
      case .boolean: "true and false"
      case .text: "texts"
      case .other(let description): description
      }
    return .wrongType(file: file.path, object: object, expected: expected, found: found)
  }

  private static func checkFilters(
    of dataset: HDF5Handle, file: String, object: String
  ) throws(FileError) {
    guard let creation = HDF5Handle(H5Dget_create_plist(dataset.id), close: H5Pclose) else {
      return
    }
    for index in 0..<max(H5Pget_nfilters(creation.id), 0) {
      var name = [CChar](repeating: 0, count: 64)
      let filter = H5Pget_filter2(
        creation.id, UInt32(index), nil, nil, nil, name.count - 1, &name, nil)
      guard filter >= 0, H5Zfilter_avail(filter) <= 0 else { continue }
      let text = String(
        decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw .missingFilter(
        file: file, object: object, number: Int(filter), name: text.isEmpty ? "unnamed" : text)
    }
  }

  /// Opens a dataset again with room for two chunks, so that rows read in sequence are
  /// decompressed once; HDF5's default holds 1 MiB.
  private static func reopenedWithLargerCache(
    _ dataset: HDF5Handle, file: HDF5File, object: String
  ) -> HDF5Handle? {
    guard let creation = HDF5Handle(H5Dget_create_plist(dataset.id), close: H5Pclose),
      H5Pget_layout(creation.id) == H5D_CHUNKED,
      let type = HDF5Handle(H5Dget_type(dataset.id), close: H5Tclose),
      let access = HDF5Handle(H5Pcreate(h5_p_dataset_access()), close: H5Pclose)
    else { return nil }
    var lengths = [hsize_t](repeating: 0, count: 32)
    let rank = H5Pget_chunk(creation.id, 32, &lengths)
    let chunkBytes = lengths.prefix(max(Int(rank), 0)).reduce(H5Tget_size(type.id)) {
      $0 * Int($1)
    }
    let cacheBytes = min(max(2 * chunkBytes, 1 << 20), 64 << 20)
    guard H5Pset_chunk_cache(access.id, 521, cacheBytes, 1) >= 0 else { return nil }
    return HDF5Handle(H5Dopen2(file.handle.id, object, access.id), close: H5Dclose)
  }
}

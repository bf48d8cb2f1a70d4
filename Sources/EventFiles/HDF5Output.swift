internal import CHDF5
import Foundation

/// An HDF5 file that is being made in memory.
///
/// The file appears on disk at the end, complete and in one step, so a full disk or a killed
/// program never leaves half a file. The bytes depend on the content only (no time stamps).
public final class HDF5Output {
  private let path: String
  private let handle: HDF5Handle

  /// Makes a file.
  ///
  /// - Parameters:
  ///   - path: Where the file goes; an old one is replaced.
  ///   - fill: Writes the datasets and attributes.
  /// - Throws: ``FileError/notWritable(file:reason:)``, or what `fill` throws.
  public static func write(to path: String, _ fill: (HDF5Output) throws -> Void) throws {
    try writeAtomically(image(of: path, fill), to: path)
  }

  private static func image(of path: String, _ fill: (HDF5Output) throws -> Void) throws -> Data {
    let output = try HDF5Output(path: path)
    try fill(output)
    guard H5Fflush(output.handle.id, H5F_SCOPE_GLOBAL) >= 0 else { throw output.failure() }
    let size = H5Fget_file_image(output.handle.id, nil, 0)
    guard size > 0 else { throw output.failure() }
    var data = Data(count: size)
    let copied = data.withUnsafeMutableBytes {
      H5Fget_file_image(output.handle.id, $0.baseAddress, $0.count)
    }
    guard copied == size else { throw output.failure() }
    return data
  }

  private init(path: String) throws(FileError) {
    HDF5Library.prepare()
    self.path = path
    guard let access = HDF5Handle(H5Pcreate(h5_p_file_access()), close: H5Pclose),
      H5Pset_fapl_core(access.id, 4 << 20, false) >= 0,
      let handle = HDF5Handle(
        H5Fcreate(path, h5_truncate(), h5_p_default(), access.id), close: H5Fclose)
    else { throw .notWritable(file: path, reason: HDF5Library.lastFailure()) }
    self.handle = handle
  }

  private func failure() -> FileError {
    .notWritable(file: path, reason: HDF5Library.lastFailure())
  }

  /// Writes an array of double precision numbers.
  ///
  /// - Parameters:
  ///   - values: Numbers in row-major order.
  ///   - shape: Lengths along the axes; their product is the number of values.
  ///   - object: The dataset's path; groups on the way are made.
  /// - Throws: ``FileError/notWritable(file:reason:)``.
  public func write(_ values: [Double], shape: [Int], to object: String) throws(FileError) {
    try write(values, shape, object, memory: h5_native_double(), stored: h5_file_double())
  }

  /// Writes an array of single precision numbers; as ``write(_:shape:to:)-1``.
  public func write(_ values: [Float], shape: [Int], to object: String) throws(FileError) {
    try write(values, shape, object, memory: h5_native_float(), stored: h5_file_float())
  }

  /// Writes an array of 64-bit integers.
  public func write(_ values: [Int64], shape: [Int], to object: String) throws(FileError) {
    try write(values, shape, object, memory: h5_native_int64(), stored: h5_file_int64())
  }

  /// Writes an array of bytes.
  public func write(_ values: [UInt8], shape: [Int], to object: String) throws(FileError) {
    try write(values, shape, object, memory: h5_native_uint8(), stored: h5_file_uint8())
  }

  /// Writes a text attribute of the file or of a group or dataset that exists.
  public func setAttribute(_ name: String, to text: String, of object: String = "/")
    throws(FileError)
  {
    var bytes = Array(text.utf8) + [0]
    guard let type = HDF5Handle(H5Tcopy(h5_c_string()), close: H5Tclose),
      H5Tset_size(type.id, bytes.count) >= 0, H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0
    else { throw failure() }
    try setAttribute(name, of: object, type: type.id, bytes: &bytes)
  }

  /// Writes an integer attribute of the file or of a group or dataset that exists.
  public func setAttribute(_ name: String, to value: Int, of object: String = "/")
    throws(FileError)
  {
    var bytes = withUnsafeBytes(of: Int64(value)) { Array($0) }
    try setAttribute(name, of: object, type: h5_native_int64(), bytes: &bytes)
  }

  private func setAttribute(
    _ name: String, of object: String, type: hid_t, bytes: inout [UInt8]
  ) throws(FileError) {
    HDF5Library.prepare()
    guard let space = HDF5Handle(H5Screate(H5S_SCALAR), close: H5Sclose),
      let attribute = HDF5Handle(
        H5Acreate_by_name(
          handle.id, object, name, type, space.id, h5_p_default(), h5_p_default(), h5_p_default()),
        close: H5Aclose),
      H5Awrite(attribute.id, type, &bytes) >= 0
    else { throw failure() }
  }

  private func write<Number: BitwiseCopyable>(
    _ values: [Number], _ shape: [Int], _ object: String, memory: hid_t, stored: hid_t
  ) throws(FileError) {
    HDF5Library.prepare()
    precondition(shape.reduce(1, *) == values.count, "shape \(shape) of \(values.count) values")
    let lengths = shape.map { hsize_t($0) }
    guard
      let space = HDF5Handle(
        H5Screate_simple(Int32(lengths.count), lengths, nil), close: H5Sclose),
      let creation = HDF5Handle(H5Pcreate(h5_p_dataset_create()), close: H5Pclose),
      let links = HDF5Handle(H5Pcreate(h5_p_link_create()), close: H5Pclose),
      H5Pset_create_intermediate_group(links.id, 1) >= 0,
      H5Pset_obj_track_times(creation.id, false) >= 0
    else { throw failure() }
    if !values.isEmpty {
      // Chunks of about 256 KiB, whole rows each.
      let rowBytes = values.count / shape[0] * MemoryLayout<Number>.stride
      var chunk = lengths
      chunk[0] = hsize_t(min(shape[0], max(1, (256 << 10) / rowBytes)))
      guard H5Pset_chunk(creation.id, Int32(chunk.count), chunk) >= 0,
        H5Pset_shuffle(creation.id) >= 0, H5Pset_deflate(creation.id, 5) >= 0
      else { throw failure() }
    }
    guard
      let dataset = HDF5Handle(
        H5Dcreate2(
          handle.id, object, stored, space.id, links.id, creation.id, h5_p_default()),
        close: H5Dclose)
    else { throw failure() }
    guard !values.isEmpty else { return }
    let status = values.withUnsafeBytes {
      H5Dwrite(dataset.id, memory, h5_s_all(), h5_s_all(), h5_p_default(), $0.baseAddress)
    }
    guard status >= 0 else { throw failure() }
  }
}

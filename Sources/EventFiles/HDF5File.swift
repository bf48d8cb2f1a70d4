internal import CHDF5
import Foundation

/// An HDF5 file that is open for reading.
public final class HDF5File {
  public let path: String
  let handle: HDF5Handle

  /// Opens a file.
  ///
  /// - Throws: ``FileError/notFound(file:)``, ``FileError/empty(file:)``,
  ///   ``FileError/notHDF5(file:)`` or ``FileError/notReadable(file:reason:)``.
  public init(reading path: String) throws(FileError) {
    HDF5Library.prepare()
    switch try FileSignature(of: path) {
    case .hdf5: break
    default: throw .notHDF5(file: path)
    }
    guard let handle = HDF5Handle(H5Fopen(path, h5_rdonly(), h5_p_default()), close: H5Fclose)
    else { throw .notReadable(file: path, reason: HDF5Library.lastFailure()) }
    self.path = path
    self.handle = handle
  }

  /// Whether a group or dataset of this path ("/df/axis0") exists.
  public func contains(_ object: String) -> Bool {
    HDF5Library.prepare()
    var path = ""
    for part in object.split(separator: "/") {
      path += "/" + part
      guard H5Lexists(handle.id, path, h5_p_default()) > 0 else { return false }
    }
    return true
  }

  /// Whether there is an array of this path, and not a group or nothing.
  public func isDataset(_ object: String) -> Bool {
    guard contains(object) else { return false }
    return HDF5Handle(H5Dopen2(handle.id, object, h5_p_default()), close: H5Dclose) != nil
  }

  /// Names what a group holds, in alphabetical order.
  public func children(of group: String = "/") throws(FileError) -> [String] {
    HDF5Library.prepare()
    guard group == "/" || contains(group) else { throw notFound(group) }
    guard let opened = HDF5Handle(H5Gopen2(handle.id, group, h5_p_default()), close: H5Gclose)
    else { return [] }  // a dataset has no children
    var information = H5G_info_t()
    guard H5Gget_info(opened.id, &information) >= 0 else {
      throw .notReadable(file: path, reason: HDF5Library.lastFailure())
    }
    return (0..<information.nlinks).compactMap { index in
      let length = H5Lget_name_by_idx(
        opened.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, h5_p_default())
      guard length > 0 else { return nil }
      var name = [CChar](repeating: 0, count: length + 1)
      H5Lget_name_by_idx(
        opened.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, name.count, h5_p_default())
      return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Opens a dataset.
  ///
  /// - Throws: ``FileError/objectNotFound(file:object:nearest:)`` with the most similar names of
  ///   the deepest group that exists, ``FileError/missingFilter(file:object:number:name:)``,
  ///   ``FileError/wrongType(file:object:expected:found:)`` for a group.
  public func dataset(_ object: String) throws(FileError) -> HDF5Dataset {
    HDF5Library.prepare()
    guard contains(object) else { throw notFound(object) }
    return try HDF5Dataset(file: self, object: object)
  }

  /// Reads a text attribute of a group or dataset; `nil` if there is none of that name.
  public func textAttribute(_ name: String, of object: String = "/") -> String? {
    attribute(name, of: object) { attribute, type in
      guard H5Tget_class(type.id) == H5T_STRING else { return nil }
      if H5Tis_variable_str(type.id) > 0 {
        var pointer: UnsafeMutablePointer<CChar>?
        guard H5Aread(attribute.id, type.id, &pointer) >= 0, let pointer else { return nil }
        defer { H5free_memory(pointer) }
        return String(cString: pointer)
      }
      // PyTables stores an empty text as an attribute without a value.
      guard H5Aget_storage_size(attribute.id) > 0 else { return "" }
      var bytes = [UInt8](repeating: 0, count: H5Tget_size(type.id))
      guard H5Aread(attribute.id, type.id, &bytes) >= 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Reads an integer attribute of a group or dataset; `nil` if there is none of that name.
  public func integerAttribute(_ name: String, of object: String = "/") -> Int? {
    attribute(name, of: object) { attribute, type in
      guard H5Tget_class(type.id) == H5T_INTEGER else { return nil }
      var value: Int64 = 0
      guard H5Aread(attribute.id, h5_native_int64(), &value) >= 0 else { return nil }
      return Int(value)
    }
  }

  private func attribute<Value>(
    _ name: String, of object: String, read: (HDF5Handle, HDF5Handle) -> Value?
  ) -> Value? {
    HDF5Library.prepare()
    guard object == "/" || contains(object),
      H5Aexists_by_name(handle.id, object, name, h5_p_default()) > 0,
      let attribute = HDF5Handle(
        H5Aopen_by_name(handle.id, object, name, h5_p_default(), h5_p_default()), close: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), close: H5Tclose)
    else { return nil }
    return read(attribute, type)
  }

  /// The error for an object that is not there, with what stands in its place.
  func notFound(_ object: String) -> FileError {
    var group = ""
    var missing = object
    for part in object.split(separator: "/") {
      guard contains(group + "/" + part) else {
        missing = String(part)
        break
      }
      group += "/" + part
    }
    let present = (try? children(of: group.isEmpty ? "/" : group)) ?? []
    return .objectNotFound(
      file: path, object: object,
      nearest: nearestNames(to: missing, among: present).map { "\(group)/\($0)" })
  }
}

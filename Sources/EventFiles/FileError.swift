/// Why a file could not be read or written: the facts, from which the message is made.
public enum FileError: Error, Sendable, Equatable {
  case notFound(file: String)
  case notReadable(file: String, reason: String)
  case empty(file: String)
  case notHDF5(file: String)
  /// A group, dataset or column is not there; `nearest` holds names that are, most similar first.
  case objectNotFound(file: String, object: String, nearest: [String])
  case wrongShape(file: String, object: String, expected: String, found: [Int])
  case wrongType(file: String, object: String, expected: String, found: String)
  /// The data are compressed with a filter that this machine's HDF5 does not have.
  case missingFilter(file: String, object: String, number: Int, name: String)
  /// The file breaks its own format's rules.
  case malformed(file: String, object: String, reason: String)
  /// A text table holds something other than a number; lines count from 1.
  case notANumber(file: String, line: Int, column: String, text: String)
  case wrongFieldCount(file: String, line: Int, expected: Int, found: Int)
  case notWritable(file: String, reason: String)
}

extension FileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let file):
      return "\(file): there is no such file"
    case .notReadable(let file, let reason):
      return "\(file): cannot be read: \(reason)"
    case .empty(let file):
      return "\(file): the file is empty"
    case .notHDF5(let file):
      return "\(file): this is not an HDF5 file (its first bytes are not HDF5's signature)"
    case .objectNotFound(let file, let object, let nearest):
      let hint =
        nearest.isEmpty
        ? "there is nothing else beside it"
        : "there is " + nearest.map { "'\($0)'" }.joined(separator: ", ")
      return "\(file): has no '\(object)'; \(hint)"
    case .wrongShape(let file, let object, let expected, let found):
      return "\(file): '\(object)' has shape \(shapeText(found)) where \(expected) is expected"
    case .wrongType(let file, let object, let expected, let found):
      return "\(file): '\(object)' holds \(found) where \(expected) is expected"
    case .missingFilter(let file, let object, let number, let name):
      let remedy =
        number == HDF5Filter.blosc
        ? "run 'apt-get install hdf5-filter-plugin-blosc-serial'"
        : "set HDF5_PLUGIN_PATH to a folder with this filter's plugin (the PyPI package "
          + "'hdf5plugin' has one), or write the file again with zlib"
      return
        "\(file): '\(object)' is compressed with the HDF5 filter '\(name)' (number \(number)), "
        + "which is not installed: \(remedy)"
    case .malformed(let file, let object, let reason):
      return "\(file): '\(object)' cannot be understood: \(reason)"
    case .notANumber(let file, let line, let column, let text):
      return "\(file), line \(line), column '\(column)': '\(text)' is not a number"
    case .wrongFieldCount(let file, let line, let expected, let found):
      return "\(file), line \(line): has \(found) fields where the header has \(expected)"
    case .notWritable(let file, let reason):
      return "\(file): cannot be written: \(reason). Choose another place or make room, then "
        + "run the command again: finished work is kept"
    }
  }

  private func shapeText(_ shape: [Int]) -> String {
    shape.isEmpty ? "() (a single value)" : shape.map(String.init).joined(separator: " x ")
  }
}

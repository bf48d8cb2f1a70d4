internal import CHDF5
import Foundation

/// What every use of the HDF5 library needs first.
enum HDF5Library {
  /// Switches file locks off, finds filter plugins and silences the library's own error output.
  ///
  /// The silence holds for the calling thread only (HDF5 keeps an error stack a thread), so every
  /// public entry point calls this; errors come out as ``FileError`` instead.
  static func prepare() {
    _ = lockingIsOff
    _ = pluginFolders
    H5Eset_auto2(0, nil, nil)
  }

  /// Files are written beside their place and renamed, so locks protect nothing; they fail on some
  /// network disks, and a process started meanwhile inherits them.
  private static let lockingIsOff = setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0) == 0

  /// Folders in which distributions put filter plugins, searched after HDF5_PLUGIN_PATH.
  ///
  /// Debian's package puts the blosc filter where Debian's own HDF5 does not look.
  private static let pluginFolders: [String] = {
    #if arch(arm64)
      let architecture = "aarch64"
    #else
      let architecture = "x86_64"
    #endif
    let folders = ["/usr/lib/\(architecture)-linux-gnu/hdf5/serial/plugins"]
      .filter { FileManager.default.fileExists(atPath: $0) }
    for folder in folders { H5PLappend(folder) }
    return folders
  }()

  /// Joins what the library says about its last failure, from the general to the particular.
  static func lastFailure() -> String {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { pointer in
      _ = H5Ewalk2(
        0, H5E_WALK_DOWNWARD,
        { _, record, context in
          if let text = record?.pointee.desc, let context {
            context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }
          return 0
        }, pointer)
    }
    return messages.isEmpty ? "the HDF5 library gives no reason" : messages.joined(separator: ": ")
  }
}

/// Registered numbers of compression filters.
enum HDF5Filter {
  static let blosc = 32001
}

/// An open HDF5 object that is closed when nobody uses it any more.
final class HDF5Handle {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  /// Takes over an identifier, or gives `nil` if it says that opening failed.
  init?(_ id: hid_t, close: @escaping (hid_t) -> herr_t) {
    guard id >= 0 else { return nil }
    self.id = id
    self.close = close
  }

  deinit { _ = close(id) }
}

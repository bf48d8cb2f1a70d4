/// Why a report or its figures could not be written.
public enum ReportError: Error, Sendable, Hashable, CustomStringConvertible {
  case cannotMakeFolder(path: String, reason: String)
  case diskFull(path: String)
  case notWritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .cannotMakeFolder(let path, let reason):
      "cannot make the folder '\(path)': \(reason). Choose another --output."
    case .diskFull(let path):
      "no space left on the disk while writing '\(path)'."
        + " Free some space, then run the command again: finished work is kept."
    case .notWritable(let path, let reason):
      "cannot write '\(path)': \(reason). Choose an --output that you may write to."
    }
  }
}

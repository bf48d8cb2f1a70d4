/// The command line of a run, kept so that workers and other machines can give it again.
public struct RecordedCommand: Sendable, Hashable, Codable {
  /// The program's path.
  public let program: String
  /// What follows the program's name.
  public let arguments: [String]
  /// Where the command was given: relative paths start there.
  public let workingDirectory: String
  /// The instruction set that the run is pinned to.
  public let instructionSet: String
  /// The program's version.
  public let version: String

  public init(
    program: String, arguments: [String], workingDirectory: String, instructionSet: String,
    version: String
  ) {
    self.program = program
    self.arguments = arguments
    self.workingDirectory = workingDirectory
    self.instructionSet = instructionSet
    self.version = version
  }

  /// The arguments without options that only concern the process that gives out the work.
  ///
  /// - Parameters:
  ///   - valued: Options with a value, written `--option value` or `--option=value`.
  ///   - flags: Options without.
  /// - Returns: What is left, in its order.
  public func arguments(withoutOptions valued: Set<String>, flags: Set<String>) -> [String] {
    var kept: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return kept + [argument] + rest }
      if flags.contains(argument) { continue }
      if valued.contains(argument) {
        _ = rest.popFirst()
      } else if !valued.contains(where: { argument.hasPrefix($0 + "=") }) {
        kept.append(argument)
      }
    }
    return kept
  }
}

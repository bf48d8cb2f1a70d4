public import Foundation

/// Starts a program in a session of its own, so that it outlives this process, its terminal and the
/// login.
///
/// What it prints is appended to a file; it reads nothing.
///
/// - Parameters:
///   - program: Its path.
///   - arguments: What follows the program's name.
///   - log: Where its output goes; made if it does not exist.
/// - Returns: The process's number.
/// - Throws: ``StoreError/notWritable(path:reason:)`` for the log, or
///   ``ExecutorError/refused(program:message:)``.
public func startInBackground(
  _ program: String, _ arguments: [String], log: URL
) throws -> Int32 {
  let descriptor = open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else {
    throw StoreError.notWritable(path: log.path, reason: String(cString: strerror(errno)))
  }
  defer { close(descriptor) }
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
  posix_spawn_file_actions_adddup2(&actions, descriptor, STDERR_FILENO)
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  posix_spawnattr_setflags(&attributes, inSessionOfItsOwn)
  var words = ([program] + arguments).map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var process = pid_t()
  let code = posix_spawn(&process, program, &actions, &attributes, &words, environ)
  guard code == 0 else {
    throw ExecutorError.refused(program: program, message: String(cString: strerror(code)))
  }
  return process
}

/// POSIX_SPAWN_SETSID of <spawn.h>, which Swift does not see because it is a GNU extension.
private let inSessionOfItsOwn: Int16 = 0x80

import Foundation

/// Does a worker's part: clusters slices as they are asked for, until nobody asks any more.
///
/// Requests come from standard input, answers go to standard output, as ``ClusteringWorkerProgram``
/// describes. It ends when the process that started it ends.
///
/// - Parameters:
///   - input: Particles in the LHC Olympics layout.
///   - options: Axes and key.
public func serveClustering(of input: String, options: ClusteringOptions) {
  // Opened at the first request, so that what goes wrong is an answer too.
  var reader: RawEventReader?
  while let request = readRequest() {
    do {
      let open = try reader ?? RawEventReader(reading: input, key: options.key)
      reader = open
      let slice = try ClusteredSlice(request, of: open, options: options)
      slice.values.withUnsafeBytes { answer(1, $0) }
    } catch {
      "\(error)".utf8CString.withUnsafeBytes {
        answer(0, UnsafeRawBufferPointer(rebasing: $0.dropLast()))
      }
    }
  }
}

private func readRequest() -> Range<Int>? {
  var bytes = [UInt8](repeating: 0, count: 16)
  var count = 0
  while count < bytes.count {
    let new = bytes.withUnsafeMutableBytes { buffer in
      read(STDIN_FILENO, buffer.baseAddress.map { $0 + count }, buffer.count - count)
    }
    if new < 0 && errno == EINTR { continue }
    guard new > 0 else { return nil }
    count += new
  }
  let rows = ClusteringWorker.integers(in: bytes[...])
  return rows[0] <= rows[1] ? rows[0]..<rows[1] : nil
}

private func answer(_ status: Int64, _ content: UnsafeRawBufferPointer) {
  [status, Int64(content.count)].withUnsafeBytes(writeAll)
  writeAll(content)
}

private func writeAll(_ bytes: UnsafeRawBufferPointer) {
  var written = 0
  while written < bytes.count {
    let count = write(
      STDOUT_FILENO, bytes.baseAddress.map { $0 + written }, bytes.count - written)
    if count < 0 && errno == EINTR { continue }
    // Nobody listens: the process that asked is gone.
    guard count > 0 else { exit(1) }
    written += count
  }
}

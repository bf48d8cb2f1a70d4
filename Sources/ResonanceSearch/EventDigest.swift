import EventFiles
import EventModel

extension EventTable {
  /// A digest of masses, features, weights and identifiers.
  ///
  /// A file's digest does not tell how it was read: other units, columns or weights are other events.
  var sha256: String {
    var digest = SHA256()
    digest.update(features.map(\.rawValue).joined(separator: " ").utf8)
    digest.update(bytesOf: dijetMass)
    for column in columns { digest.update(bytesOf: column) }
    if let weights { digest.update(bytesOf: weights) }
    digest.update(bytesOf: identifiers)
    return digest.hexDigest()
  }
}

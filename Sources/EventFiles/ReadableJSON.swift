public import Foundation

extension JSONEncoder {
  /// Sorted keys, so equal values give equal bytes.
  public static var readable: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return encoder
  }
}

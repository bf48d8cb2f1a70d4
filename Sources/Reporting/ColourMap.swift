/// Viridis: perceptually uniform, readable in greyscale and with any colour vision.
///
/// Seventeen samples of the map that its authors put in the public domain (CC0, S. van der Walt
/// and N. Smith 2015), joined by straight lines in sRGB.
enum Viridis {
  /// The colour at a position in [0, 1], dark violet to yellow, as `#rrggbb`.
  static func colour(at position: Double) -> String {
    let scaled = min(max(position, 0), 1) * Double(samples.count - 1)
    let index = min(Int(scaled), samples.count - 2)
    let weight = scaled - Double(index)
    var out = "#"
    for shift in [16, 8, 0] {
      let low = Double((samples[index] >> shift) & 0xFF)
      let high = Double((samples[index + 1] >> shift) & 0xFF)
      let value = Int((low + (high - low) * weight).rounded())
      out += (value < 16 ? "0" : "") + String(value, radix: 16)
    }
    return out
  }

  private static let samples = [
    0x440154, 0x48186A, 0x472D7B, 0x424086, 0x3B528B, 0x33638D, 0x2C728E, 0x26828E, 0x21918C,
    0x1FA088, 0x28AE80, 0x3FBC73, 0x5EC962, 0x84D44B, 0xADDC30, 0xD8E219, 0xFDE725,
  ]
}

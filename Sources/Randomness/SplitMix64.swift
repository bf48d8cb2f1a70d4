/// A small, fast generator with a 64-bit state.
///
/// Steele, Lea & Flood, OOPSLA 2014, doi:10.1145/2660193.2660195.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(state: UInt64) {
    self.state = state
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.finalised(state)
  }

  /// Advances once from `value` and returns the output: a good hash of 64 bits.
  static func mixed(_ value: UInt64) -> UInt64 {
    finalised(value &+ 0x9e37_79b9_7f4a_7c15)
  }

  private static func finalised(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

public import Randomness

extension EventTable {
  /// These events with columns of standard normal noise behind their features.
  ///
  /// A number depends on the seed, the column and the event's identifier only: an event has the same
  /// noise in whatever order and company, and so have its copies.
  ///
  /// - Parameters:
  ///   - count: Columns, 0 to the ten of ``Feature/noise``.
  ///   - seed: Root of the noise; another one for each sample, as identifiers repeat.
  /// - Returns: A table with `count` more features.
  public func appendingNoise(_ count: Int, seed: Seed) -> EventTable {
    precondition((0...Feature.noise.count).contains(count), "at most ten columns of noise")
    let noise = Feature.noise.prefix(count)
    return appending(
      noise.map { feature in
        let column = seed.child(feature.rawValue)
        return identifiers.map { identifier in
          var generator = SplitMix64(state: column.hash(of: identifier))
          return Float(generator.normal())
        }
      }, of: Array(noise))
  }
}

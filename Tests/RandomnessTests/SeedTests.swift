import Randomness
import Testing

struct SeedTests {
  /// Reference: the first outputs of SplitMix64 for seed 1234567, as published with the algorithm
  /// (Vigna, prng.di.unimi.it/splitmix64.c) and used by many ports as their test vector.
  @Test func `The generator gives the published numbers`() {
    var generator = SplitMix64(state: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
  }

  @Test func `A child depends on its label and not on what was drawn`() {
    let seed = Seed(7)
    var generator = seed.makeGenerator()
    _ = generator.next()
    #expect(seed.child("a") == Seed(7).child("a"))
    #expect(seed.child("a") != seed.child("b"))
    #expect(seed.child("a").child("b") != seed.child("b").child("a"))
  }

  @Test func `Integers are uniform below their bound`() {
    var generator = Seed(1).makeGenerator()
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[generator.integer(below: 6)] += 1 }
    // Standard deviation 91: five of them.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 460 })
  }

  @Test func `Poisson counts have their mean and variance`() {
    var generator = Seed(2).makeGenerator()
    for mean in [0.5, 7, 120.0] {
      let draws = (0..<20_000).map { _ in Double(generator.poisson(mean: mean)) }
      let average = draws.reduce(0, +) / 20_000
      let variance = draws.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 20_000
      #expect(abs(average - mean) < 5 * (mean / 20_000).squareRoot())
      #expect(abs(variance / mean - 1) < 0.08)
    }
  }

  @Test func `A permutation holds every number once`() {
    var generator = Seed(3).makeGenerator()
    let order = generator.permutation(of: 1_000)
    #expect(order.sorted() == Array(0..<1_000))
    #expect(order != Array(0..<1_000))
  }
}

import StatisticalInference
import Testing

struct SignalVariationTests {
  static func limits(
    _ variations: [SignalVariation], signal: [Double] = [12, 11]
  ) throws -> UpperLimit {
    let model = try SignalStrengthModel(
      .init(
        signal: signal,
        background: .gaussian(expected: [50, 52], uncertainties: [3, 7]), variations: variations))
    return try AsymptoticLimits(ProfileLikelihood(model, counts: [51, 48])).upperLimit()
  }

  @Test func `A variation weakens the limit, and one of no size does not`() throws {
    let exact = try Self.limits([])
    let still = try Self.limits([SignalVariation(name: "a", nominal: [12, 11], relative: 0)])
    #expect(abs(still.observed - exact.observed) < 1e-9)
    let uncertain = try Self.limits([SignalVariation(name: "a", nominal: [12, 11], relative: 0.2)])
    #expect(uncertain.observed > exact.observed * 1.01)
    #expect(uncertain.expected[2] > exact.expected[2] * 1.01)
  }

  @Test func `A variation known on one side is mirrored`() {
    let variation = SignalVariation(name: "a", nominal: [10, 4], shifted: [12, 3])
    #expect(variation.down == [8, 5])
  }

  @Test func `Channels that name the same variation move together`() throws {
    func limit(_ second: String) throws -> Double {
      let channels = try ["one", "two"].map { name in
        try SignalStrengthModel.Channel(
          name: name, signal: [10], background: .gaussian(expected: [50], uncertainties: [2]),
          variations: [
            SignalVariation(name: name == "one" ? "a" : second, nominal: [10], relative: 0.3)
          ])
      }
      let model = try SignalStrengthModel(channels)
      let likelihood = try ProfileLikelihood(model, model.observation([[50], [50]]))
      return try AsymptoticLimits(likelihood).upperLimit().observed
    }
    // Two independent errors partly cancel, a common one does not.
    #expect(try limit("a") > limit("b") * 1.005)
  }

  @Test func `Variations of other shapes, not finite or of one name are refused`() {
    func error(_ variations: [SignalVariation]) -> SignalStrengthError? {
      do {
        _ = try Self.limits(variations)
        return nil
      } catch {
        return error as? SignalStrengthError
      }
    }
    let good = SignalVariation(name: "a", nominal: [12, 11], relative: 0.1)
    #expect(error([SignalVariation(name: "a", up: [1], down: [1, 2])]) != nil)
    #expect(error([SignalVariation(name: "a", up: [1, .nan], down: [1, 2])]) != nil)
    #expect(error([good, good]) == .repeatedVariation(["a", "a"]))
    #expect(error([good]) == nil)
  }
}

import EventModel
import Testing

struct JetObjectTests {
  @Test(arguments: FeatureSet.allCases)
  func `Every feature of a set belongs to a jet or a third one, and both jets have one`(
    set: FeatureSet
  ) {
    let leading = set.features.filter { !$0.rawValue.hasPrefix("third") }
    #expect(Set(leading.map(\.object)) == [.first, .second])
  }

  @Test func `Jets are told apart by mass or by transverse momentum`() {
    for feature in Feature.allCases {
      let name = feature.rawValue
      let isFirst = name.hasPrefix("heavier") || name.hasPrefix("leading")
      let isSecond = name.hasPrefix("lighter") || name.hasPrefix("subleading")
      guard feature != .jetMassDifference, !Feature.noise.contains(feature) else { continue }
      #expect(feature.object == (isFirst ? .first : isSecond ? .second : nil))
    }
    #expect(Feature.jetMassDifference.object == .first)
    // As many columns of noise for each jet.
    #expect(Feature.noise.prefix(4).map(\.object) == [.first, .second, .first, .second])
    #expect(Feature.noise.count { $0.object == .second } == 5)
  }
}

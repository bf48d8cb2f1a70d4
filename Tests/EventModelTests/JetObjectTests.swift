import EventModel
import Testing

struct JetObjectTests {
  @Test(arguments: FeatureSet.allCases)
  func `Every feature of a set belongs to a jet, and both jets have one`(set: FeatureSet) {
    #expect(Set(set.features.map(\.object)) == [.first, .second])
  }

  @Test func `Jets are told apart by mass or by transverse momentum`() {
    for feature in Feature.allCases {
      let name = feature.rawValue
      let isFirst = name.hasPrefix("heavier") || name.hasPrefix("leading")
      let isSecond = name.hasPrefix("lighter") || name.hasPrefix("subleading")
      guard feature != .jetMassDifference else { continue }
      #expect(feature.object == (isFirst ? .first : isSecond ? .second : nil))
    }
    #expect(Feature.jetMassDifference.object == .first)
  }
}

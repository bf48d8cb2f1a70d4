public import EventModel

/// Some of an event's features, such as those of one jet.
public struct FeatureSelection: EventTransform, Hashable, Codable {
  public let features: [Feature]

  public init(_ features: [Feature]) {
    self.features = features
  }

  /// The features of each jet of an event, the first jet's first.
  ///
  /// - Throws: ``LearnerError/withoutObject(_:)`` if a feature belongs to no jet, and
  ///   ``LearnerError/emptyObject(_:features:)`` if a jet has no feature.
  public static func ofEachJet(_ features: [Feature]) throws(LearnerError) -> [FeatureSelection] {
    if let other = features.first(where: { $0.object == nil }) { throw .withoutObject(other) }
    return try JetObject.allCases.map { object throws(LearnerError) in
      let own = features.filter { $0.object == object }
      guard !own.isEmpty else { throw .emptyObject(object, features: features) }
      return FeatureSelection(own)
    }
  }

  public func applied(to events: EventSlice) throws -> EventSlice {
    events.keeping(
      features: try features.map { feature throws(LearnerError) in
        guard let index = events.features.firstIndex(of: feature) else {
          throw .featureMismatch(expected: features, found: events.features)
        }
        return index
      })
  }
}

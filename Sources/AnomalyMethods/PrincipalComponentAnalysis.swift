public import Learners
public import Randomness

/// Events that a few principal components of the data cannot describe.
///
/// The score is the error of reconstruction. It sees all of the data, without regions, and serves
/// as the plainest method of its view.
public struct PrincipalComponentAnalysis: AnomalyMethod {
  public static var reference: Reference {
    Reference(
      arXiv: "2101.08320", title: "The LHC Olympics 2020 (section 3.2: PCA and outlier detection)")
  }

  public var components: PrincipalComponents

  public init(components: PrincipalComponents) {
    self.components = components
  }

  public var trainingsPerFit: Int { 1 }

  public func fit(
    _ view: InclusiveData, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> PrincipalComponents.Model {
    try components.fit(WeightedEvents(view.events), seed: seed, isCancelled: isCancelled)
  }
}

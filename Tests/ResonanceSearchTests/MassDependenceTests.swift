import EventModel
import Foundation
import Randomness
import ResonanceSearch
import TestSupport
import Testing

struct MassDependenceTests {
  /// Reference: Validation/dependence.py (scikit-learn 1.9.1, mutual_info_score).
  @Test func `The mutual information of tenths is that of scikit-learn`() {
    let x = (0..<500).map { Double((7_919 * $0) % 1_009) / 100 }
    let y = x.enumerated().map { sin($1) + Double((104_729 * $0) % 997) / 500 }
    let information = MassDependence.mutualInformation(
      MassDependence.ranks(x), MassDependence.ranks(y))
    #expect(abs(information - 0.3786515228983486) < 1e-12)
  }

  @Test func `Jet masses that follow the dijet mass make scores that do`() throws {
    func dependence(shift: Double) throws -> MassDependence {
      var plan = SearchTests.plan()
      plan.mass.windows = [0]
      plan.jetMassShift = shift
      let search = try Search(SearchTests.input(), plan: plan, seed: 1)
      let result = try search(environment: ("test", "test")).record.result
      return try #require(result.windows[0].massDependence)
    }
    let (plain, shifted) = (try dependence(shift: 0), try dependence(shift: 0.1))
    #expect(plain.events == 2_000)
    #expect(shifted.distanceCorrelation > 2 * plain.distanceCorrelation)
    #expect(shifted.distanceCorrelation > 10 * shifted.distanceCorrelationExpected)
    #expect(shifted.distanceCorrelationPValue == 0.01)
    #expect(shifted.mutualInformation > 10 * shifted.mutualInformationExpected)
    #expect(shifted.mutualInformationPValue < 1e-10)
  }

  /// The features of these events are drawn without regard to m_JJ.
  @Test func `Scores of events that know nothing of the dijet mass depend on it by chance only`()
    throws
  {
    var generator = Seed(3).makeGenerator()
    let count = 6_000
    let input = SearchInput(
      events: try EventColumns([
        ("mjj", (0..<count).map { _ in 2_800 + 560 * generator.exponential() }),
        ("lighterJetMass", (0..<count).map { _ in 50 + 40 * generator.exponential() }),
        ("jetMassDifference", (0..<count).map { _ in 40 * generator.exponential() }),
        ("lighterJetTau21", (0..<count).map { _ in generator.uniform() }),
        ("heavierJetTau21", (0..<count).map { _ in generator.uniform() }),
      ]), name: "toy", sha256: "0123")
    var plan = SearchTests.plan()
    plan.mass.windows = [1]
    let search = try Search(input, plan: plan, seed: 2)
    let result = try search(environment: ("test", "test")).record.result
    let dependence = try #require(result.windows[0].massDependence)
    #expect(dependence.distanceCorrelation < 2 * dependence.distanceCorrelationExpected)
    #expect(dependence.distanceCorrelationPValue > 0.01)
    #expect(dependence.mutualInformationPValue > 1e-3)
  }

  @Test func `A blind search says nothing about it`() throws {
    var plan = SearchTests.plan()
    plan.mass.windows = [1]
    let search = try Search(
      SearchTests.input(background: 3_000), plan: plan, seed: 1, blind: true)
    let result = try search(environment: ("test", "test")).record.result
    #expect(result.windows[0].massDependence == nil)
  }
}

import EventModel
import Randomness
import TestSupport
import Testing

struct FoldsTests {
  let binning: MassBinning
  let table: EventTable

  init() throws {
    binning = try MassBinning(logSpaced: 2_700..<6_000, count: 6)
    table = try ToyEvents(background: 2_000).table()
  }

  @Test func `Folds have equal size in every mass bin`() {
    let folds = Folds(count: 5, of: table, stratifiedBy: binning, seed: Seed(1))
    for bin in 0..<binning.count {
      let sizes = (0..<5).map { fold in
        folds.rows(in: fold).count { binning.bin(of: table.dijetMass[$0]) == bin }
      }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
  }

  @Test func `Copies of an event share its fold`() throws {
    let rows = Array(0..<table.count) + Array(0..<100)
    let folds = Folds(
      count: 5, of: table.selecting(rows: rows), stratifiedBy: binning, seed: Seed(1))
    #expect((0..<100).allSatisfy { folds.assignment[$0] == folds.assignment[table.count + $0] })
  }

  @Test func `A model never learns from the fold it scores`() {
    for scheme in Folds.Scheme.allCases {
      let folds = Folds(count: 4, scheme: scheme, of: table, stratifiedBy: binning, seed: Seed(1))
      for fold in folds.scored {
        let training = Set(folds.trainingRows(for: fold))
        #expect(training.isDisjoint(with: folds.rows(in: fold)))
        #expect(!training.isEmpty)
      }
    }
  }

  @Test func `Another seed deals the events out otherwise`() {
    let one = Folds(count: 5, of: table, stratifiedBy: binning, seed: Seed(1))
    let two = Folds(count: 5, of: table, stratifiedBy: binning, seed: Seed(2))
    #expect(one.assignment != two.assignment)
  }
}

import AnomalyMethods
import EventModel
import Foundation
import Randomness

/// What the figures of events need: jet masses and tau21 of the searched events, where the file
/// has them.
struct EventFigures {
  private let prepared: PreparedEvents
  /// Pairs of features with their values for the events of the table.
  private let pairs: [(x: Feature, y: Feature, xs: [Double], ys: [Double])]

  init(_ events: EventColumns, _ prepared: PreparedEvents) {
    self.prepared = prepared
    let byMomentum: [(Feature, Feature)] = [
      (.leadingJetMass, .subleadingJetMass), (.leadingJetTau21, .subleadingJetTau21),
    ]
    let byMass: [(Feature, Feature)] = [
      (.heavierJetMass, .lighterJetMass), (.heavierJetTau21, .lighterJetTau21),
    ]
    // The plane that the method sees, if that is one of jet masses.
    let isByMass = prepared.table.features.starts(with: FeatureSet.atlas.features)
    pairs = zip(byMomentum, byMass).compactMap { byMomentum, byMass in
      for (x, y) in isByMass ? [byMass, byMomentum] : [byMomentum, byMass] {
        // A file without these columns has no such figure; that is no error.
        if let xs = try? events.values(of: x), let ys = try? events.values(of: y) {
          return (x, y, prepared.rows.map { xs[$0] }, prepared.rows.map { ys[$0] })
        }
      }
      return nil
    }
  }

  /// Selected events of a signal region over a thinned set of all its events.
  func substructure(
    _ window: (index: Int, window: MassWindow), selected: [Int], efficiency: Double, seed: Seed
  ) -> SearchRecord.Substructure? {
    guard !pairs.isEmpty else { return nil }
    let inside = signalRegionRows(window.window)
    let hash = seed.child("thinning")
    let thinned = inside.sorted {
      hash.hash(of: prepared.table.identifiers[$0]) < hash.hash(of: prepared.table.identifiers[$1])
    }.prefix(2_000).sorted()
    let selectedInside = selected.filter {
      window.window.signalRegion.contains(prepared.table.dijetMass[$0])
    }.prefix(4_000)
    return SearchRecord.Substructure(
      window: window.index, efficiency: efficiency,
      panels: pairs.map { pair in
        SearchRecord.Substructure.Panel(
          xLabel: pair.x.label, yLabel: pair.y.label, allX: thinned.map { pair.xs[$0] },
          allY: thinned.map { pair.ys[$0] }, selectedX: selectedInside.map { pair.xs[$0] },
          selectedY: selectedInside.map { pair.ys[$0] })
      })
  }

  /// The median efficiency at which the events of a cell of the jet-mass plane are still kept.
  func efficiencyMap(
    _ window: (index: Int, window: MassWindow), _ table: ScoreTable
  ) -> SearchRecord.EfficiencyMap? {
    guard let pair = pairs.first else { return nil }
    let rows = signalRegionRows(window.window).filter { table.keptFrom[$0] != nil }
    guard rows.count >= 100 else { return nil }
    let cells = 24
    let xEdges = edges(rows.map { pair.xs[$0] }, count: cells)
    let yEdges = edges(rows.map { pair.ys[$0] }, count: cells)
    var values = [[[Double]]](
      repeating: [[Double]](repeating: [], count: cells), count: cells)
    for row in rows {
      guard let x = cell(pair.xs[row], xEdges), let y = cell(pair.ys[row], yEdges),
        let kept = table.keptFrom[row]
      else { continue }
      values[y][x].append(kept)
    }
    return SearchRecord.EfficiencyMap(
      window: window.index, xLabel: pair.x.label, yLabel: pair.y.label, xEdges: xEdges,
      yEdges: yEdges,
      efficiency: values.map { row in
        row.map { cell in cell.isEmpty ? nil : cell.sorted()[cell.count / 2] }
      })
  }

  private func signalRegionRows(_ window: MassWindow) -> [Int] {
    prepared.table.dijetMass.indices.filter {
      window.signalRegion.contains(prepared.table.dijetMass[$0])
    }
  }

  /// Equal cells from 0 to the 99 % quantile.
  private func edges(_ values: [Double], count: Int) -> [Double] {
    let sorted = values.sorted()
    let top = max(sorted[sorted.count * 99 / 100], 1e-9)
    return (0...count).map { top * Double($0) / Double(count) }
  }

  private func cell(_ value: Double, _ edges: [Double]) -> Int? {
    let top = edges[edges.count - 1]
    guard value >= 0, value < top else { return nil }
    return min(Int(value / top * Double(edges.count - 1)), edges.count - 2)
  }
}

import NumericalCore

/// Distances between the events of two samples and their k-th nearest neighbours.
///
/// Each column is divided by its standard deviation in both samples together, so that units do not
/// matter and a permutation of the pooled samples changes no distance.
struct NeighbourDistances {
  let neighbour: Int
  private let trees: [ComparedSample: KDTree]

  /// Arranges both samples.
  ///
  /// - Throws: ``NearestNeighbourError`` if there is no such neighbour or events have weights.
  init(_ comparison: SampleComparison, neighbour: Int) throws(NearestNeighbourError) {
    guard comparison.referenceWeights == nil else { throw .weightedReference }
    guard neighbour >= 1 else { throw .badNeighbour(neighbour) }
    let samples = [ComparedSample.reference: comparison.reference, .data: comparison.data]
    // An event is no neighbour of its own.
    for sample in [ComparedSample.reference, .data]
    where (samples[sample]?[0].count ?? 0) <= neighbour {
      throw .tooFewEvents(sample, neighbour: neighbour)
    }
    self.neighbour = neighbour
    let scales = zip(comparison.reference, comparison.data).map(Self.deviation)
    trees = samples.mapValues { columns in
      let rows = columns[0].indices.flatMap { row in
        zip(columns, scales).map { column, scale in Double(column[row]) / scale }
      }
      return KDTree(rows, dimensions: columns.count)
    }
  }

  private static func deviation(_ reference: [Float], _ data: [Float]) -> Double {
    let count = Double(reference.count + data.count)
    func mean(_ term: (Double) -> Double) -> Double {
      let sum = reference.reduce(0) { $0 + term(Double($1)) }
      return data.reduce(sum) { $0 + term(Double($1)) } / count
    }
    let centre = mean { $0 }
    return mean { ($0 - centre) * ($0 - centre) }.squareRoot()
  }

  /// The squared distance of each event of a sample to its neighbour in one of the samples.
  ///
  /// - Parameters:
  ///   - sample: Whose events; their order is that of the tree, the same at every call.
  ///   - other: Where the neighbour is; may be the same, where the event itself does not count.
  /// - Returns: Numbers above 0, one an event.
  /// - Throws: ``NearestNeighbourError/coincidentEvents(neighbour:)`` if one is 0.
  func squared(
    of sample: ComparedSample, in other: ComparedSample
  ) throws(NearestNeighbourError) -> [Double] {
    guard let places = trees[sample]?.places, let tree = trees[other] else { return [] }
    let distances = tree.squaredDistances(
      toNeighbour: sample == other ? neighbour + 1 : neighbour, of: places)
    guard distances.allSatisfy({ $0 > 0 }) else { throw .coincidentEvents(neighbour: neighbour) }
    return distances
  }
}

/// Why nearest neighbours give no test.
public enum NearestNeighbourError: Error, Sendable, Equatable {
  case badNeighbour(Int)
  case badFraction(Double)
  case weightedReference
  case tooFewEvents(ComparedSample, neighbour: Int)
  case coincidentEvents(neighbour: Int)
}

extension NearestNeighbourError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badNeighbour(let number):
      "there is no neighbour \(number): neighbours are counted from 1"
    case .badFraction(let fraction):
      "a fraction of \(fraction) beyond the cut is not between 0 and 1"
    case .weightedReference:
      "nearest neighbours know no weights: give a reference without, or use another test"
    case .tooFewEvents(let sample, let neighbour):
      "the \(sample.rawValue) sample has too few events for neighbour \(neighbour): give more, or "
        + "ask for a nearer one"
    case .coincidentEvents(let neighbour):
      "more than \(neighbour) events are equal in every column, so a distance is 0: leave out "
        + "columns with few values, or smear them"
    }
  }
}

/// A channel that is ready to be scanned: its windows and how they are tested.
struct ScannedChannel<Region: Sendable & Hashable>: Sendable {
  let regions: [Region]
  let counts: [Double]
  let test: any WindowTest

  var scan: BumpScan<Region> { BumpScan(regions: regions, tests: test.tests(of: counts)) }
}

extension ScannedChannel where Region == Range<Int> {
  /// Prepares a spectrum.
  ///
  /// Windows lie within the `populated` bins; `nil` means from the first to the last bin with
  /// background.
  ///
  /// - Throws: ``BumpHunterError``.
  init(
    _ data: Histogram, reference: BumpReference, windows: WindowScan, direction: BumpDirection,
    populated: Range<Int>? = nil
  ) throws(BumpHunterError) {
    guard data.sumsOfSquaredWeights == nil else { throw .weightedData }
    let own = try reference.populatedBins(of: data.binCount)
    regions = try windows.windows(edges: data.edges, populated: populated ?? own)
    counts = data.counts
    let rectangles = regions.map { BinRectangle(rows: 0..<1, columns: $0) }
    let sums = WindowSums(rows: 1, columns: data.binCount, windows: rectangles)
    if case .fitted(let function, let energy, let masks, let uncertainty) = reference {
      do throws(BackgroundFitError) {
        test = FittedBackgroundTest(
          sums, windows: regions, direction: direction,
          fit: try BackgroundFit(
            data, function: function, excluding: masks, collisionEnergy: energy),
          uncertainty: uncertainty)
      } catch { throw .fit(error) }
    } else {
      test = try reference.test(
        sums, direction: direction, populated: own, counts: counts)
    }
  }
}

extension ScannedChannel where Region == BinRectangle {
  /// Prepares a grid.
  ///
  /// - Throws: ``BumpHunterError``.
  init(
    _ data: Histogram2D, reference: BumpReference, windows: RectangleScan,
    direction: BumpDirection
  ) throws(BumpHunterError) {
    if case .fitted = reference { throw .noFitInTwoVariables }
    _ = try reference.populatedBins(of: data.counts.count)
    regions = try windows.windows(of: data)
    counts = data.counts
    test = try reference.test(
      WindowSums(rows: data.rowCount, columns: data.columnCount, windows: regions),
      direction: direction, populated: 0..<data.counts.count, counts: counts)
  }
}

extension BumpReference {
  /// The bins from the first to the last with background; all for a fit.
  func populatedBins(of count: Int) throws(BumpHunterError) -> Range<Int> {
    let bins: [Double]
    switch self {
    case .fitted: return 0..<count
    case .known(let expected), .sidebandNormalised(let expected), .uncertain(let expected, _):
      bins = expected
    }
    guard bins.count == count else { throw .wrongReferenceCount(bins.count, expected: count) }
    if let bin = bins.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw .invalidReference(bin: bin, value: bins[bin])
    }
    guard let first = bins.firstIndex(where: { $0 > 0 }),
      let last = bins.lastIndex(where: { $0 > 0 })
    else { throw .emptyReference }
    return first..<(last + 1)
  }

  /// Prepares the test of a reference that needs no fit.
  fileprivate func test(
    _ sums: WindowSums, direction: BumpDirection, populated: Range<Int>, counts: [Double]
  ) throws(BumpHunterError) -> any WindowTest {
    switch self {
    case .known(let expected):
      return KnownBackgroundTest(sums, direction: direction, expected: expected)
    case .sidebandNormalised(let shape):
      let total = shape.reduce(0, +)
      guard sums.sums(of: shape).allSatisfy({ total - $0 > 1e-12 * total }) else {
        throw .noSidebands(bins: populated.count)
      }
      return SidebandNormalisedTest(
        sums, direction: direction, shape: shape,
        isPopulated: shape.indices.map { populated.contains($0) }, data: counts)
    case .uncertain(let expected, let covariance):
      guard covariance.count == expected.count,
        covariance.allSatisfy({ row in
          row.count == expected.count && row.allSatisfy { $0.isFinite }
        }),
        covariance.indices.allSatisfy({ i in
          (0..<i).allSatisfy { j in
            abs(covariance[i][j] - covariance[j][i])
              <= 1e-9 * (abs(covariance[i][j]) + abs(covariance[j][i]))
          }
        })
      else { throw .invalidCovariance }
      return try UncertainBackgroundTest(
        sums, direction: direction, expected: expected, covariance: covariance)
    case .fitted: throw .noFitInTwoVariables
    }
  }
}

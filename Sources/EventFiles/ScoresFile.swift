/// What classifiers say about the events of a search: `scores.h5` in a run folder.
///
/// Datasets: `/row` int64 [N], `/dijetMass` float64 [N] in GeV, `/fold` uint8 [N], `/scores` and
/// `/quantiles` float32 [N, W]; root attribute `planHash`. N events in the fit range, W windows.
public struct ScoresFile: Sendable, Equatable {
  /// Row of each event in the input, shape `[N]`.
  public var row: [Int64]
  /// m_JJ in GeV, shape `[N]`.
  public var dijetMass: [Double]
  /// The fold that each event belongs to, shape `[N]`.
  public var fold: [UInt8]
  public var windowCount: Int
  /// One score an event and window, row-major, shape `[N, W]`; those of two folds do not compare.
  public var scores: [Float]
  /// Rank within the fold, 1 = most signal-like, row-major, shape `[N, W]`; these do compare.
  public var quantiles: [Float]
  public var planHash: String

  public init(
    row: [Int64], dijetMass: [Double], fold: [UInt8], windowCount: Int, scores: [Float],
    quantiles: [Float], planHash: String
  ) {
    self.row = row
    self.dijetMass = dijetMass
    self.fold = fold
    self.windowCount = windowCount
    self.scores = scores
    self.quantiles = quantiles
    self.planHash = planHash
  }

  /// Reads a file.
  ///
  /// - Throws: ``FileError``; also if the arrays' lengths differ.
  public init(reading path: String) throws(FileError) {
    let file = try HDF5File(reading: path)
    let rows = try file.dataset("/row")
    let count = rows.rowCount
    func array(_ name: String, _ shape: [Int]?) throws(FileError) -> HDF5Dataset {
      let dataset = try file.dataset(name)
      let isRight = shape.map { dataset.shape == $0 } ?? (dataset.shape.count == 2)
      guard isRight, dataset.rowCount == count else {
        let expected = shape ?? [count]
        throw .wrongShape(
          file: path, object: name,
          expected: expected.map(String.init).joined(separator: " x ")
            + (shape == nil ? " x windows" : ""),
          found: dataset.shape)
      }
      return dataset
    }
    let scores = try array("/scores", nil)
    row = try array("/row", [count]).integers()
    dijetMass = try array("/dijetMass", [count]).doubles()
    fold = try array("/fold", [count]).integers().map { UInt8(clamping: $0) }
    windowCount = scores.shape[1]
    self.scores = try scores.floats()
    quantiles = try array("/quantiles", [count, windowCount]).floats()
    guard let planHash = file.textAttribute("planHash") else {
      throw .malformed(file: path, object: "/", reason: "it has no attribute 'planHash'")
    }
    self.planHash = planHash
  }

  /// Writes the file in one step.
  ///
  /// - Throws: ``FileError/notWritable(file:reason:)``.
  public func write(to path: String) throws {
    try HDF5Output.write(to: path) { file in
      try file.setAttribute("format", to: "overdensity scores")
      try file.setAttribute("formatVersion", to: 1)
      try file.setAttribute("planHash", to: planHash)
      try file.write(row, shape: [row.count], to: "/row")
      try file.write(dijetMass, shape: [row.count], to: "/dijetMass")
      try file.write(fold, shape: [row.count], to: "/fold")
      try file.write(scores, shape: [row.count, windowCount], to: "/scores")
      try file.write(quantiles, shape: [row.count, windowCount], to: "/quantiles")
    }
  }
}

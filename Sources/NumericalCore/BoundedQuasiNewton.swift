import CLBFGSB

/// Finds a local minimum of a smooth function of many variables, each within bounds.
///
/// L-BFGS-B 3.0: a limited-memory quasi-Newton method whose steps end at the bounds (Byrd, Lu,
/// Nocedal & Zhu, SIAM J. Sci. Comput. 16 (1995) 1190; Morales & Nocedal, ACM Trans. Math. Softw.
/// 38 (2011) 7). Where several minima exist, the start decides which one is found.
public struct BoundedQuasiNewton: Sendable, Hashable, Codable {
  /// Number of earlier steps that the curvature is learned from, at least 1.
  public var memory: Int
  /// Ends when a step lowers the function by less than this part of its size (of 1, if smaller).
  public var relativeTolerance: Double
  /// Ends when no component of the gradient, cut off at the bounds, is larger.
  public var gradientTolerance: Double
  /// Evaluations after which it gives up.
  public var maximumEvaluations: Int

  public init(
    memory: Int = 30, relativeTolerance: Double = 1e-9, gradientTolerance: Double = 1e-5,
    maximumEvaluations: Int = 5_000
  ) {
    self.memory = memory
    self.relativeTolerance = relativeTolerance
    self.gradientTolerance = gradientTolerance
    self.maximumEvaluations = maximumEvaluations
  }

  /// Where a minimisation ended.
  public struct Minimum: Sendable, Hashable {
    /// Within the bounds.
    public let position: [Double]
    public let value: Double
    /// How often the function was computed.
    public let evaluations: Int
    /// Whether one of the tolerances was met.
    public let isConverged: Bool
  }

  /// Descends from a start.
  ///
  /// - Parameters:
  ///   - start: Shape `[variables]`, moved into the bounds.
  ///   - bounds: What each variable is kept in, finite.
  ///   - isCancelled: Asked before every evaluation; the best point so far is then returned.
  ///   - function: Computes the value at a point, and its gradient into the array given, both
  ///     finite within the bounds.
  /// - Returns: The lowest point met; values that are not finite count as a failed search.
  public func minimise(
    from start: [Double], within bounds: ClosedRange<Double>, isCancelled: () -> Bool = { false },
    _ function: (_ position: [Double], _ gradient: inout [Double]) -> Double
  ) -> Minimum {
    minimise(
      from: start, within: Array(repeating: bounds, count: start.count), isCancelled: isCancelled,
      function)
  }

  /// Descends from a start, with bounds for each variable.
  public func minimise(
    from start: [Double], within bounds: [ClosedRange<Double>],
    isCancelled: () -> Bool = { false },
    _ function: (_ position: [Double], _ gradient: inout [Double]) -> Double
  ) -> Minimum {
    precondition(memory >= 1 && !start.isEmpty && bounds.count == start.count)
    var search = ReverseCommunication(self, from: start, within: bounds)
    var best = (position: search.position, value: Double.infinity)
    var evaluations = 0
    while true {
      switch search.next(self) {
      case .evaluate:
        guard evaluations < maximumEvaluations, !isCancelled() else {
          return Minimum(
            position: best.position, value: best.value, evaluations: evaluations,
            isConverged: false)
        }
        search.value = function(search.position, &search.gradient)
        evaluations += 1
        if search.value < best.value { best = (search.position, search.value) }
      case .step:
        continue
      case .end(let isConverged):
        return Minimum(
          position: best.position, value: best.value, evaluations: evaluations,
          isConverged: isConverged)
      }
    }
  }
}

/// The library's conversation: it says what it wants, and its state lies in these arrays.
private struct ReverseCommunication {
  enum Wish {
    case evaluate, step
    case end(isConverged: Bool)
  }

  var position: [Double]
  var value = 0.0
  var gradient: [Double]
  private let lower: [Double]
  private let upper: [Double]
  private let kinds: [Int32]
  private var work: [Double]
  private var integerWork: [Int32]
  private var task: [CChar]
  private var savedText = [CChar](repeating: blank, count: textLength)
  private var savedFlags = [Int32](repeating: 0, count: 4)
  private var savedIntegers = [Int32](repeating: 0, count: 44)
  private var savedNumbers = [Double](repeating: 0, count: 29)

  private static let textLength = 60
  private static let blank = CChar(bitPattern: UInt8(ascii: " "))
  /// In the library's list: bounded on both sides.
  private static let boundedOnBothSides: Int32 = 2
  /// What the library multiplies its tolerance of the value by.
  private static let machinePrecision = Double.ulpOfOne

  init(
    _ settings: BoundedQuasiNewton, from start: [Double], within bounds: [ClosedRange<Double>]
  ) {
    let count = start.count
    let memory = settings.memory
    lower = bounds.map(\.lowerBound)
    upper = bounds.map(\.upperBound)
    position = zip(start, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
    gradient = Array(repeating: 0, count: count)
    kinds = Array(repeating: Self.boundedOnBothSides, count: count)
    work = Array(
      repeating: 0, count: 2 * memory * count + 5 * count + 11 * memory * memory + 8 * memory)
    integerWork = Array(repeating: 0, count: 3 * count)
    task = "START".utf8.map { CChar(bitPattern: $0) }
    task += Array(repeating: Self.blank, count: Self.textLength - task.count)
  }

  mutating func next(_ settings: BoundedQuasiNewton) -> Wish {
    var count = Int32(position.count)
    var memory = Int32(settings.memory)
    var factor = settings.relativeTolerance / Self.machinePrecision
    var tolerance = settings.gradientTolerance
    var silence: Int32 = -1
    setulb_(
      &count, &memory, &position, lower, upper, kinds, &value, &gradient, &factor, &tolerance,
      &work, &integerWork, &task, &silence, &savedText, &savedFlags, &savedIntegers,
      &savedNumbers, Self.textLength, Self.textLength)
    let wish = String(decoding: task.prefix(5).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if wish.hasPrefix("FG") { return .evaluate }
    if wish == "NEW_X" { return .step }
    return .end(isConverged: wish.hasPrefix("CONV"))
  }
}

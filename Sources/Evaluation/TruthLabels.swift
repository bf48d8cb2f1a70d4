/// Which events are signal, known only for simulated or unsealed data.
///
/// Labels serve evaluation and nothing else: they are separated from the events where a file is
/// read, and no method's module can import this one.
public struct TruthLabels: Sendable, Hashable {
  /// One entry an event, in the order of the events, shape `[count]`.
  public let isSignal: [Bool]

  public init(isSignal: [Bool]) {
    self.isSignal = isSignal
  }

  /// Takes numbers as files hold them: 1 for signal, 0 for background.
  ///
  /// - Throws: ``TruthLabelsError/notZeroOrOne(row:value:)``.
  public init(values: [Double]) throws(TruthLabelsError) {
    if let row = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw .notZeroOrOne(row: row, value: values[row])
    }
    isSignal = values.map { $0 == 1 }
  }

  public var count: Int { isSignal.count }
  public var signalCount: Int { isSignal.count { $0 } }
  public var backgroundCount: Int { count - signalCount }

  /// The labels of some events, in the order given.
  public func selecting(rows: [Int]) -> TruthLabels {
    TruthLabels(isSignal: rows.map { isSignal[$0] })
  }
}

/// Why numbers are not truth labels.
public enum TruthLabelsError: Error, Equatable {
  case notZeroOrOne(row: Int, value: Double)
}

extension TruthLabelsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notZeroOrOne(let row, let value):
      "the truth label in row \(row) is \(value): labels are 0 (background) or 1 (signal)"
    }
  }
}

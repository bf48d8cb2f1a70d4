public import EventFiles
public import EventModel
public import Evaluation
public import Randomness

/// Puts known signal events into data, to measure what a search would find.
///
/// Signal events are drawn without replacement in an order that depends on the seed only: of two
/// strengths with one seed, the stronger holds all events of the weaker.
public struct SignalInjection: Sendable, Hashable {
  /// How much signal.
  public enum Strength: Sendable, Hashable {
    /// So many events, wherever their dijet masses lie.
    case events(Int)
    /// So many that signal over background is this within a range of the dijet mass in GeV.
    case signalToBackground(Double, within: Range<Double>)
  }

  public var strength: Strength
  public var seed: Seed

  public init(_ strength: Strength, seed: Seed) {
    self.strength = strength
    self.seed = seed
  }

  /// Puts signal into data.
  ///
  /// - Parameters:
  ///   - signal: Where signal events come from: those labelled signal, or all if there are no labels.
  ///   - data: Keep their rows and identifiers; the injected events follow. Data without labels
  ///     count as background.
  /// - Returns: The events with their labels and what was injected.
  /// - Throws: ``InjectionError``.
  public func callAsFunction(
    _ signal: LabelledEvents, into data: LabelledEvents
  ) throws -> InjectedEvents {
    let chosen = try rows(of: signal, into: data)
    let names = data.events.names
    let isSignal = Self.isSignal(data)
    let first = (data.events.identifiers.max() ?? -1) + 1
    let events = try EventColumns(
      names.map { name in
        let (data, signal) = (data.events[name] ?? [], signal.events[name] ?? [])
        return (name, data + chosen.map { signal[$0] })
      },
      weights: data.events.weights.map { weights in
        weights + chosen.map { signal.events.weights?[$0] ?? 1 }
      },
      identifiers: data.events.identifiers + chosen.map { first + Int64($0) })
    return InjectedEvents(
      events: events,
      truth: TruthLabels(isSignal: isSignal + [Bool](repeating: true, count: chosen.count)),
      injectedCount: chosen.count, sha256: digest(signal, data))
  }

  /// The rows of the signal file that would be injected, in the order drawn.
  ///
  /// - Parameters:
  ///   - signal: Where signal events come from.
  ///   - data: Where they would go.
  /// - Returns: Row numbers, none twice.
  /// - Throws: ``InjectionError``.
  public func rows(of signal: LabelledEvents, into data: LabelledEvents) throws -> [Int] {
    let names = data.events.names
    guard Set(names) == Set(signal.events.names) else {
      throw InjectionError.otherColumns(
        file: signal.description.name,
        missing: names.filter { signal.events[$0] == nil },
        surplus: signal.events.names.filter { data.events[$0] == nil })
    }
    guard (data.events.weights == nil) == (signal.events.weights == nil) else {
      throw InjectionError.weightsInOneFile(
        data.events.weights == nil ? signal.description.name : data.description.name)
    }
    let order = seed.child("injection")
    let candidates = order.ordered(
      signal.events.identifiers.indices.filter { signal.truth?.isSignal[$0] ?? true })
    let file = signal.description.name
    switch strength {
    case .events(let count):
      guard count <= candidates.count else {
        throw InjectionError.tooFewEvents(file: file, needed: count, found: candidates.count)
      }
      return Array(candidates.prefix(count))
    case .signalToBackground(let ratio, let range):
      let masses = try data.events.dijetMass()
      let isSignal = Self.isSignal(data)
      let background = masses.indices.count { range.contains(masses[$0]) && !isSignal[$0] }
      guard background > 0 else {
        throw InjectionError.noBackground(file: data.description.name, range: range)
      }
      let needed = Int((ratio * Double(background)).rounded())
      let signalMasses = try signal.events.dijetMass()
      var chosen: [Int] = []
      var inside = 0
      for row in candidates where inside < needed {
        chosen.append(row)
        if range.contains(signalMasses[row]) { inside += 1 }
      }
      guard inside == needed else {
        throw InjectionError.tooFewEventsWithin(
          range, file: file, needed: needed, found: inside)
      }
      return chosen
    }
  }

  private static func isSignal(_ data: LabelledEvents) -> [Bool] {
    data.truth?.isSignal ?? [Bool](repeating: false, count: data.events.count)
  }

  /// Names the mixture: the digests of both files with the strength and the seed.
  private func digest(_ signal: LabelledEvents, _ data: LabelledEvents) -> String {
    var digest = SHA256()
    let text =
      "injection of \(strength) from \(signal.description.sha256) into "
      + "\(data.description.sha256), seed \(seed.value)"
    digest.update(text.utf8)
    return digest.hexDigest()
  }
}

/// Data with the signal events that were put into them.
public struct InjectedEvents: Sendable {
  public let events: EventColumns
  /// Signal are the injected events, and what the data called signal before.
  public let truth: TruthLabels
  /// Injected events: the last so many.
  public let injectedCount: Int
  /// Names the mixture: a function of both files' digests, the strength and the seed.
  public let sha256: String

  /// Signal and background events in a range of the dijet mass in GeV.
  ///
  /// - Throws: An error if the columns hold no dijet mass.
  public func counts(in range: Range<Double>) throws -> (signal: Int, background: Int) {
    let masses = try events.dijetMass()
    let inside = truth.selecting(rows: masses.indices.filter { range.contains(masses[$0]) })
    return (inside.signalCount, inside.backgroundCount)
  }

  /// The events as a file of this program's own layout.
  public func featureFile(sourceName: String) -> FeatureFile {
    FeatureFile(
      columns: events.names.map { ($0, events[$0] ?? []) }, weights: events.weights,
      labels: truth.isSignal.map { $0 ? 1 : 0 }, identifiers: events.identifiers,
      sourceName: sourceName, sourceDigest: sha256)
  }
}

/// Why signal cannot be put into data.
public enum InjectionError: Error, Sendable, Equatable {
  case otherColumns(file: String, missing: [String], surplus: [String])
  case weightsInOneFile(String)
  case tooFewEvents(file: String, needed: Int, found: Int)
  case tooFewEventsWithin(Range<Double>, file: String, needed: Int, found: Int)
  case noBackground(file: String, range: Range<Double>)
}

extension InjectionError: CustomStringConvertible {
  public var description: String {
    func text(_ range: Range<Double>) -> String { "\(range.lowerBound)-\(range.upperBound) GeV" }
    switch self {
    case .otherColumns(let file, let missing, let surplus):
      let parts = [
        missing.isEmpty ? nil : "lacks \(missing.joined(separator: " "))",
        surplus.isEmpty ? nil : "has \(surplus.joined(separator: " ")) besides",
      ].compactMap(\.self)
      return "\(file) has other columns than the data: it \(parts.joined(separator: " and ")). "
        + "Make both from particles with 'overdensity cluster', or keep the same columns in both"
    case .weightsInOneFile(let file):
      return "only \(file) has event weights: give weights to both files or to none"
    case .tooFewEvents(let file, let needed, let found):
      return
        "\(file) holds \(found) signal events, \(needed) are to be injected: ask for fewer, or "
        + "give more signal events (none is used twice)"
    case .tooFewEventsWithin(let range, let file, let needed, let found):
      return "\(file) holds \(found) signal events in \(text(range)), \(needed) are to be injected "
        + "there: ask for a smaller fraction, or give more signal events (none is used twice)"
    case .noBackground(let file, let range):
      return "\(file) holds no background event in \(text(range)), so a signal fraction has no "
        + "meaning there: choose another range"
    }
  }
}

public import EventModel

/// Where background-only pseudo-data for whole searches come from.
public protocol NullSource: Sendable {
  /// The source's name in a result.
  var name: NullSourceName { get }
  /// Fit for a file name, and different for sources whose pseudo-data differ.
  var label: String { get }
  /// What must hold for the p-values to be right, one sentence each.
  var assumptions: [String] { get }

  /// Draws the events of one pseudo-experiment: a function of its number alone.
  ///
  /// - Parameter pseudoExperiment: Counts from 0.
  /// - Returns: Events in the fit range, copies of a source event under its identifier.
  func events(of pseudoExperiment: Int) -> EventTable
}

/// The sources by the names that commands and results use.
public enum NullSourceName: String, Sendable, Hashable, Codable, CaseIterable {
  /// The data alone: features of donor events, moved to a mass drawn from the background fit.
  case donors
  /// Background samples that the user gives.
  case simulation
}

/// Why pseudo-data cannot be made.
public enum NullSourceError: Error, Equatable {
  case weighted(sample: String)
  /// A pool of `events` cannot give `sets` sets of `setSize`.
  case poolTooSmall(events: Int, sets: Int, setSize: Int)
  case tooFewDonors(events: Int, needed: Int)
  case noDonor(dijetMass: Double, distances: ClosedRange<Double>)
  case noBackgroundFit(reason: String)
  case noPseudoExperiments(Int)
  /// The background sample is the searched file.
  case searchedFile(String)
  case labelledSignal(sample: String, events: Int)
  case unreadable(sample: String, reason: String)
  /// Local p-values of a blind search are withheld.
  case blind
  /// A finished search keeps the merged spectra alone.
  case foldsFittedApart
}

extension NullSourceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .weighted(let sample):
      "\(sample) has event weights, and pseudo-data are made of whole events: unweight it first "
        + "(keep each event with a probability in proportion to its weight)"
    case .poolTooSmall(let events, let sets, let setSize):
      "the background samples hold \(events) events in the fit range, too few for \(sets) "
        + "pseudo-experiments of \(setSize): give \(10 * setSize) for random tenths, or "
        + "\(sets * setSize) for disjoint sets, or take --null-source donors"
    case .tooFewDonors(let events, let needed):
      "pseudo-data from the data alone need \(needed) events in the fit range and beside it, found "
        + "\(events): give background samples (--null-source simulation --background FILE)"
    case .noDonor(let dijetMass, let distances):
      "no event is \(distances.lowerBound)-\(distances.upperBound) GeV away from m_JJ = "
        + "\(dijetMass) GeV to lend its features: narrow the plan's mass.range or its signal "
        + "regions, or give background samples (--null-source simulation --background FILE)"
    case .noBackgroundFit(let reason):
      "no declared function converges on the full spectrum, so no pseudo-data can be drawn from "
        + "it: \(reason). Add a function to the plan's fit.functions"
    case .noPseudoExperiments(let count):
      "\(count) pseudo-experiments give no p-value: ask for at least 1 (99 to reach p = 0.01)"
    case .searchedFile(let sample):
      "\(sample) is the searched file itself: a background sample must be other events"
    case .labelledSignal(let sample, let events):
      "\(sample) holds \(events) events that its labels call signal: give a file of background only"
    case .unreadable(let sample, let reason):
      "the background sample \(sample) cannot be searched as the data are: \(reason)"
    case .foldsFittedApart:
      "the plan fits the folds simultaneously (fit.folds), and a finished search keeps their merged "
        + "spectra alone: use --global-pvalue-method retrain"
    case .blind:
      "a blind search has no observed significance to compare with pseudo-data: run it without "
        + "--blind first"
    }
  }
}

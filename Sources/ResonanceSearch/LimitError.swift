/// Why limits by retraining cannot be made.
public enum LimitError: Error, Equatable {
  case noSignalFile
  case repeatedName(String)
  case noSignalEvents(file: String)
  case columns(file: String, reason: String)
  case noJetMasses(file: String, found: [String])
  case weightsInOneFile(String)
  case outsideWindows(file: String, median: Double, windows: [Range<Double>])
  case outsideWindow(file: String, window: Range<Double>, found: ClosedRange<Double>)
  case unknownWindow(Int, known: [Int])
  case tooFewEvents(file: String, strength: Int, found: Int)
  case noCut
  case foldsFittedApart
  case unknownEfficiency(Double, known: [Double])
  case noDefaultStrengths(file: String, reason: String)
  case invalid(setting: String, value: String, allowed: String)
  case damagedUnit(String)
}

extension LimitError: CustomStringConvertible {
  public var description: String {
    func text(_ range: Range<Double>) -> String {
      "\(Int(range.lowerBound.rounded()))-\(Int(range.upperBound.rounded())) GeV"
    }
    switch self {
    case .noSignalFile: return "limits need a signal: give --signal FILE, once for each"
    case .repeatedName(let name):
      return "two signals are called '\(name)': give them names, --signal NAME=FILE"
    case .noSignalEvents(let file):
      return "\(file) holds no signal event: all are labelled as background"
    case .columns(let file, let reason):
      return "\(file): \(reason). Signal and data need the columns of the plan's features; make "
        + "both from particles with 'overdensity cluster'"
    case .noJetMasses(let file, let found):
      return "\(file): the jet masses cannot be varied, as features are not computed from mj1 and "
        + "mj2 (columns \(found.joined(separator: " "))): give --variation with varied files"
    case .weightsInOneFile(let file):
      return "only \(file) has event weights: give weights to the data and all signal files, or to "
        + "none"
    case .outsideWindows(let file, let median, let windows):
      return "\(file): the median dijet mass of the signal is \(Int(median.rounded())) GeV, in "
        + "none of the signal regions (\(windows.map(text).joined(separator: ", "))): choose one "
        + "with --window, or change the plan's mass"
    case .outsideWindow(let file, let window, let found):
      return "\(file): no signal event has a dijet mass in the signal region \(text(window)); "
        + "they lie in \(Int(found.lowerBound))-\(Int(found.upperBound)) GeV: choose another --window"
    case .unknownWindow(let window, let known):
      return "there is no window \(window): the plan searches "
        + known.map { "\($0)" }.joined(separator: ", ")
    case .tooFewEvents(let file, let strength, let found):
      return "\(file) holds \(found) signal events; \(strength) are to be injected and at least "
        + "\(LimitSettings.fewestLeft) must be left for the efficiency: ask for weaker signals, or "
        + "give more signal events"
    case .noCut:
      return "the plan's efficiencies hold no cut below 1, so there is nothing to learn for: set "
        + "efficiencies, such as [1, 0.1, 0.01]"
    case .foldsFittedApart:
      return "limits are set on the merged spectrum of all folds, but the plan fits the folds "
        + "simultaneously: set fit.folds to merged"
    case .unknownEfficiency(let value, let known):
      return "--efficiency \(value) is none of the plan's cuts: "
        + known.map { "\($0)" }.joined(separator: ", ")
    case .noDefaultStrengths(let file, let reason):
      return "\(file): there is no inclusive limit to choose the strengths by (\(reason)): give "
        + "--strengths"
    case .invalid(let setting, let value, let allowed):
      return "\(setting) is \(value); it must be \(allowed)"
    case .damagedUnit(let label):
      return "the finished unit \(label) cannot be read: remove its file and give the command again"
    }
  }
}

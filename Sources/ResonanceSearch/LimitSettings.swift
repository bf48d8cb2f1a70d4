/// How limits by retraining are made, besides the search's own plan.
public struct LimitSettings: Sendable, Hashable {
  /// Injected signal events, the whole signal file's selection counted; `nil` for a scan around the
  /// inclusive expected limit.
  public var strengths: [Int]?
  /// Random choices of the injected events for each strength.
  public var samplings = 5
  /// Index of the window among the plan's; `nil` for the one that holds each signal's mass.
  public var window: Int?
  /// The cut whose limit is quoted; `nil` for the one with the smallest expected limit.
  public var efficiency: Double?
  public var confidenceLevel = 0.95
  /// Integrated luminosity in 1/fb; `nil` gives limits in events only.
  public var luminosity: Double?
  /// Fraction of produced events that the signal file holds; `nil` if its generated events say it.
  public var acceptance: Double?

  /// The scan where no strengths are given: so many, evenly spaced in the logarithm between these
  /// fractions of the inclusive expected limit.
  static let defaultScan = (count: 8, range: 0.1...1.5)

  /// Signal events that must be left to measure the efficiency with.
  static let fewestLeft = 100

  public init() {}

  func check() throws(LimitError) {
    for strength in strengths ?? [] where strength < 0 {
      throw .invalid(setting: "--strengths", value: "\(strength)", allowed: "0 or more events")
    }
    if let strengths, strengths.isEmpty || Set(strengths).count < strengths.count {
      throw .invalid(
        setting: "--strengths", value: "\(strengths)", allowed: "one or more, each once")
    }
    let fractions = [("--acceptance", acceptance), ("--efficiency", efficiency)]
    for case (let name, let value?) in fractions where !(value > 0 && value <= 1) {
      throw .invalid(setting: name, value: "\(value)", allowed: "above 0 and up to 1")
    }
    if let luminosity, !(luminosity > 0 && luminosity.isFinite) {
      throw .invalid(setting: "--luminosity", value: "\(luminosity)", allowed: "above 0")
    }
    guard samplings >= 1 else {
      throw .invalid(setting: "--samplings", value: "\(samplings)", allowed: "1 or more")
    }
    guard confidenceLevel > 0.5, confidenceLevel < 1 else {
      throw .invalid(
        setting: "--confidence-level", value: "\(confidenceLevel)", allowed: "between 0.5 and 1")
    }
  }
}

import AnomalyMethods
import ResonanceSearch

/// What limits would take: one search's time for each strength and sampling.
struct LimitEstimate: CustomStringConvertible {
  let description: String

  init(_ limits: LimitSearch, estimate: (Search) throws -> CostEstimate) throws {
    var seconds = 0.0
    var atOnce = 1
    var lines: [String] = []
    let plan = limits.plan
    for signal in limits.summary {
      var plan = plan
      plan.mass.windows = [signal.window]
      let search = try Search(limits.input, plan: plan, seed: limits.seed)
      let repetitions = signal.strengths.count * limits.settings.samplings
      let one = try estimate(search)
      atOnce = one.atOnce
      seconds += one.seconds * Double(repetitions)
      lines.append(
        "  \(signal.name): window \(signal.window), "
          + "\(signal.strengths.map { "\($0)" }.joined(separator: ", ")) injected events, "
          + "\(repetitions * search.trainings.units) units of "
          + "\(repetitions * search.trainings.models) trainings")
    }
    description =
      ([
        "Would set limits on \(limits.summary.count) signals in \(limits.input.name) with "
          + "\(plan.method.rawValue), \(limits.settings.samplings) samplings of each strength:"
      ]
      + lines + [
        "  time, \(atOnce) at once      about \(CostEstimate.time(seconds)) (estimated on a small "
          + "sample)"
      ]).joined(separator: "\n")
  }
}

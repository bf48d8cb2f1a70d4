public import ResonanceSearch
import StatisticalInference

/// Limits in the format in which HEPData takes tables: a submission and its data file, as YAML.
///
/// https://hepdata-submission.readthedocs.io/en/latest/data_yaml.html.
public struct HEPDataTables: Sendable {
  /// File names with their contents.
  public let files: [(name: String, text: String)]

  /// - Parameters:
  ///   - result: The limits.
  ///   - sqrtS: Collision energy in GeV.
  public init(_ result: LimitResult, sqrtS: Double) {
    let unit = LimitUnit(result)
    let qualifiers = [
      "- {name: SQRT(S), units: GEV, value: \(exact(sqrtS))}",
      "- {name: CL, value: \(exact(result.confidenceLevel))}",
    ]
    func variable(
      _ name: String, _ values: [[String]], units: String? = nil, qualified: Bool = true
    )
      -> [String]
    {
      ["- header: {name: \(yaml(name))\(units.map { ", units: \($0)" } ?? "")}"]
        + (qualified ? ["  qualifiers:"] + qualifiers.map { "  " + $0 } : []) + ["  values:"]
        + values.flatMap { $0.map { "  " + $0 } }
    }
    func limits(
      _ name: String, _ limits: [LimitResult.Limit?], _ lines: (LimitResult.Limit) -> [String]
    ) -> [String] {
      variable(
        name, limits.map { $0.map(lines) ?? ["- {value: '-'}"] },
        units: unit == .femtobarn ? "FB" : nil)
    }
    func observed(_ limit: LimitResult.Limit) -> [String] {
      ["- {value: \(exact(unit.observed(limit)))}"]
    }
    func expected(_ limit: LimitResult.Limit) -> [String] {
      let band = unit.expected(limit)
      func error(_ label: String, _ low: Int, _ high: Int) -> String {
        "  - {label: \(label), asymerror: {minus: \(exact(band[low] - band[2])), "
          + "plus: \(exact(band[high] - band[2]))}}"
      }
      return [
        "- value: \(exact(band[2]))", "  errors:", error("1 sigma", 1, 3), error("2 sigma", 0, 4),
      ]
    }
    let learned = result.signals.map { $0.quoted?.limit }
    let inclusive = result.signals.map(\.inclusive.limit)
    let quantity = unit == .femtobarn ? "Upper limit on the cross section" : "Upper limit on events"
    let data =
      ["independent_variables:"]
      + variable("Signal", result.signals.map { ["- {value: \(yaml($0.name))}"] }, qualified: false)
      + variable(
        "Dijet mass", result.signals.map { ["- {value: \(exact($0.massGeV))}"] }, units: "GEV",
        qualified: false)
      + ["dependent_variables:"] + limits("Observed limit", learned, observed)
      + limits("Expected limit", learned, expected)
      + limits("Observed limit without a cut", inclusive, observed)
      + limits("Expected limit without a cut", inclusive, expected)
      + variable(
        "Injected events",
        result.signals.map { signal in
          let strength = signal.quoted?.quoted?.strength
          return ["- {value: \(strength.map(exact) ?? "'-'")}"]
        })
    let submission = [
      "---",
      "comment: " + yaml("Limits by injection and retraining, made with overdensity"),
      "---",
      "name: " + yaml("Upper limits"),
      "description: "
        + yaml(
          "\(quantity) at \(percentage(result.confidenceLevel)) with a selection learned by "
            + "\(result.method) from data with injected signal, and without a selection"),
      "keywords:",
      "- {name: reactions, values: [P P --> JET JET X]}",
      "- {name: observables, values: [\(unit == .femtobarn ? "SIG" : "N")]}",
      "- {name: cmenergies, values: [\(exact(sqrtS))]}",
      "data_file: limits.yaml",
    ]
    files = [("submission.yaml", submission), ("limits.yaml", data)].map {
      ($0, $1.joined(separator: "\n") + "\n")
    }
  }
}

/// A text as a quoted scalar of YAML.
private func yaml(_ text: String) -> String {
  "'" + text.replacing("\u{A0}", with: " ").replacing("'", with: "''") + "'"
}

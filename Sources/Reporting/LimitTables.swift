public import ResonanceSearch
import StatisticalInference

extension LimitResult {
  /// One line a signal: the quoted limit beside the one without a cut.
  var table: ComparisonTable {
    let unit = LimitUnit(self)
    return ComparisonTable(
      titles: [
        "signal", "window", "cut", "injected", "efficiency", "observed [\(unit.name)]", "expected",
        "±1σ", "without a cut", "expected", "improvement",
      ],
      rows: signals.map { signal in
        let cut = signal.quoted
        let best = cut?.strengths.first { $0.combined.strength == cut?.quoted?.strength }
        let efficiency = best?.combined.medianSampling.flatMap { best?.samplings[$0] }
        let limit = cut?.limit
        let band = limit.map(unit.expected)
        return [
          signal.name, "\(signal.window)", cut.map { cutName($0.efficiency) } ?? "–",
          cut?.quoted.map { count($0.strength) } ?? "–",
          efficiency.map { "\(significantDigits(100 * $0.signalEfficiency.value, 3)) %" } ?? "–",
          limit.map { significantDigits(unit.observed($0), 4) } ?? "–",
          band.map { significantDigits($0[2], 4) } ?? "–",
          band.map { "\(significantDigits($0[1], 3)) – \(significantDigits($0[3], 3))" } ?? "–",
          signal.inclusive.limit.map { significantDigits(unit.observed($0), 4) } ?? "–",
          signal.inclusive.limit.map { significantDigits(unit.expected($0)[2], 4) } ?? "–",
          cut?.expectedImprovement.map { fixed($0, 2) } ?? "–",
        ]
      })
  }

  /// What the terminal shows, in ASCII.
  public var text: String {
    let heading =
      "CLs upper limits at \(percentage(confidenceLevel)) with \(method), \(samplings) samplings of "
      + "each strength; improvement: expected limit without a cut over the learned one"
    let notes = signals.flatMap { signal in signal.warnings.map { "note: \(signal.name): \($0)" } }
    return ([heading, ""] + table.text + (notes.isEmpty ? [] : [""]) + notes).map(ascii)
      .joined(separator: "\n")
  }

  /// One line a signal and cut, as comma-separated values; an empty field is a value that does not
  /// exist.
  public var csv: String {
    let bands = ["-2", "-1", "0", "+1", "+2"]
    let titles =
      [
        "signal", "massGeV", "window", "cut", "isQuoted", "injected", "signalEfficiency",
        "observed",
      ] + bands.map { "expected(\($0) sigma)" } + ["observedFb"]
      + bands.map { "expectedFb(\($0) sigma)" }
      + ["observedInclusive", "expectedInclusive", "expectedImprovement", "observedImprovement"]
    let lines = signals.flatMap { signal in
      signal.cuts.indices.map { index -> [String] in
        let cut = signal.cuts[index]
        let best = cut.strengths.first { $0.combined.strength == cut.quoted?.strength }
        let network = best?.combined.medianSampling.flatMap { best?.samplings[$0] }
        let limit = cut.limit
        let numbers: [Double?] =
          [cut.quoted?.strength, network?.signalEfficiency.value, limit?.observed]
          + (0..<5).map { limit?.expected[$0] } + [limit?.observedCrossSection]
          + (0..<5).map { limit?.expectedCrossSection?[$0] }
          + [
            signal.inclusive.limit?.observed, signal.inclusive.limit?.expected[2],
            cut.expectedImprovement, cut.observedImprovement,
          ]
        return [
          signal.name, exact(signal.massGeV), "\(signal.window)", exact(cut.efficiency),
          "\(index == signal.quotedCut)",
        ] + numbers.map { $0.map(exact) ?? "" }
      }
    }
    return FigureTable.csv([titles] + lines)
  }

  /// One line a signal, cut, strength and sampling, as comma-separated values.
  public var scanCSV: String {
    let titles = [
      "signal", "cut", "injected", "sampling", "signalEfficiency", "selectedEvents", "observed",
      "expected", "function", "remark",
    ]
    var lines = [titles]
    for signal in signals {
      for cut in signal.cuts {
        for strength in cut.strengths {
          for sampling in strength.samplings {
            lines.append([
              signal.name, exact(cut.efficiency), exact(strength.combined.strength),
              "\(sampling.sampling)", exact(sampling.signalEfficiency.value),
              exact(sampling.selectedEvents), sampling.limit.map { exact($0.observed) } ?? "",
              sampling.limit.map { exact($0.expected[2]) } ?? "", sampling.function ?? "",
              sampling.remark ?? "",
            ])
          }
        }
      }
    }
    return FigureTable.csv(lines)
  }

}

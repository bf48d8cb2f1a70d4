import ResonanceSearch

extension ReportPage {
  /// What went in, what was done to it, and how to do it again.
  func provenance(remarks: [String]) -> String {
    let result = record.result
    let plan = record.plan
    var html = """
      <section id="cutflow">
      <h2>Cutflow</h2>
      \(cutflowTable(result.cutflow))
      </section>
      <section id="method">
      <h2>Method</h2>
      <p>\(xmlEscaped(plan.methodTitle)) (<code>\(xmlEscaped(result.method))</code>), \
      \(referenceLink(plan.methodReference)). No model saw the events that it scores; \
      each fold is cut at the same efficiency, the folds are merged, and the background in the \
      signal region comes from a fit to the rest of the mass spectrum.</p>
      </section>
      <section id="plan">
      <h2>Plan</h2>
      <pre>\(xmlEscaped(plan.yaml))</pre>
      </section>
      <section id="origin">
      <h2>Origin</h2>
      <dl>
      <dt>Input</dt><dd>\(xmlEscaped(result.input.name)), \(result.input.events) events</dd>
      <dt>SHA-256</dt><dd><code>\(xmlEscaped(result.input.sha256))</code></dd>
      <dt>Plan digest</dt><dd><code>\(xmlEscaped(result.planDigest))</code></dd>
      <dt>Version</dt><dd>\(xmlEscaped(result.version))</dd>
      <dt>Seed</dt><dd>\(result.seed)</dd>
      <dt>Instruction set</dt><dd>\(xmlEscaped(result.instructionSet))</dd>
      </dl>
      \(timingTable(record.timing))
      </section>
      <section id="reproduce">
      <h2>Reproduce</h2>
      <p>The same plan, input, seed, version and instruction set give the same result, byte for \
      byte.</p>
      <pre>\(xmlEscaped(plan.command))</pre>
      </section>

      """
    if !remarks.isEmpty {
      html +=
        "<div class=\"note\"><p>"
        + remarks.map(xmlEscaped).joined(separator: "</p><p>") + "</p></div>\n"
    }
    return html
  }
}

private func cutflowTable(_ steps: [SearchResult.CutflowStep]) -> String {
  guard let first = steps.first else { return "" }
  var html = """
    <div class="scroll"><table>
    <thead><tr><th>Step</th><th>Events</th><th>Of all</th></tr></thead>
    <tbody>

    """
  for step in steps {
    let fraction = first.events > 0 ? Double(step.events) / Double(first.events) : 0
    html +=
      "<tr><td>\(xmlEscaped(step.step))</td><td>\(step.events)</td>"
      + "<td>\(fixed(100 * fraction, 2)) %</td></tr>\n"
  }
  return html + "</tbody></table></div>\n"
}

private func timingTable(_ stages: [SearchRecord.StageTiming]) -> String {
  guard !stages.isEmpty else { return "" }
  let total = stages.map(\.seconds).reduce(0, +)
  var html = """
    <div class="scroll"><table>
    <thead><tr><th>Stage</th><th>Seconds</th><th>Share</th></tr></thead>
    <tbody>

    """
  for stage in stages {
    let share = total > 0 ? fixed(100 * stage.seconds / total, 0) : "–"
    html +=
      "<tr><td>\(xmlEscaped(stage.stage))</td><td>\(fixed(stage.seconds, 1))</td>"
      + "<td>\(share) %</td></tr>\n"
  }
  html += "<tr><td>All</td><td>\(fixed(total, 1))</td><td></td></tr>\n"
  return html + "</tbody></table></div>\n"
}

/// A link to arXiv for "arXiv:1902.02634", else the text.
private func referenceLink(_ reference: String) -> String {
  let text = xmlEscaped(reference)
  guard let match = reference.firstMatch(of: /arXiv:([0-9]{4}\.[0-9]{4,5})/) else { return text }
  return "<a href=\"https://arxiv.org/abs/\(match.1)\">\(text)</a>"
}

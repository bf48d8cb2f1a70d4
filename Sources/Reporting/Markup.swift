import Foundation

/// A text as XML: `&`, `<`, `>` and quotes escaped, characters that XML 1.0 forbids replaced.
func xmlEscaped(_ text: String) -> String {
  var out = ""
  out.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": out += "&amp;"
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "\"": out += "&quot;"
    case "'": out += "&#39;"
    case "\t", "\n", "\r": out.unicodeScalars.append(scalar)
    case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
      out += "\u{FFFD}"
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out
}

/// A length in a drawing, in units of the view box, rounded to hundredths.
///
/// Faster than `String(format:)`, of which a scatter plot would need ten thousand.
func px(_ value: Double) -> String {
  // No drawing is larger than this; what lies outside its frame is clipped anyway.
  let bounded = value.isFinite ? min(max(value, -1e6), 1e6) : 0
  let hundredths = Int((bounded * 100).rounded())
  let whole = abs(hundredths) / 100
  let rest = abs(hundredths) % 100
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
  return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

import Foundation

/// A number with a fixed count of decimals and a real minus sign.
package func fixed(_ value: Double, _ decimals: Int) -> String {
  let text = String(format: "%.\(max(0, decimals))f", value)
  let isZero = !text.contains { ("1"..."9").contains($0) }
  guard text.hasPrefix("-") else { return text }
  return isZero ? String(text.dropFirst()) : "−" + text.dropFirst()
}

/// A count or a mass: whole if it is, otherwise with three significant digits or one decimal.
func count(_ value: Double) -> String {
  if value == value.rounded() || abs(value) >= 1000 { return fixed(value, 0) }
  if value != 0, abs(value) < 10 { return fixed(value, abs(value) < 1 ? 3 : 2) }
  return fixed(value, 1)
}

/// A value with its standard deviation, both cut at the deviation's second significant digit.
func measured(_ value: Double, _ uncertainty: Double?) -> String {
  guard let uncertainty, uncertainty > 0, uncertainty.isFinite else { return count(value) }
  let decimals = min(6, max(0, 1 - Int(log10(uncertainty).rounded(.down))))
  return "\(fixed(value, decimals))\u{A0}±\u{A0}\(fixed(uncertainty, decimals))"
}

/// A cut as a percentage: "0.2 %", or "no cut" at 1.
///
/// The space before a unit does not break.
func cutName(_ efficiency: Double) -> String {
  efficiency >= 1 ? "no cut" : percentage(efficiency)
}

func percentage(_ fraction: Double) -> String {
  var text = String(format: "%.4f", 100 * fraction)
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text == "0" ? String(format: "%.1e\u{A0}%%", 100 * fraction) : text + "\u{A0}%"
}

/// A p-value from its logarithm, so that it may lie below the smallest double: `3.1×10^{−6}`.
func probability(log10 exponent: Double) -> RichText {
  if exponent > -2.3 {
    return RichText(verbatim: fixed(pow(10, exponent), exponent < -1 ? 3 : 2))
  }
  let parts = scientific(log10: exponent)
  return RichText(markup: "\(parts.mantissa)×10^{−\(abs(parts.power))}")
}

/// The same in ASCII: `3.1e-06`.
func asciiProbability(log10 exponent: Double) -> String {
  if exponent > -2.3 { return fixed(pow(10, exponent), exponent < -1 ? 3 : 2) }
  let parts = scientific(log10: exponent)
  return "\(parts.mantissa)e-\(abs(parts.power) < 10 ? "0" : "")\(abs(parts.power))"
}

/// The same of a probability that may be too small for its digits.
package func asciiProbability(_ value: Double) -> String {
  value > leastProbability ? asciiProbability(log10: log10(value)) : "below 1e-300"
}

/// Below this a number of double precision has lost digits, or is near it.
let leastProbability = 1e-300

private func scientific(log10 exponent: Double) -> (mantissa: String, power: Int) {
  var power = Int(exponent.rounded(.down))
  var mantissa = String(format: "%.1f", pow(10, exponent - Double(power)))
  if mantissa == "10.0" {
    mantissa = "1.0"
    power += 1
  }
  return (mantissa, power)
}

/// A significance in standard deviations, to one decimal.
func significance(_ value: Double) -> String { fixed(value, 1) }

/// A number of any size for the terminal, in at most so many significant digits.
package func significantDigits(_ value: Double, _ digits: Int = 5) -> String {
  value.formatted(
    .number.precision(.significantDigits(1...digits)).grouping(.never).locale(
      Locale(identifier: "en_US_POSIX")))
}

/// A number for a CSV file: the shortest text that reads back as the same double.
func exact(_ value: Double) -> String { value.isFinite ? "\(value)" : "" }

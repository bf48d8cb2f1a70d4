/// The width of a text in units of its font size.
///
/// Advance widths of DejaVu Sans, the widest of the fonts that a figure may be drawn in: what fits
/// by this measure fits in Helvetica and its kin too. Figures are laid out without asking a font,
/// so their bytes do not depend on the machine.
func textWidth(_ text: String) -> Double {
  text.unicodeScalars.reduce(0) { sum, scalar in
    // A no-break space is as wide as a space.
    let index = Int(scalar == "\u{A0}" ? 32 : scalar.value) - 32
    return sum + (dejaVuAdvances.indices.contains(index) ? dejaVuAdvances[index] : 838) / 1000
  }
}

/// Advance widths of the printable ASCII characters in thousandths, from the font's `hmtx` table.
private let dejaVuAdvances: [Double] = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
  636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
  575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
  611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
  278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
]

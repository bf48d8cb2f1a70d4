import NumericalCore
import Testing

struct BinomialIntervalTests {
  /// Reference: Validation/bumphunter.py, scipy 1.17.1, quantiles of the beta distribution.
  @Test(arguments: [
    (0, 10_000, 0.68, 0.0, 0.000_183_241_355_626_420_84),
    (1, 99, 0.68, 0.001_759_595_418_271_046_8, 0.032_835_740_778_098_7),
    (177, 10_000, 0.68, 0.016_387_903_066_511_212, 0.019_111_483_634_010_034),
    (50, 50, 0.95, 0.928_878_263_535_802_4, 1.0),
    (3, 20, 0.95, 0.032_070_937_185_463_715, 0.378_926_826_545_313_96),
    (9999, 100_000, 0.6827, 0.099_040_358_719_574_24, 0.100_947_683_839_270_87),
  ])
  func `Clopper-Pearson intervals are those of scipy`(
    successes: Int, trials: Int, level: Double, low: Double, high: Double
  ) {
    let interval = BinomialInterval(successes: successes, trials: trials, level: level)
    #expect(abs(interval.low - low) <= 1e-10 * low)
    #expect(abs(interval.high - high) <= 1e-10 * high)
  }
}

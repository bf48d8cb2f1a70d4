import Foundation
import StatisticalInference

/// Times fits of the spectra that `compare.py` gives to every tool.
///
/// usage: benchmark-spectrum-fit SPECTRA.json ROUNDS; prints one JSON object with the seconds of
/// processor time that a fit takes, for each round, and the fits.
@main
struct SpectrumFitBenchmark {
  struct Spectra: Decodable {
    let collisionEnergy: Double
    let edges: [Double]
    /// Counts of each spectrum.
    let counts: [[Double]]
  }

  struct Outcome: Encodable {
    /// A fit from the counts alone.
    var seconds: [Double] = []
    /// A fit that starts from that of the first spectrum, as pseudo-experiments do.
    var refitSeconds: [Double] = []
    var deviances: [Double] = []
    var parameters: [[Double]] = []
    var errors: [[Double]] = []
    var refitDeviances: [Double] = []
  }

  static func main() throws {
    let file = URL(fileURLWithPath: CommandLine.arguments[1])
    let spectra = try JSONDecoder().decode(Spectra.self, from: Data(contentsOf: file))
    let rounds = Int(CommandLine.arguments[2]) ?? 3
    let histograms = try spectra.counts.map { try Histogram(edges: spectra.edges, counts: $0) }
    func fit(_ histogram: Histogram) throws -> BackgroundFit {
      try BackgroundFit(
        histogram, function: .dijet4, excluding: [], collisionEnergy: spectra.collisionEnergy)
    }
    var outcome = Outcome()
    let first = try fit(histograms[0])
    for round in 0...rounds {
      var start = clock()
      let fits = try histograms.map(fit)
      let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC) / Double(fits.count)
      start = clock()
      let refits = try histograms.map { try first.refitted(to: $0) }
      let refitSeconds = Double(clock() - start) / Double(CLOCKS_PER_SEC) / Double(fits.count)
      if round == 0 {
        // The first round warms up.
        outcome.deviances = fits.map(\.deviance)
        outcome.parameters = fits.map(\.parameters)
        outcome.errors = fits.map { fit in
          fit.covariance.indices.map { fit.covariance[$0][$0].squareRoot() }
        }
        outcome.refitDeviances = refits.map(\.deviance)
      } else {
        outcome.seconds.append(seconds)
        outcome.refitSeconds.append(refitSeconds)
      }
    }
    print(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
  }
}

import Foundation
import Testing

struct SpectrumBumpHuntTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
  }

  /// Forty bins of a falling spectrum with 60 events more in two of them.
  private func writeSpectrum(bump: Int = 60) throws -> String {
    var lines = ["low,high,observed,model"]
    for bin in 0..<40 {
      let model = 2000 * exp(-Double(bin) / 6)
      let count = Int(model.rounded()) + ((20...21).contains(bin) ? bump : 0)
      lines.append("\(1000 + 50 * bin),\(1050 + 50 * bin),\(count),\(model)")
    }
    let path = scratch.path("spectrum.csv")
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  struct Answer: Decodable {
    struct Best: Decodable {
      let lowGeV: Double
      let highGeV: Double
      let observed: Double
    }
    struct PValue: Decodable {
      let value: Double
      let low: Double
      let high: Double
      let pseudoExperiments: Int
      let extrapolated: Bool
      let significance: Double?
    }
    let best: Best?
    let globalPValue: PValue
    let windows: Int
  }

  @Test func `More injected events are more significant, and the figure is there`() throws {
    struct Hunt: Decodable {
      struct Sensitivity: Decodable {
        struct Step: Decodable {
          let events: Double
          let globalPValue: Answer.PValue
        }
        let massGeV: Double
        let steps: [Step]
      }
      let sensitivity: Sensitivity?
    }
    let spectrum = try writeSpectrum(bump: 0)
    let folder = scratch.path("injection")
    let arguments = [
      "spectrum", "bumphunt", spectrum, "--reference", "model", "--pseudo-experiments", "1000",
      "--inject", "200,0,60", "--mass", "2000", "--injected-experiments", "200",
    ]
    let tool = try Tool(arguments + ["--output", folder, "--json"])
    #expect(tool.exitCode == 0, "\(tool.errors)")
    let hunt = try JSONDecoder().decode(Hunt.self, from: Data(tool.output.utf8))
    let sensitivity = try #require(hunt.sensitivity)
    #expect(sensitivity.massGeV == 2000)
    #expect(sensitivity.steps.map(\.events) == [0, 60, 200])
    let pValues = sensitivity.steps.map(\.globalPValue.value)
    #expect(abs(pValues[0] - 0.5) < 0.15)
    #expect(pValues[1] < pValues[0] && pValues[2] < 1e-3)
    let figure = folder + "/bumphunt-sensitivity.svg"
    #expect(FileManager.default.fileExists(atPath: figure))
    let outside = try Tool(arguments.map { $0 == "2000" ? "200" : $0 })
    #expect(outside.exitCode == 1)
    #expect(outside.errors.contains("outside the spectrum"), "\(outside.errors)")
  }

  @Test func `A bump is found at its mass, with its figures`() throws {
    let spectrum = try writeSpectrum()
    let folder = scratch.path("hunt")
    let arguments = [
      "spectrum", "bumphunt", spectrum, "--reference", "model", "--pseudo-experiments", "2000",
    ]
    let tool = try Tool(arguments + ["--output", folder])
    #expect(tool.exitCode == 0, "\(tool.errors)")
    for word in ["2000 to 2100 GeV", "Global p-value", "(extrapolated)", "185 windows"] {
      #expect(tool.output.contains(word), "'\(word)' is not in: \(tool.output)")
    }
    for file in ["spectrum-bumphunt.json", "bumphunt-spectrum.svg", "bumphunt-null.svg"] {
      #expect(FileManager.default.fileExists(atPath: folder + "/" + file), "\(file)")
    }
    let json = try Tool(arguments + ["--json", "--jobs", "1"])
    let answer = try JSONDecoder().decode(Answer.self, from: Data(json.output.utf8))
    #expect(answer.best?.lowGeV == 2000 && answer.best?.highGeV == 2100)
    #expect(answer.globalPValue.pseudoExperiments == 2000)
    #expect(answer.globalPValue.value < 1e-3)
    #expect(try #require(answer.globalPValue.significance) > 3)
    // The same bytes with another number of threads.
    let other = try Tool(arguments + ["--json", "--jobs", "3"])
    #expect(other.output == json.output)
  }

  @Test func `A fit, sidebands and a deficit each give an answer`() throws {
    let spectrum = try writeSpectrum(bump: 0)
    for options in [
      ["--fit", "dijet4", "--pseudo-experiments", "100"],
      ["--fit", "dijet3", "--fit-uncertainty", "ignored", "--pseudo-experiments", "100"],
      ["--reference", "model", "--normalise", "sidebands", "--widths", "1:4"],
      ["--reference", "model", "--deficit", "--relative-widths", "0.05,0.1", "--step", "half"],
    ] {
      let tool = try Tool(
        ["spectrum", "bumphunt", spectrum, "--json", "--quiet"] + options)
      #expect(tool.exitCode == 0, "\(options): \(tool.errors)")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(tool.output.utf8))
      #expect(answer.globalPValue.value > 0.01, "\(options)")
      #expect(!answer.globalPValue.extrapolated)
    }
  }

  @Test func `Bad input ends with a message that says what to do`() throws {
    let spectrum = try writeSpectrum()
    for (options, code, words) in [
      ([], 2, ["--reference", "--fit"]),
      (["--fit", "dijet9"], 2, ["dijet9", "dijet4"]),
      (["--fit", "dijet4", "--normalise", "sidebands"], 2, ["--reference"]),
      (["--reference", "modle"], 1, ["modle", "model"]),
      (["--reference", "model", "--widths", "2:41"], 1, ["41 bins", "narrower"]),
      (["--reference", "model", "--widths", "6:2"], 2, ["--widths"]),
      (["--reference", "model", "--pseudo-experiments", "0"], 2, ["at least 1"]),
      (["--reference", "model", "--relative-widths", "0.1,x"], 2, ["--relative-widths"]),
    ] as [([String], Int32, [String])] {
      let tool = try Tool(["spectrum", "bumphunt", spectrum] + options)
      #expect(tool.exitCode == code, "\(options): \(tool.exitCode) \(tool.errors)")
      for word in words {
        #expect(tool.errors.contains(word), "\(options): '\(word)' is not in: \(tool.errors)")
      }
    }
  }
}

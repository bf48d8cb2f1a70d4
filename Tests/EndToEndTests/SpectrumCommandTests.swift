import Foundation
import Testing

struct SpectrumCommandTests {
  let scratch: ScratchFolder
  let spectrum: String

  /// A falling spectrum, each count the rounded integral of an exponential.
  init() throws {
    scratch = try ScratchFolder()
    var lines = ["# toy", "low_GeV,high_GeV,observed,published"]
    for bin in 0..<30 {
      let low = 1000 + 100 * Double(bin)
      let expected = 20_000 * exp(-low / 500)
      lines.append("\(low),\(low + 100),\(Int(expected.rounded())),\(expected)")
    }
    spectrum = try scratch.write(lines.joined(separator: "\n") + "\n", as: "toy.csv")
  }

  @Test func `A fit prints its table and leaves result and figure`() throws {
    let folder = scratch.path("fit")
    let fit = try Tool(
      "spectrum", "fit", spectrum, "--functions", "powerLaw2,exponential2", "--reference",
      "published", "--pseudo-experiments", "20", "-o", folder)
    #expect(fit.exitCode == 0, "\(fit.errors)")
    for word in [
      "30 bins, 1000 to 4000 GeV", "exponential2 (taken): p0 exp(p1 y)", "ln p0", "±", "deviance",
      "runs", "powerLaw2: fit p-value", "from pseudo-experiments", "of the published fit",
    ] {
      #expect(fit.output.contains(word), "'\(word)' is not in: \(fit.output)")
    }
    for name in ["spectrum-fit.json", "spectrum-fit.svg", "spectrum-fit.csv"] {
      #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
    }
    let again = try Tool(
      "spectrum", "fit", spectrum, "--functions", "powerLaw2,exponential2", "--reference",
      "published", "--pseudo-experiments", "20", "--json")
    let file = try String(contentsOfFile: folder + "/spectrum-fit.json", encoding: .utf8)
    #expect(again.output == file)
    #expect(file.contains("\"chosen\" : \"exponential2\""))
  }

  @Test(arguments: [
    (["--choose", "f-test"], "Taken (f-test): "),
    (
      ["--choose", "likelihood-ratio", "--functions", "exponential2,exponential3"],
      "exponential3 against exponential2"
    ),
    (["--choose", "atlas", "--mask", "2000:2500"], "Taken (atlas): "),
    (["--choose", "envelope", "--mask", "2000:2500"], "Background from 2000 to 2500 GeV"),
    (["--range", "1500:3000"], "15 bins, 1500 to 3000 GeV"),
    (
      [
        "--functions", "powerLaw2", "--threshold", "0", "--spurious-signal", "exponential2",
        "--signal-width", "0.05", "--pseudo-experiments", "10",
      ], "Spurious signal of powerLaw2 in a background of exponential2, width 5 %"
    ),
  ])
  func `Functions are chosen in several ways`(arguments: [String], expected: String) throws {
    let fit = try Tool(["spectrum", "fit", spectrum] + arguments)
    #expect(fit.exitCode == 0, "\(fit.errors)")
    #expect(fit.output.contains(expected), "\(fit.output)")
  }

  @Test(arguments: [
    (["--choose", "atlas"], 1, "give one --mask"),
    (["--mask", "9000:9500"], 1, "is outside the spectrum"),
    (["--mask", "900:3950", "--choose", "atlas"], 1, "leaves no sideband"),
    (["--collision-energy", "3000"], 1, "not between 0 and the collision energy"),
    (["--choose", "f-test", "--functions", "dijet3,powerLaw4"], 1, "is not powerLaw4 with some"),
    (["--functions", "dijet9"], 2, "functions are dijet3"),
    (["--spurious-signal", "dijet9"], 2, "--spurious-signal: there is no 'dijet9'"),
    (["--mask", "5"], 2, "'5' is invalid"),
    (["--counts", "obs"], 1, "has no column 'obs'"),
  ])
  func `What cannot be fitted is said`(arguments: [String], code: Int32, expected: String) throws {
    let fit = try Tool(["spectrum", "fit", spectrum] + arguments)
    #expect(fit.exitCode == code)
    #expect(fit.errors.contains(expected), "\(fit.errors)")
  }
}

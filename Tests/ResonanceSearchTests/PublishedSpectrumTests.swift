import Foundation
import ResonanceSearch
import StatisticalInference
import Testing

struct PublishedSpectrumTests {
  private func spectrum(
    _ text: String, columns: SpectrumColumns = SpectrumColumns(), range: Range<Double>? = nil,
    energyScale: Double = 1, allowsFractions: Bool = false
  ) throws -> PublishedSpectrum {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try PublishedSpectrum(
      reading: file.path, columns: columns, range: range, energyScale: energyScale,
      allowsFractions: allowsFractions)
  }

  /// What the tool would print, without the name of the temporary file.
  private func message(
    _ text: String, columns: SpectrumColumns = SpectrumColumns(), range: Range<Double>? = nil
  ) -> String {
    do {
      _ = try spectrum(text, columns: columns, range: range)
      return "no error"
    } catch {
      return "\(error)".split(separator: ".csv", maxSplits: 1).last.map(String.init) ?? ""
    }
  }

  @Test(arguments: [
    "# comment\nlow_GeV,high_GeV,Data,fit\n10,20,5,4.5\n20,35,3,2.5\n",
    "fit,\"BIN HIGH [GEV]\",\"BIN LOW [GEV]\",OBS\n4.5,20,10,5\n\n2.5,35,20,3\n",
    "binLowGeV,binHighGeV,observed,fit\n10,20,5,4.5\n# in between\n20,35,3,2.5\n",
  ])
  func `Columns are found by the words in their names`(text: String) throws {
    let spectrum = try spectrum(text, columns: SpectrumColumns(reference: "fit"))
    #expect(spectrum.histogram.edges == [10, 20, 35])
    #expect(spectrum.histogram.counts == [5, 3])
    #expect(spectrum.reference == [4.5, 2.5])
  }

  @Test func `Units, a range and weights are taken over`() throws {
    let text = "low,high,count,w2\n1,2,10.5,12\n2,3,7.25,8\n3,4,0,0\n4,5,1,1\n"
    let spectrum = try spectrum(
      text, columns: SpectrumColumns(squaredWeights: "w2"), range: 1000..<4500, energyScale: 1000)
    #expect(spectrum.histogram.edges == [1000, 2000, 3000, 4000])
    #expect(spectrum.histogram.counts == [10.5, 7.25, 0])
    #expect(spectrum.histogram.sumsOfSquaredWeights == [12, 8, 0])
    #expect(spectrum.reference == nil)
  }

  @Test func `Fractions are counts only if that is said`() throws {
    let text = "low,high,count\n1,2,10\n2,3,7.5\n"
    #expect(message(text).contains("line 3: column 'count' holds 7.5"))
    #expect(message(text).contains("--fractional-counts"))
    #expect(try spectrum(text, allowsFractions: true).histogram.counts == [10, 7.5])
  }

  @Test(arguments: [
    ("low,high,count\n1,2,3\n2,3,nan\n", "line 3: column 'count' holds nan"),
    ("low,high,count\n1,2,-3\n2,3,4\n", "line 2: column 'count' holds -3.0"),
    ("low,high,count\n1,inf,3\n2,3,4\n", "line 2: column 'high' holds inf"),
    ("low,high,count\n1,2,3\n4,5,4\n", "line 3: the bin starts at 4.0, but the bin before it ends"),
    ("low,high,count\n1,2.5,3\n2,3,4\n", "line 3: the bin starts at 2.0, inside the bin before it"),
    ("low,high,count\n2,3,3\n1,2,4\n", "line 3: the bin starts at 1.0, below the bin before it"),
    ("low,high,count\n2,2,3\n3,4,4\n", "line 2: the bin ends at 2.0, not above its start"),
    ("low,high,count\n1,2,3\n", ": a spectrum needs at least 2 bins, the file has 1"),
    ("low,high,count\n", ": a spectrum needs at least 2 bins, the file has 0"),
    ("low,high,count\n1,2,0\n2,3,0\n", ": every value of column 'count' is 0"),
    ("low,high,count\n1,2,x\n2,3,0\n", ", line 2, column 'count': 'x' is not a number"),
    ("low,high,count,data\n1,2,0,1\n2,3,0,1\n", "several columns may be counts: count, data"),
    ("low,high,n\n1,2,0\n2,3,0\n", "no column is named like counts; name it with --counts"),
    ("", ": the file is empty"),
  ])
  func `Bad spectra are refused with file, line and remedy`(text: String, part: String) {
    #expect(message(text).contains(part), "\(message(text))")
  }

  @Test func `A column that is not there and a range without bins are named`() {
    let text = "low,high,count\n1,2,3\n2,3,4\n"
    #expect(
      message(text, columns: SpectrumColumns(counts: "counts"))
        .contains("has no column 'counts' (--counts); there is 'count'"))
    #expect(message(text, range: 2..<3).contains("1 of the file's 2 lie in the chosen range"))
  }
}

/// Spectra of ATLAS and CMS; reference deviances: Validation/spectra.py (iminuit).
struct RealSpectraTests {
  static var folder: URL? {
    ProcessInfo.processInfo.environment["OVERDENSITY_DATA"].map {
      URL(fileURLWithPath: $0).appending(path: "public/dijet_spectra")
    }.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
  }

  @Test(
    .enabled(if: folder != nil, "needs the published spectra below OVERDENSITY_DATA"),
    arguments: [
      // File, published fit, chi2 of the published fit, deviances of iminuit.
      (
        "atlas_run2_139fb_1910.08447_mjj.csv", "fit", 90.970,
        [
          "dijet3": 144.4938, "dijet4": 123.7700, "dijet5": 118.4829, "atlasExponential4": 144.0110,
          "powerLaw4": 297.6891, "exponential6": 314.7919,
        ]
      ),
      (
        "atlas_dijetISR_79fb_1901.10917_flavour_inclusive_single_photon_trigger.csv",
        "Background_prediction", 58.733,
        [
          "dijet3": 1702.0667, "dijet4": 74.6106, "dijet5": 57.5110, "atlasExponential4": 230.5204,
          "powerLaw4": 70.8205, "exponential6": 65.5644,
        ]
      ),
      (
        "cms_diphoton_EBEB_138fb_2405.09320.csv", nil, nil,
        [
          "dijet3": 129.2092, "dijet4": 129.1565, "dijet5": 127.2080, "atlasExponential4": 129.0024,
          "powerLaw4": 129.8086, "exponential6": 127.7047,
        ]
      ),
    ] as [(String, String?, Double?, [String: Double])])
  func `Fits of real spectra reach iminuit's minimum`(
    file: String, published: String?, chi2: Double?, deviances: [String: Double]
  ) throws {
    let spectrum = try PublishedSpectrum(
      reading: try #require(Self.folder).appending(path: file).path,
      columns: SpectrumColumns(reference: published))
    let functions = try deviances.keys.sorted().map { try #require(SpectrumFunction(rawValue: $0)) }
    let result = try SpectrumFitting(.first, functions: functions)(spectrum)
    #expect(result.fits.count == deviances.count)
    for fit in result.fits {
      let reference = try #require(deviances[fit.function])
      #expect(abs(fit.deviance - reference) < 0.01, "\(fit.function)")
    }
    if let chi2 {
      #expect(abs(try #require(result.published).chi2 - chi2) < 0.01)
    } else {
      #expect(result.published == nil)
    }
  }
}

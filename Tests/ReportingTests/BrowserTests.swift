import Foundation
import Reporting
import ResonanceSearch
import Testing

/// The page in a real browser; needs `chromium` and a minute.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["OVERDENSITY_SLOW"] != nil),
  .enabled(if: chromium != nil, "chromium is not on the PATH"), .serialized)
struct BrowserTests {
  @Test(arguments: [400, 1200], [SyntheticRecord(), SyntheticRecord(blind: true)])
  func `The page fits its window and the console stays silent`(
    width: Int, synthetic: SyntheticRecord
  ) throws {
    let page = ReportPage(synthetic.make())
    try expectFit(page.html(), figures: page.figures.count, width: width)
  }

  @Test(arguments: [400, 1200])
  func `The page of a test against a reference fits its window`(width: Int) throws {
    var synthetic = SyntheticNPLM(testStatistic: 800, count: 40)
    synthetic.warnings = [
      "A sentence of a length that no window can hold in a single line of text."
    ]
    let page = NPLMPage(try synthetic.make())
    try expectFit(page.html(), figures: page.figures.count, width: width)
  }

  private func expectFit(_ html: String, figures: Int, width: Int) throws {
    let folder = try TemporaryFolder(isKept: false)
    // The page itself runs nothing: the probe is added here. It lies in a frame, because a
    // window of the browser is never narrower than 500 pixels.
    let probe = """
      <script>addEventListener('load', () => {
        document.querySelectorAll('details').forEach(d => d.open = true);
        const page = document.documentElement;
        const wide = [...document.querySelectorAll('main *')].filter(e =>
          !e.closest('.scroll, pre, svg') && e.getBoundingClientRect().right > innerWidth + 1);
        parent.postMessage([innerWidth, page.scrollWidth, page.clientWidth, wide.length,
          document.querySelectorAll('figure svg').length].join(' '), '*');
      })</script></body>
      """
    try Data(html.replacing("</body>", with: probe).utf8)
      .write(to: folder.url.appending(path: "report.html"))
    let frame = """
      <!doctype html><body><script>addEventListener('message', e =>
        document.body.setAttribute('data-probe', e.data))</script>
      <iframe src="report.html" style="width: \(width)px; height: 800px; border: 0"></iframe>
      """
    let file = folder.url.appending(path: "frame.html")
    try Data(frame.utf8).write(to: file)
    let run = try browse(["--window-size=1400,900", "--dump-dom", file.absoluteString])
    #expect(!run.errors.contains("CONSOLE"), "\(run.errors)")
    let match = try #require(run.output.firstMatch(of: /data-probe="([0-9 ]+)"/))
    let numbers = match.1.split(separator: " ").compactMap { Int($0) }
    try #require(numbers.count == 5)
    #expect(numbers[0] == width)
    #expect(numbers[1] <= numbers[2], "the page scrolls sideways")
    #expect(numbers[3] == 0, "something reaches out of the window")
    #expect(numbers[4] == figures)
  }

  @Test func `On paper every window is unfolded`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let record = SyntheticRecord().make()
    let file = folder.url.appending(path: "report.html")
    try Data(ReportPage(record).html().utf8).write(to: file)
    let pdf = folder.url.appending(path: "report.pdf")
    _ = try browse(["--no-pdf-header-footer", "--print-to-pdf=\(pdf.path)", file.absoluteString])
    let text = String(decoding: try Data(contentsOf: pdf), as: UTF8.self)
    let pages = text.matches(of: /\/Type\s*\/Page\b/).count
    // A page for each window, and what comes before and after.
    #expect(pages >= record.result.windows.count + 2)
    #expect(pages <= record.result.windows.count + 5)
  }

  @Test func `The page is drawn`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let file = folder.url.appending(path: "report.html")
    try Data(ReportPage(SyntheticRecord().make()).html().utf8).write(to: file)
    let picture = folder.url.appending(path: "report.png")
    _ = try browse([
      "--window-size=400,2000", "--screenshot=\(picture.path)", file.absoluteString,
    ])
    // An empty page compresses to a few kilobytes.
    #expect(try Data(contentsOf: picture).count > 50_000)
  }

  private func browse(_ arguments: [String]) throws -> (output: String, errors: String) {
    let folder = try TemporaryFolder(isKept: false)
    let process = Process()
    process.executableURL = chromium
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        "--user-data-dir=\(folder.url.appending(path: "profile").path)",
      ] + arguments
    // Through files: a page is larger than a pipe holds.
    let output = folder.url.appending(path: "output")
    let errors = folder.url.appending(path: "errors")
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return (
      try String(contentsOf: output, encoding: .utf8),
      String(decoding: try Data(contentsOf: errors), as: UTF8.self)
    )
  }
}

private let chromium: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
  .split(separator: ":").flatMap { folder in
    ["chromium", "chromium-browser", "google-chrome"].map { "\(folder)/\($0)" }
  }
  .first { FileManager.default.isExecutableFile(atPath: $0) }
  .map { URL(filePath: $0) }

import Foundation
import Reporting
import ResonanceSearch
import Testing

struct PageTests {
  @Test func `The page loads nothing and runs nothing`() {
    let html = ReportPage(SyntheticRecord().make()).html()
    for forbidden in ["<script", "src=", "@import", "url(http", "<link rel=\"stylesheet"] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
  }

  @Test func `Ids on the page are unique and links within it lead somewhere`() {
    let html = ReportPage(SyntheticRecord().make()).html()
    let ids = html.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for link in html.matches(of: /href="#([^"]+)"/) {
      #expect(ids.contains(String(link.1)))
    }
  }

  @Test func `Only the best window is unfolded`() {
    let record = SyntheticRecord().make()
    let html = ReportPage(record).html()
    let best = record.result.bestExcess?.window ?? -1
    #expect(html.matches(of: /<details id="window-(\d+)" open>/).map { Int($0.1) } == [best])
    #expect(html.matches(of: /<details\s/).count == record.result.windows.count)
  }

  @Test func `Uncalibrated p-values are explained, calibrated ones are not`() {
    var record = SyntheticRecord().make()
    #expect(ReportPage(record).html().contains("Not calibrated."))
    #expect(ReportPage(record).html().contains("small ones come up too often"))
    record.result.calibrated = true
    #expect(!ReportPage(record).html().contains("ot calibrated"))
    #expect(!ReportPage(record).html().contains("ominal"))
  }

  @Test func `A failed fit shows its remark and none of its numbers`() throws {
    var record = SyntheticRecord(failed: [[0, 1]]).make()
    // Numbers that must not be quoted.
    record.result.windows[0].efficiencies[0].expected = 987_654
    record.result.windows[0].efficiencies[0].localSignificance = 9.87
    record.result.windows[0].efficiencies[0].log10LocalPValue = -22
    let html = ReportPage(record).html()
    #expect(html.contains("Not quoted: dijet4 &amp; dijet3: no minimum after 200 iterations"))
    #expect(html.contains("1 of 40 counts is not quoted:"))
    #expect(!html.contains("987654"))
    #expect(!html.contains(">9.9<"))
  }

  @Test func `A blind page shows no count of a signal region`() throws {
    let record = SyntheticRecord(blind: true).make()
    let html = ReportPage(record).html()
    #expect(html.contains("The search is blind"))
    #expect(html.matches(of: /withheld<\/span><\/td>/).count == 40)
    #expect(html.contains("6743"), "the expected count stays")
  }

  @Test func `Text from outside is escaped`() {
    var record = SyntheticRecord(label: "<b>&").make()
    record.plan.yaml = "label: \"<b>&\"\n"
    record.plan.command = "overdensity search '<in>.h5'"
    record.result.input.name = "<in>.h5"
    let html = ReportPage(record).html(remarks: ["<remark>"])
    #expect(!html.contains("<b>&\""))
    #expect(html.contains("label: &quot;&lt;b&gt;&amp;&quot;"))
    #expect(html.contains("overdensity search &#39;&lt;in&gt;.h5&#39;"))
    #expect(html.contains("&lt;remark&gt;"))
  }

  @Test func `The page says where it comes from and how to make it again`() {
    let html = ReportPage(SyntheticRecord().make()).html()
    for needle in [
      "https://arxiv.org/abs/1902.02634", "20261121", "avx2", "0af10af1", "5e5e5e", "0.1.0",
      "overdensity search demo.h5 --output run/ --seed 20261121", "In the fit range", "90.21 %",
      "Training", "41.5",
    ] {
      #expect(html.contains(needle), "\(needle)")
    }
  }
}

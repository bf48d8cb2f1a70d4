import Datasets
import Evaluation
import EventFiles
import Foundation
import TestSupport
import Testing

struct RawEventReaderTests {
  /// Event i has i + 1 particles of pT 100 + particle.
  func values(events: Int, columns: Int) -> [Double] {
    var values = [Double](repeating: 0, count: events * columns)
    for event in 0..<events {
      for particle in 0...event {
        values[event * columns + 3 * particle] = 100 + Double(particle)
        values[event * columns + 3 * particle + 1] = 0.5
        values[event * columns + 3 * particle + 2] = -0.25
      }
      if columns == 2101 { values[event * columns + 2100] = event % 2 == 0 ? 1 : 0 }
    }
    return values
  }

  @Test(arguments: [2100, 2101])
  func `Both layouts are read by slices`(columns: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/raw.h5"
      try writeNumberedFrame(
        values(events: 5, columns: columns), rows: 5, columns: columns, to: path)
      #expect(try detectKind(of: path) == .particles(rows: 5, columns: columns))
      let reader = try RawEventReader(reading: path)
      #expect(reader.count == 5)
      #expect(reader.hasLabels == (columns == 2101))
      let events = try reader.read(rows: 3..<5)
      #expect(events.count == 2)
      #expect(events[1].count == 2100)
      #expect(Array(events[1].prefix(3)) == [100, 0.5, -0.25])
      #expect(events[1].filter { $0 >= 100 }.count == 5)
      let labels = columns == 2101 ? [true, false, true, false, true] : nil
      #expect(try reader.truthLabels()?.isSignal == labels)
      let summary = try inspect(path)
      #expect(summary.multiplicity?.minimum == 1)
      #expect(summary.multiplicity?.maximum == 5)
      #expect(summary.multiplicity?.mean == 3)
      #expect(summary.signalCount == (columns == 2101 ? 3 : nil))
      #expect(summary.columns[0].maximum == 104)
      #expect(summary.dijetMassSpectrum == nil)
    }
  }

  @Test func `Any other number of columns is named with what is expected`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/raw.h5"
      try writeNumberedFrame([Double](repeating: 0, count: 30), rows: 3, columns: 10, to: path)
      let error = #expect(throws: FileError.self) { try RawEventReader(reading: path) }
      #expect(
        error?.description
          == "\(path): '/df' has shape 3 x 10 where N x 2101 (700 x (pT, eta, phi) and the label) "
          + "or N x 2100 (no label) is expected")
    }
  }

  @Test(arguments: [(0, Double.nan), (1, .infinity), (2, .nan), (0, -1)])
  func `A particle that cannot be is named`(quantity: Int, value: Double) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/raw.h5"
      var numbers = values(events: 4, columns: 2101)
      numbers[2 * 2101 + 3 + quantity] = value
      try writeNumberedFrame(numbers, rows: 4, columns: 2101, to: path)
      let reader = try RawEventReader(reading: path)
      _ = try reader.read(rows: 0..<2)
      let error = #expect(throws: DatasetError.self) { try reader.read(rows: 1..<4) }
      guard case .badParticle(path, 2, 1, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let summary = try inspect(path)
      let defects = summary.columns.map { $0.notANumberCount + $0.infiniteCount }
      #expect(defects.reduce(0, +) == (value.isFinite ? 0 : 1))
    }
  }

  @Test func `Features are not particles, and particles are not features`() throws {
    try withTemporaryFolder { folder in
      try writeAtomically("mjj\n3000\n", to: folder + "/a.csv")
      #expect(throws: DatasetError.featuresNotParticles(file: folder + "/a.csv")) {
        try RawEventReader(reading: folder + "/a.csv")
      }
      let raw = folder + "/raw.h5"
      try writeNumberedFrame(values(events: 1, columns: 2100), rows: 1, columns: 2100, to: raw)
      #expect(throws: DatasetError.particlesNotFeatures(file: raw)) { try readEvents(at: raw) }
    }
  }
}

struct EventSummaryTests {
  @Test func `Ranges, means, defects and the spectrum`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.csv"
      try writeAtomically(
        "mjj,mj1,label\n1000,10,0\n2000,nan,1\n8000,inf,0\n4000,30,0\n", to: path)
      let summary = try inspect(path, bins: 2)
      #expect(summary.rows == 4)
      #expect(summary.columns.map(\.name) == ["mjj", "mj1"])
      #expect(summary.columns[0].mean == 3750)
      #expect(summary.columns[1].minimum == 10)
      #expect(summary.columns[1].maximum == 30)
      #expect(summary.columns[1].notANumberCount == 1)
      #expect(summary.columns[1].infiniteCount == 1)
      #expect(summary.signalCount == 1)
      #expect(summary.backgroundCount == 3)
      // The two whole events, 1000 and 4000 GeV.
      #expect(summary.dijetMassSpectrum?.counts == [1, 1])
    }
  }
}

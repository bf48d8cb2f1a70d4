import Datasets
import EventFiles
import EventModel
import Evaluation
import Foundation
import TestSupport
import Testing

struct ReadEventsTests {
  /// Two events, 2500 and 3000 GeV back to back, as CSV.
  static let columns = "pxj1,pyj1,pzj1,mj1,pxj2,pyj2,pzj2,mj2,label\n"
  static let rows = "1250,0,0,0,-1250,0,0,0,0\n0,1500,0,0,0,-1500,0,0,1\n"

  func events(csv: String, options: ReadOptions = ReadOptions()) throws -> LabelledEvents {
    try withTemporaryFolder { folder in
      try writeAtomically(csv, to: folder + "/events.csv")
      return try readEvents(at: folder + "/events.csv", options: options)
    }
  }

  @Test func `The truth label is no column of the events`() throws {
    let events = try events(csv: Self.columns + Self.rows)
    #expect(events.truth?.isSignal == [false, true])
    #expect(events.events["label"] == nil)
    #expect(events.events.names.count == 8)
    #expect(try events.events.dijetMass() == [2500, 3000])
    #expect(events.description.rows == 2)
    #expect(events.description.name == "events.csv")
  }

  @Test func `A label under another name, a weight and a masterkey are found`() throws {
    let csv = "mjj,isSignal,w\n3000,1,0.5\n3100,0,2\n"
    let events = try events(
      csv: csv, options: ReadOptions(labelColumn: "isSignal", weightColumn: "w"))
    #expect(events.truth?.isSignal == [true, false])
    #expect(events.events.weights == [0.5, 2])
    #expect(events.events.names == ["mjj"])
    try withTemporaryFolder { folder in
      try writeAtomically("mjj\n3000\n3100\n", to: folder + "/box.csv")
      try writeAtomically("0\n1.0\n", to: folder + "/box.masterkey")
      let options = ReadOptions(masterkey: folder + "/box.masterkey")
      let box = try readEvents(at: folder + "/box.csv", options: options)
      #expect(box.truth?.isSignal == [false, true])
      try writeAtomically("0\n1\n0\n", to: folder + "/box.masterkey")
      #expect(
        throws: DatasetError.labelCountMismatch(
          file: folder + "/box.masterkey", labels: 3, events: 2)
      ) { try readEvents(at: folder + "/box.csv", options: options) }
    }
  }

  @Test func `No label column is an error where labels are needed, and only there`() throws {
    let csv = "mjj,mj1\n3000,100\n"
    #expect(try events(csv: csv).truth == nil)
    let error = #expect(throws: DatasetError.self) {
      try events(csv: csv, options: ReadOptions(requiresLabels: true))
    }
    #expect(error?.description.contains("no column 'label' among mjj mj1") == true)
    let wrong = #expect(throws: DatasetError.self) {
      try events(csv: csv, options: ReadOptions(labelColumn: "mj2"))
    }
    #expect(wrong?.description.contains("the nearest names are 'mj1'") == true)
  }

  @Test func `A label of 2 is an error`() throws {
    let error = #expect(throws: DatasetError.self) { try events(csv: "mjj,label\n3000,2\n") }
    #expect(error?.description.contains("the truth label in row 0 is 2.0") == true)
  }

  @Test(arguments: ["nan", "inf", "-inf"])
  func `A value that is not finite is named by column and row`(value: String) throws {
    let error = #expect(throws: DatasetError.self) {
      try events(csv: "mjj,tau1j1\n3000,1\n3100,\(value)\n")
    }
    guard case .badEvents(_, .notFinite("tau1j1", 1, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `A negative mass is named by column and row, rounding is not an error`() throws {
    let error = #expect(throws: DatasetError.self) {
      try events(csv: "mjj,mj2\n3000,1\n3100,-5\n")
    }
    guard case .badEvents(_, .negativeMass("mj2", 1, -5)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try events(csv: "mjj,mj2\n3000,-3e-8\n").events.count == 1)
  }

  @Test func `A negative weight is an error`() throws {
    #expect(throws: DatasetError.self) { try events(csv: "mjj,weight\n3000,-1\n") }
  }

  @Test func `A table without events is an error`() throws {
    let error = #expect(throws: DatasetError.self) { try events(csv: "mjj,mj1\n") }
    #expect(error?.description.hasSuffix("holds no events") == true)
  }

  @Test func `Masses in TeV are refused with the remedy, and read when declared`() throws {
    let csv = "mjj,lighterJetMass,jetMassDifference,lighterJetTau21\n3.5,0.1,0.4,0.3\n"
    let error = #expect(throws: DatasetError.self) { try events(csv: csv) }
    #expect(error?.description.contains("--units tev") == true)
    let read = try events(csv: csv, options: ReadOptions(units: .tev)).events
    #expect(read["mjj"] == [3500])
    #expect(read["lighterJetMass"] == [100])
    #expect(read["jetMassDifference"] == [400])
    #expect(read["heavierJetMass"] == [500])
    #expect(read["lighterJetTau21"] == [0.3])
  }

  @Test func `Masses in GeV that are declared as TeV are refused`() throws {
    let error = #expect(throws: DatasetError.self) {
      try events(csv: "mjj\n3500\n", options: ReadOptions(units: .tev))
    }
    #expect(error?.description.contains("leave --units tev out") == true)
  }

  @Test func `Names of other layouts are known`() throws {
    let events = try events(
      csv: "pT_j1,m_j1,eta_j1,phi_j1,tau_21_j1,nhadrons_j1,pT_j2,m_j2,eta_j2,phi_j2,tau_21_j2,"
        + "m_jj\n1500,500,0,0,0.25,40,1500,100,0,3.141592653589793,0.75,3170\n"
    ).events
    #expect(events["pxj1"] == [1500])
    #expect(events["nj1"] == [40])
    #expect(try events.values(of: .heavierJetMass) == [500])
    #expect(try events.values(of: .heavierJetTau21) == [0.25])
    #expect(try events.values(of: .lighterJetTau21) == [0.75])
    // From the four-momenta, not from the column m_jj.
    let energies: [Double] = [500, 100].map { (1500 * 1500 + $0 * $0).squareRoot() }
    let expected = energies[0] + energies[1]
    #expect(abs(try events.dijetMass()[0] - expected) < 1e-9)
  }

  @Test func `Our own file gives back what was written`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/features.h5"
      try FeatureFile(
        columns: [("mjj", [3000, 3100]), ("mj1", [1, 2])], weights: [1, 2], labels: [1, 0],
        identifiers: [10, 20]
      ).write(to: path)
      #expect(try detectKind(of: path) == .overdensityFeatures)
      let read = try readEvents(at: path)
      #expect(read.events.names == ["mjj", "mj1"])
      #expect(read.events.weights == [1, 2])
      #expect(read.events.identifiers == [10, 20])
      #expect(read.truth?.isSignal == [true, false])
      #expect(try read.description.sha256 == sha256(ofFile: path))
    }
  }

  @Test func `A NumPy table needs names, as many as it has columns`() throws {
    try withTemporaryFolder { folder in
      // A header as NumPy writes it (version 1, padded to 64 bytes), then 2 x 2 numbers.
      let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }"
      let padded = header.padding(toLength: 117, withPad: " ", startingAt: 0) + "\n"
      var bytes = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]) + Data(padded.utf8)
      for value in [3000.0, 1, 3100, 0] {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
      }
      let path = folder + "/table.npy"
      try bytes.write(to: URL(fileURLWithPath: path))
      #expect(throws: DatasetError.namesNeeded(file: path, columns: 2)) {
        try readEvents(at: path)
      }
      #expect(throws: DatasetError.wrongNameCount(file: path, names: 1, columns: 2)) {
        try readEvents(at: path, options: ReadOptions(columns: ["mjj"]))
      }
      let read = try readEvents(at: path, options: ReadOptions(columns: ["mjj", "label"]))
      #expect(read.events["mjj"] == [3000, 3100])
      #expect(read.truth?.isSignal == [true, false])
    }
  }

  @Test func `A text under the name of an HDF5 file is not HDF5`() throws {
    try withTemporaryFolder { folder in
      try writeAtomically("mjj\n3000\n", to: folder + "/events.h5")
      #expect(throws: FileError.notHDF5(file: folder + "/events.h5")) {
        try readEvents(at: folder + "/events.h5")
      }
    }
    #expect(throws: FileError.notFound(file: "/no/such.h5")) { try readEvents(at: "/no/such.h5") }
  }

  @Test func `Every dimensionful column is scaled, and no other`() {
    let scaled = [
      "mjj", "pxj1", "pyj2", "pzj3", "ptj1", "ej2", "mj1", "tau1j1", "tau4j2", "tau1beta2j1",
      "heavierJetMass", "jetMassDifference",
    ]
    let kept = ["etaj1", "phij1", "nj1", "npart", "heavierJetTau21", "leadingJetScaledMass", "mj4"]
    for name in scaled { #expect(isDimensionful(column: name), "\(name)") }
    for name in kept { #expect(!isDimensionful(column: name), "\(name)") }
  }
}

/// On others' files, which the project does not ship.
@Suite(
  .enabled(
    if: publicData != nil, "OVERDENSITY_DATA names no folder, so public files are not read"))
struct PublicFilesTests {
  let folder = publicData ?? ""

  @Test func `The R&D signal region of the CATHODE repository`() throws {
    let options = ReadOptions(
      units: .tev,
      columns: [
        "mjj", "lighterJetMass", "jetMassDifference", "lighterJetTau21", "heavierJetTau21", "label",
      ])
    let train = try readEvents(
      at: folder + "/public/lhco/innerdata_train.npy", options: options)
    let test = try readEvents(at: folder + "/public/lhco/innerdata_test.npy", options: options)
    let signal = (train.truth?.signalCount ?? 0) + (test.truth?.signalCount ?? 0)
    let background = (train.truth?.backgroundCount ?? 0) + (test.truth?.backgroundCount ?? 0)
    #expect(signal == 772)
    #expect(background == 121_352)
    let masses = try train.events.dijetMass()
    #expect(masses.allSatisfy { (3_300...3_700).contains($0) })
  }

  @Test func `Features in CSV of another package`() throws {
    let events = try readEvents(
      at: folder + "/public/lhco/benchtools_test_file_200ev_features.csv")
    #expect(events.events.count == 200)
    // Its own m_jj and ours from the jets agree.
    let own = try #require(events.events["mjj"])
    let computed = try events.events.dijetMass()
    #expect(zip(own, computed).allSatisfy { abs($0 - $1) < 0.01 * $0 })
  }

  @Test func `Our simulated background, the whole file`() throws {
    let events = try readEvents(at: folder + "/simulated/rnd_qcd.features.h5")
    #expect(events.events.count == 400_000)
    #expect(events.truth?.signalCount == 0)
    let own = try #require(events.events["mjj"])
    let computed = try events.events.dijetMass()
    #expect(zip(own, computed).allSatisfy { abs($0 - $1) < 0.01 })
  }

  /// Check values: 907 background and 93 signal events of 47 to 482 particles.
  @Test func `Real LHC Olympics events, compressed with blosc`() throws {
    let path = folder + "/public/lhco/events_anomalydetection_tiny.h5"
    let summary = try inspect(path)
    #expect(summary.rows == 1000)
    #expect(summary.signalCount == 93)
    #expect(summary.backgroundCount == 907)
    #expect(summary.multiplicity?.minimum == 47)
    #expect(summary.multiplicity?.maximum == 482)
    let reader = try RawEventReader(reading: path)
    #expect(try reader.truthLabels()?.signalCount == 93)
    #expect(try reader.read(rows: 990..<1000).count == 10)
  }
}

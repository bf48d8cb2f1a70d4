import Datasets
import Evaluation
import EventFiles
import EventModel
import Foundation
import JetPhysics
import Randomness
import TestSupport
import Testing

struct ClusteringTests {
  /// Two sprays of particles, back to back, an event.
  static func events(_ count: Int, columns: Int = 2101, particles: Int = 40) -> [Double] {
    var generator = Seed(7).makeGenerator()
    var values = [Double](repeating: 0, count: count * columns)
    for event in 0..<count {
      let direction = 6 * generator.uniform()
      for particle in 0..<particles {
        let side = particle % 2 == 0 ? direction : direction + .pi
        let place = event * columns + 3 * particle
        values[place] = 5 + 200 * generator.uniform()
        values[place + 1] = 0.8 * (generator.uniform() - 0.5)
        values[place + 2] = side + 0.8 * (generator.uniform() - 0.5)
      }
      if columns == 2101 { values[event * columns + 2100] = event % 3 == 0 ? 1 : 0 }
    }
    return values
  }

  @Test func `Every row's features are those of its particles, and its label stays with it`()
    throws
  {
    try withTemporaryFolder { folder in
      let values = Self.events(7)
      try writeNumberedFrame(values, rows: 7, columns: 2101, to: folder + "/raw.h5")
      var reported: [Int] = []
      let summary = try clusterRawFile(
        input: folder + "/raw.h5", output: folder + "/features.h5",
        progress: { finished, total in
          #expect(total == 7)
          reported.append(finished)
        })
      #expect(summary.events == 7 && summary.withoutDijet == 0 && summary.hasLabels)
      #expect(reported == [0, 7])
      let file = try FeatureFile(reading: folder + "/features.h5")
      #expect(file.columns.map(\.name) == DijetObservables.columns)
      #expect(file.labels == [1, 0, 0, 1, 0, 0, 1])
      #expect(file.sourceName == "raw.h5")
      for event in 0..<7 {
        let particles = try Particles(zeroPadded: values[event * 2101..<event * 2101 + 2100])
        let expected = try DijetObservables(particles).values
        #expect(file.columns.map { $0.values[event] } == expected)
      }
      // What the searches need can be computed from it.
      let read = try readEvents(at: folder + "/features.h5")
      let masses = try read.events.dijetMass()
      let column = try #require(read.events["mjj"])
      for (computed, stored) in zip(masses, column) { #expect(abs(computed - stored) < 1e-6) }
      #expect(read.truth?.signalCount == 3)
    }
  }

  @Test func `An event with fewer than two jets keeps its row and is counted`() throws {
    try withTemporaryFolder { folder in
      var values = Self.events(4, columns: 2100)
      for place in 2100..<4200 { values[place] = 0 }
      values[2100] = 300
      for place in 6300..<8400 { values[place] = 0 }
      try writeNumberedFrame(values, rows: 4, columns: 2100, to: folder + "/raw.h5")
      let summary = try clusterRawFile(input: folder + "/raw.h5", output: folder + "/features.h5")
      #expect(summary.withoutDijet == 2 && !summary.hasLabels)
      let file = try FeatureFile(reading: folder + "/features.h5")
      #expect(file.rowCount == 4 && file.labels == nil)
      let masses = try #require(file.columns.first { $0.name == "mjj" }).values
      #expect(masses.map { $0 > 0 } == [true, false, true, false])
      let momenta = try #require(file.columns.first { $0.name == "ptj1" }).values
      #expect(momenta[1] == 300 && momenta[3] == 0)
    }
  }

  @Test func `Labels of a black box come from its masterkey`() throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(
        Self.events(3, columns: 2100), rows: 3, columns: 2100, to: folder + "/box.h5")
      try writeAtomically("0\n1\n1\n", to: folder + "/key.txt")
      let options = ClusteringOptions(masterkey: folder + "/key.txt")
      _ = try clusterRawFile(
        input: folder + "/box.h5", output: folder + "/features.h5", options: options)
      #expect(try FeatureFile(reading: folder + "/features.h5").labels == [0, 1, 1])
      try writeAtomically("0\n1\n", to: folder + "/key.txt")
      #expect(throws: DatasetError.self) {
        try clusterRawFile(
          input: folder + "/box.h5", output: folder + "/other.h5", options: options)
      }
    }
  }

  @Test func `Processes do the same work: the same bytes for one, two and three`() throws {
    try withTemporaryFolder { folder in
      let rows = 1_700
      try writeNumberedFrame(Self.events(rows), rows: rows, columns: 2101, to: folder + "/raw.h5")
      let outputs = try (1...3).map { jobs in
        _ = try clusterRawFile(
          input: folder + "/raw.h5", output: folder + "/\(jobs).h5", jobs: jobs, worker: tool())
        return try Data(contentsOf: URL(fileURLWithPath: folder + "/\(jobs).h5"))
      }
      #expect(outputs[0] == outputs[1])
      #expect(outputs[0] == outputs[2])
    }
  }

  @Test(arguments: [1, 2])
  func `The first bad row is named, and nothing is left behind`(jobs: Int) throws {
    try withTemporaryFolder { folder in
      var values = Self.events(1_200)
      values[1_150 * 2101 + 4] = .nan
      values[700 * 2101 + 3] = -5
      try writeNumberedFrame(values, rows: 1_200, columns: 2101, to: folder + "/raw.h5")
      try writeAtomically("old", to: folder + "/features.h5")
      let error = #expect(throws: (any Error).self) {
        try clusterRawFile(
          input: folder + "/raw.h5", output: folder + "/features.h5", jobs: jobs, worker: tool())
      }
      #expect("\(try #require(error))".contains("particle 1 of event 700"))
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.sorted() == ["features.h5", "raw.h5"])
      #expect(try String(contentsOfFile: folder + "/features.h5", encoding: .utf8) == "old")
    }
  }

  @Test func `An event whose particles are out of range is named`() throws {
    try withTemporaryFolder { folder in
      var values = Self.events(3)
      values[2101 + 1] = 400
      try writeNumberedFrame(values, rows: 3, columns: 2101, to: folder + "/raw.h5")
      let error = #expect(throws: ClusteringFailure.self) {
        try clusterRawFile(input: folder + "/raw.h5", output: folder + "/features.h5")
      }
      #expect("\(try #require(error))".contains("event 1: particle 0 has pT"))
    }
  }

  @Test func `A bad label is named with its row in the file`() throws {
    try withTemporaryFolder { folder in
      var values = Self.events(602)
      values[601 * 2101 + 2100] = 3
      try writeNumberedFrame(values, rows: 602, columns: 2101, to: folder + "/raw.h5")
      let error = #expect(throws: DatasetError.self) {
        try clusterRawFile(input: folder + "/raw.h5", output: folder + "/features.h5")
      }
      #expect("\(try #require(error))".contains("row 601 is 3"))
    }
  }

  @Test(arguments: [
    ("exit 3", "ended with status 3"), ("kill -KILL $$", "was killed by signal 9"),
    ("echo I do not know what you want of me; sleep 9", "does not speak"),
  ])
  func `A worker that dies or talks nonsense is an error that names its rows`(
    script: String, words: String
  ) throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(Self.events(600), rows: 600, columns: 2101, to: folder + "/raw.h5")
      let error = #expect(throws: ClusteringFailure.self) {
        try clusterRawFile(
          input: folder + "/raw.h5", output: folder + "/features.h5", jobs: 2,
          worker: ClusteringWorkerProgram(executable: "/bin/sh", arguments: ["-c", script]))
      }
      let text = "\(try #require(error))"
      #expect(text.contains("rows 0 to 499") && text.contains(words))
      #expect(!FileManager.default.fileExists(atPath: folder + "/features.h5"))
    }
  }

  @Test func `A program that is not there cannot be a worker`() throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(Self.events(600), rows: 600, columns: 2101, to: folder + "/raw.h5")
      let error = #expect(throws: ClusteringFailure.self) {
        try clusterRawFile(
          input: folder + "/raw.h5", output: folder + "/features.h5", jobs: 2,
          worker: ClusteringWorkerProgram(executable: folder + "/absent", arguments: []))
      }
      #expect("\(try #require(error))".contains("No such file"))
    }
  }

  @Test(arguments: [1, 2])
  func `Cancelling ends the work without a file`(jobs: Int) throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(Self.events(1_200), rows: 1_200, columns: 2101, to: folder + "/raw.h5")
      var asked = 0
      #expect(throws: CancellationError.self) {
        try clusterRawFile(
          input: folder + "/raw.h5", output: folder + "/features.h5", jobs: jobs, worker: tool(),
          isCancelled: {
            asked += 1
            return asked > 2
          })
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["raw.h5"])
    }
  }

  @Test func `An output that cannot be written is an error before any work`() throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(Self.events(1), rows: 1, columns: 2101, to: folder + "/raw.h5")
      let error = #expect(throws: FileError.self) {
        try clusterRawFile(input: folder + "/raw.h5", output: folder + "/absent/features.h5")
      }
      #expect("\(try #require(error))".contains("No such file or directory"))
    }
  }

  @Test func `Devices and folders are not replaced by a file`() throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(Self.events(1), rows: 1, columns: 2101, to: folder + "/raw.h5")
      _ = try clusterRawFile(input: folder + "/raw.h5", output: "/dev/null")
      let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
      #expect(kind as? FileAttributeType == .typeCharacterSpecial)
      let full = #expect(throws: FileError.self) {
        try clusterRawFile(input: folder + "/raw.h5", output: "/dev/full")
      }
      #expect("\(try #require(full))".contains("No space left"))
      #expect(throws: FileError.notWritable(file: folder, reason: "Is a directory")) {
        try clusterRawFile(input: folder + "/raw.h5", output: folder)
      }
    }
  }

  @Test func `What a killed program left is removed`() throws {
    try withTemporaryFolder { folder in
      try writeNumberedFrame(Self.events(1), rows: 1, columns: 2101, to: folder + "/raw.h5")
      // Process numbers end at 4,194,304: nobody has this one.
      try writeAtomically("half", to: folder + "/.features.h5.5000000.partial")
      try writeAtomically("half", to: folder + "/.features.h5.\(getpid()).partial")
      _ = try clusterRawFile(input: folder + "/raw.h5", output: folder + "/features.h5")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.sorted() == ["features.h5", "raw.h5"])
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func `Ctrl-C, or worse, ends the tool and its workers without an output`(number: Int32) throws {
    try withTemporaryFolder { folder in
      let rows = 3_000
      try writeNumberedFrame(
        Self.events(rows, particles: 400), rows: rows, columns: 2101, to: folder + "/raw.h5")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: tool().executable)
      process.arguments = [
        "cluster", folder + "/raw.h5", "-o", folder + "/features.h5", "--jobs", "2", "--quiet",
      ]
      process.standardError = FileHandle.nullDevice
      try process.run()
      // The tool and two workers name the file.
      try wait { processes(mentioning: folder + "/raw.h5") == 3 }
      kill(process.processIdentifier, number)
      process.waitUntilExit()
      if number != SIGKILL {
        #expect(process.terminationStatus == 130)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(left == ["raw.h5"])
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/features.h5"))
      try wait { processes(mentioning: folder + "/raw.h5") == 0 }
    }
  }

  /// Waits for something that is bound to happen soon.
  func wait(until happens: () -> Bool) throws {
    for _ in 0..<3_000 {
      if happens() { return }
      usleep(10_000)
    }
    Issue.record("waited in vain")
  }

  func processes(mentioning path: String) -> Int {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { $0.allSatisfy(\.isNumber) }.count { entry in
      let file = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline") ?? Data()
      return String(decoding: file, as: UTF8.self).contains(path)
    }
  }

  @Test(
    .enabled(
      if: publicData != nil, "set OVERDENSITY_DATA to a folder with the LHC Olympics' tiny file"))
  func `Real LHC Olympics events come out the same with one and two processes`() throws {
    let path = try #require(publicData) + "/public/lhco/events_anomalydetection_tiny.h5"
    try withTemporaryFolder { folder in
      for jobs in [1, 2] {
        let summary = try clusterRawFile(
          input: path, output: folder + "/\(jobs).h5", jobs: jobs, worker: tool())
        #expect(summary == ClusteringSummary(events: 1_000, withoutDijet: 0, hasLabels: true))
      }
      let outputs = try [1, 2].map {
        try Data(contentsOf: URL(fileURLWithPath: folder + "/\($0).h5"))
      }
      #expect(outputs[0] == outputs[1])
      let events = try readEvents(at: folder + "/1.h5")
      #expect(events.truth?.signalCount == 93)
      let masses = try events.events.dijetMass()
      #expect(masses.allSatisfy { (1_500..<10_000).contains($0) })
    }
  }

  /// The tool that is built beside these tests.
  func tool() -> ClusteringWorkerProgram {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    return ClusteringWorkerProgram(
      executable: folder.appendingPathComponent("overdensity").path,
      arguments: ["cluster-worker"])
  }
}

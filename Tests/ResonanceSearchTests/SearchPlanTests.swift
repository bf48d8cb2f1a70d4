import AnomalyMethods
import EventModel
import Foundation
import Learners
import ResonanceSearch
import Testing

struct SearchPlanTests {
  @Test func `A plan that is written out reads back as itself`() throws {
    var plan = SearchPlan()
    plan.label = #"Quotes " and \ backslashes"#
    plan.luminosity = 139
    plan.method = .pca
    plan.mass.windows = [2, 3]
    plan.efficiencies = [1, 0.01]
    plan.network.hidden = [8, 4]
    plan.network.activations = [.leakyRelu, .tanh]
    plan.network.dropout = [0, 0.5]
    plan.network.metric = .areaUnderCurve
    plan.network.keepBestRestart = false
    plan.transform = .rankGaussian
    #expect(try SearchPlan(yaml: plan.yaml) == plan)
    plan.selection.maximumRapidityDifference = 1.2
    plan.selection.invertRapidityDifference = true
    plan.fit.procedure = .atlas
    plan.fit.folds = .simultaneous
    plan.fit.quality = .nearSidebands
    plan.fit.range = [2_000, 6_000]
    plan.fit.binWidth = 100
    plan.fit.sidebandStep = 200
    plan.mass.percentileSubdivisions = 4
    #expect(try SearchPlan(yaml: plan.yaml) == plan)
    plan.method = .tagNTrainInclusive
    plan.autoencoder.objects = .wholeEvent
    plan.autoencoder.combination = .both
    plan.autoencoder.members = 3
    plan.autoencoder.eventsPerMember = 700
    plan.autoencoder.hidden = [5, 2]
    plan.autoencoder.activations = [.leakyRelu, .linear]
    plan.autoencoder.leakySlope = 0.3
    plan.autoencoder.learningRate = 0.02
    plan.autoencoder.batchSize = 70
    plan.autoencoder.epochs = 4
    plan.autoencoder.validationParts = 6
    plan.autoencoder.patience = 2
    plan.tagNTrain.classifier = .network
    plan.tagNTrain.signalLike = [0.3]
    plan.tagNTrain.backgroundLike = [0.25]
    plan.tagNTrain.combination = .both
    #expect(try SearchPlan(yaml: plan.yaml) == plan)
    plan.fit.masks = [2_900..<3_600, 3_400..<4_100, 3_900..<4_600]
    plan.mass.edges = [2_000, 2_500, 3_000, 3_500, 4_000, 4_500, 5_000, 5_500]
    plan.mass.windows = nil
    plan.mass.signalRegionBins = 1
    let again = try SearchPlan(yaml: plan.yaml)
    #expect(again == plan)
    #expect(again.mass.edges == plan.mass.edges)
    #expect(again.digest == plan.digest)
  }

  @Test func `An empty plan is the default plan`() throws {
    #expect(try SearchPlan(yaml: "") == SearchPlan())
    #expect(try SearchPlan(yaml: "# nothing\n") == SearchPlan())
  }

  @Test(arguments: [
    (
      "transform: gauss",
      PlanError.outOfRange(
        key: "transform", line: 1, value: "gauss", allowed: "rank-gaussian")
    ),
    (
      "features: atlas\ntransform: rank-gaussian",
      PlanError.invalid(
        key: "transform", line: 2, reason: "features: atlas are percentiles already: set null")
    ),
    ("metod: pca", PlanError.unknownKey("metod", line: 1, nearest: "method")),
    (
      "mass:\n  bnis: 3",
      PlanError.unknownKey("mass.bnis", line: 2, nearest: "bins")
    ),
    ("sqrtS: fast", PlanError.wrongType(key: "sqrtS", line: 1, expected: "a number")),
    (
      "mass: 3",
      PlanError.wrongType(key: "mass", line: 1, expected: "a mapping of keys to values")
    ),
    (
      "efficiencies: 0.1",
      PlanError.wrongType(
        key: "efficiencies", line: 1, expected: "a list of numbers, such as [1, 2]")
    ),
    (
      "folds: {outer: 1}",
      PlanError.outOfRange(key: "folds.outer", line: 1, value: "1", allowed: "2 ... 255")
    ),
    (
      "method: magic",
      PlanError.outOfRange(
        key: "method", line: 1, value: "magic",
        allowed: MethodName.allCases.map(\.rawValue).joined(separator: ", "))
    ),
    (
      "mass: {windows: [12]}",
      PlanError.outOfRange(key: "mass.windows", line: nil, value: "12", allowed: "0 ... 9")
    ),
    (
      "selection: {maximumRapidityDifference: -1}",
      PlanError.outOfRange(
        key: "selection.maximumRapidityDifference", line: 1, value: "-1.0",
        allowed: "1e-06 ... 100.0")
    ),
    (
      "selection: {invertRapidityDifference: true}",
      PlanError.invalid(
        key: "selection.invertRapidityDifference", line: 1,
        reason: "needs maximumRapidityDifference, the cut to invert")
    ),
    (
      "fit: {procedure: magic}",
      PlanError.outOfRange(
        key: "fit.procedure", line: 1, value: "magic", allowed: "first, atlas")
    ),
    (
      "fit: {masks: [[3000]]}",
      PlanError.wrongType(
        key: "fit.masks", line: 1,
        expected: "a list of ranges, such as [[2500, 3600], [3000, 4300]]")
    ),
    (
      "autoencoder: {hidden: [4, 1, 4]}",
      PlanError.invalid(
        key: "autoencoder.activations", line: nil, reason: "has 7 values for 3 hidden layers")
    ),
    (
      "autoencoder: {validationParts: 1}",
      PlanError.outOfRange(
        key: "autoencoder.validationParts", line: 1, value: "1", allowed: "2 ... 1000")
    ),
    (
      "tagNTrain: {signalLike: [0.2]}",
      PlanError.invalid(
        key: "tagNTrain.backgroundLike", line: nil,
        reason: "has 2 values for 1 iterations of signalLike")
    ),
    (
      "tagNTrain: {signalLike: [0.2, 0.7]}",
      PlanError.invalid(
        key: "tagNTrain.signalLike", line: 1,
        reason: "and backgroundLike overlap: 0.7 and 0.4 are more than 1")
    ),
    ("seed: 1\nseed: 2", PlanError.notYAML(reason: "")),
  ])
  func `A wrong key, type or value is named`(yaml: String, expected: PlanError) throws {
    let error = #expect(throws: PlanError.self) { try SearchPlan(yaml: yaml) }
    if case .notYAML = expected {
      // The YAML library refuses repeated keys itself, or we do: either way with the key's name.
      #expect(error.map { "\($0)".contains("seed") } == true)
    } else {
      #expect(error == expected)
    }
  }

  @Test func `Restarts compete, or all of them count`() throws {
    func plan(_ keys: String) throws -> SearchPlan {
      try SearchPlan(
        yaml: "method: cwola-network\nnetwork: {innerFolds: 4, restarts: 3\(keys)}")
    }
    let best = try plan(", keepBestRestart: true, metric: efficiency").makeMethod()
    let all = try plan("").makeMethod()
    #expect(best.trainingsPerFit == 12 && all.trainingsPerFit == 12)
    let network = try #require(all as? CWoLa<NetworkClassifier>)
    #expect(network.ensemble.validation.memberCount == 12)
    #expect(network.ensemble.metric == .logLoss)
    let other = try #require(best as? CWoLa<NetworkClassifier>)
    #expect(other.ensemble.validation.memberCount == 4)
    #expect(other.ensemble.metric == .efficiency(atNegativeEfficiency: 0.01))
  }

  @Test(arguments: MethodName.allCases)
  func `Every method takes transformed features`(method: MethodName) throws {
    var plan = SearchPlan()
    plan.method = method
    let name = "\(type(of: plan.makeMethod()))"
    plan.transform = .rankGaussian
    #expect("\(type(of: plan.makeMethod()))" == "Transformed<\(name), RankGaussianLearner>")
  }

  @Test func `A window wider than all bins is refused`() throws {
    let error = #expect(throws: PlanError.self) {
      try SearchPlan(yaml: "mass: {bins: 6}")
    }
    #expect(error.map { "\($0)".contains("7 bins") } == true)
  }

  @Test func `A mass range above the collision energy is refused`() throws {
    #expect(throws: PlanError.self) { try SearchPlan(yaml: "sqrtS: 5000") }
  }

  /// Bins of 500 GeV in 2-5 TeV: four windows.
  static func binned(_ fit: String) -> String {
    "mass: {edges: [2000, 2500, 3000, 3500, 4000, 4500, 5000], signalRegionBins: 1, "
      + "sidebandBins: 1}\nfit: {\(fit)}"
  }

  @Test(arguments: [
    ("range: [2100, 5200], binWidth: 100", "fit.range", "hold the mass bins"),
    ("range: [5200, 1900], binWidth: 100", "fit.range", "hold the mass bins"),
    ("range: [1900, 5200]", "fit.range", "fit.binWidth"),
    ("range: [1900, 5250], binWidth: 100", "fit.binWidth", "no whole number of bins"),
    ("range: [1900, 13000], binWidth: 100", "fit.range", "above sqrtS"),
    ("masks: [[2400, 3100]]", "fit.masks", "1 ranges for 4 windows"),
    (
      "masks: [[2400, 3100], [2900, 3400], [3400, 4100], [3900, 4600]]", "fit.masks",
      "mask of window 1"
    ),
    (
      "masks: [[2000, 3100], [2900, 3600], [3400, 4100], [3900, 4600]]", "fit.masks",
      "leave a sideband"
    ),
  ])
  func `Fit ranges, bins and masks that do not go together are named`(
    fit: String, key: String, reason: String
  ) throws {
    let error = #expect(throws: PlanError.self) { try SearchPlan(yaml: Self.binned(fit)) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("'\(key)'") && text.contains(reason), "\(text)")
  }

  @Test func `The plans of the ATLAS search have its windows, bins and masks`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Plans")
    let plan = try SearchPlan(contentsOf: folder.appendingPathComponent("atlas-dijet.yaml"))
    let windows = try plan.windows().map(\.window)
    #expect(windows.count == 6)
    #expect(windows.first?.signalRegion == 2_280..<2_740)
    #expect(windows.last?.upperSideband == 6_810..<8_170)
    #expect(try plan.fitBinning().count == 64)
    #expect(plan.network.hidden == [64, 32, 8] && plan.features == .atlas)
    // Each signal region and about half of each neighbour.
    for (mask, window) in zip(try #require(plan.fit.masks), windows) {
      let (low, high) = (window.lowerSideband, window.upperSideband)
      #expect(abs(mask.lowerBound - (low.lowerBound + low.upperBound) / 2) < 50)
      #expect(abs(mask.upperBound - (high.lowerBound + high.upperBound) / 2) < 60)
    }
    let simulated = try SearchPlan(
      contentsOf: folder.appendingPathComponent("atlas-dijet-simulated.yaml"))
    #expect(try simulated.fitRange() == 2_700..<8_200)
    #expect(
      try simulated.windows().map { $0.window.signalRegion.lowerBound } == [3_280, 3_940, 4_730])
  }

  @Test func `The plans of the LHC Olympics have their methods' settings`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Plans")
    func plan(_ name: String) throws -> SearchPlan {
      try SearchPlan(contentsOf: folder.appendingPathComponent(name))
    }
    let autoencoders = try plan("lhco-4.2-autoencoder.yaml")
    #expect(autoencoders.method == .autoencoder)
    // Eight features a jet; the networks are those of the defaults.
    #expect(autoencoders.features.features.count == 16)
    var paper = SearchPlan.AutoencoderPlan()
    paper.combination = .both
    #expect(autoencoders.autoencoder == paper)
    #expect(autoencoders.makeMethod().trainingsPerFit == 40)
    let tagNTrain = try plan("lhco-4.3.yaml")
    #expect(tagNTrain.method == .tagNTrain)
    #expect(
      try tagNTrain.windows().map(\.window.signalRegion.lowerBound)
        == Array(stride(from: 3_000, through: 4_500, by: 250)))
    #expect(
      try tagNTrain.windows().allSatisfy {
        $0.window.signalRegion.upperBound - $0.window.signalRegion.lowerBound == 500
      })
    // Two jets: one autoencoder each, and two iterations of four networks.
    #expect(tagNTrain.makeMethod().trainingsPerFit == 2 * (1 + 2 * 4))
  }

  @Test func `Tag N' Train learns with the classifier that the plan names`() throws {
    var plan = try SearchPlan(
      yaml: "{method: tag-n-train, autoencoder: {members: 3}, trees: {members: 7}, "
        + "network: {innerFolds: 4, restarts: 5}}")
    #expect(plan.makeMethod().trainingsPerFit == 2 * (3 + 2 * 7))
    #expect(plan.makeMethod().dependsOnWindow)
    plan.tagNTrain.classifier = .network
    plan.method = .tagNTrainInclusive
    #expect(plan.makeMethod().trainingsPerFit == 2 * (3 + 2 * 20))
    #expect(!plan.makeMethod().dependsOnWindow)
  }

  @Test func `There are ten overlapping windows by default`() throws {
    let windows = try SearchPlan().windows()
    #expect(windows.map(\.index) == Array(0..<10))
    #expect(
      zip(windows, windows.dropFirst()).allSatisfy {
        $0.window.signalRegion.overlaps($1.window.signalRegion)
      })
  }
}

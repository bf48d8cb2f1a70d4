import AnomalyMethods
import EventModel
public import Foundation
import StatisticalInference

extension SearchPlan {
  /// Reads a plan file.
  ///
  /// - Throws: ``PlanError`` naming the key and its line.
  public init(contentsOf file: URL) throws(PlanError) {
    try self.init(yaml: PlanReader.text(of: file))
  }

  /// Reads a plan; keys that are absent keep their defaults.
  ///
  /// - Throws: ``PlanError`` naming the key and its line.
  public init(yaml: String) throws(PlanError) {
    try self.init(PlanReader(yaml: yaml))
  }

  init(_ root: PlanReader) throws(PlanError) {
    try root.expect(only: [
      "label", "sqrtS", "luminosity", "method", "features", "transform", "jetMassShift",
      "noiseFeatures",
      "selection", "mass", "folds", "efficiencies", "fit", "trees", "network", "saCWoLa",
      "reweighting", "pca", "neighbourRatio", "autoencoder", "tagNTrain",
    ])
    self.init()
    label = try root.text("label", default: label)
    sqrtS = try root.number("sqrtS", default: sqrtS, in: 1...1e7)
    luminosity = try root.optionalNumber("luminosity")
    method = try root.choice("method", default: method)
    features = try root.choice("features", default: features)
    transform = try root.optionalChoice("transform")
    if transform != nil, features == .atlas {
      throw root.invalid("transform", "features: atlas are percentiles already: set null")
    }
    jetMassShift = try root.number("jetMassShift", default: jetMassShift, in: 0...1)
    noiseFeatures = try root.integer(
      "noiseFeatures", default: noiseFeatures, in: 0...Feature.noise.count)
    efficiencies = try root.numbers("efficiencies", default: efficiencies, in: 1e-9...1)
    guard Set(efficiencies).count == efficiencies.count else {
      throw root.invalid("efficiencies", "an efficiency appears twice")
    }
    selection = try SelectionPlan(root.section("selection"))
    mass = try MassPlan(root.section("mass"))
    folds = try FoldPlan(root.section("folds"))
    fit = try FitPlan(root.section("fit"))
    trees = try TreePlan(root.section("trees"))
    network = try NetworkPlan(root.section("network"))
    saCWoLa = try SimulationAugmentedPlan(root.section("saCWoLa"))
    reweighting = try ReweightingPlan(root.section("reweighting"))
    pca = try PrincipalComponentPlan(root.section("pca"))
    neighbourRatio = try NeighbourPlan(root.section("neighbourRatio"))
    autoencoder = try AutoencoderPlan(root.section("autoencoder"))
    tagNTrain = try TagNTrainPlan(root.section("tagNTrain"))
    try checkWindows()
  }

  /// Writes the plan with every key.
  public var yaml: String {
    """
    # The plan of a search. Every key may be left out; this file shows all, with their values.
    # Masses and energies in GeV, luminosity in 1/fb.
    label: \(Self.quoted(label))
    sqrtS: \(Self.short(sqrtS))
    luminosity: \(luminosity.map(Self.short) ?? "null")
    # One of: \(MethodName.allCases.map(\.rawValue).joined(separator: ", "))
    method: \(method.rawValue)
    # One of: \(FeatureSet.allCases.map(\.rawValue).joined(separator: ", "))
    features: \(features.rawValue)
    # What features go through before a training, learned from its own events: rank-gaussian (the
    # normal deviate of the same percentile) or null (features: atlas are percentiles of their own).
    transform: \(transform?.rawValue ?? "null")
    # A dependence test: features see m_J + jetMassShift m_JJ as the mass of a jet (0.1 in papers).
    jetMassShift: \(Self.short(jetMassShift))
    # So many columns of noise, 0 to 10, are added to the features.
    noiseFeatures: \(noiseFeatures)
    # Cuts before everything else.
    selection:
      # |y1 - y2| of the two leading jets must be below this; null cuts nothing.
      maximumRapidityDifference: \(selection.maximumRapidityDifference.map(Self.short) ?? "null")
      # true takes the events at or above it instead: a validation region.
      invertRapidityDifference: \(selection.invertRapidityDifference)
    mass:
      # Either edges: [...], or so many log-spaced bins in a range.
    \(mass.edges.map { "  edges: \(Self.list($0))" }
      ?? "  range: \(Self.list(mass.range))\n  bins: \(mass.bins)")
      signalRegionBins: \(mass.signalRegionBins)
      sidebandBins: \(mass.sidebandBins)
      # Bins of the longer sidebands in which simulation is reweighted to the data; fewer where the
      # mass bins end.
      reweightingBins: \(mass.reweightingBins)
      # Parts of each mass bin with percentiles of their own (features: atlas). With 1 a jet mass that
      # grows with m_JJ still does so within a bin.
      percentileSubdivisions: \(mass.percentileSubdivisions)
      # all, or a list of window indices such as [3, 4]
      windows: \(mass.windows.map { "[\($0.map(String.init).joined(separator: ", "))]" } ?? "all")
    folds:
      outer: \(folds.outer)
      # cross: learn from all other folds; sequential: only from the folds before
      scheme: \(folds.scheme.rawValue)
    # Fractions of the events that the cuts keep; 1 is no cut.
    efficiencies: \(Self.list(efficiencies))
    fit:
      # first: the first function that describes the spectrum outside the mask; atlas: if none
      # does, both ends of the spectrum come nearer by sidebandStep until one does
      procedure: \(fit.procedure.rawValue)
      # merged: the selected events of all folds make one spectrum; simultaneous: each fold has its
      # spectrum and its background, and all share one signal and one p-value
      folds: \(fit.folds.rawValue)
      # Tried in this order until one describes the spectrum outside the signal region.
      functions: [\(fit.functions.map(\.rawValue).joined(separator: ", "))]
      # Of the chi2 in the fitted-bins, or in the halves of the window's sidebands next to the
      # signal region (near-sidebands).
      minimumPValue: \(Self.short(fit.minimumPValue))
      quality: \(fit.quality.rawValue)
      # The spectrum's range, null for that of the mass bins; events outside it are not used.
      range: \(fit.range.map(Self.list) ?? "null")
      # Width of the fit bins; null for so many subdivisions of each mass bin. A bin that holds an
      # end of the signal region is split there.
      binWidth: \(fit.binWidth.map(Self.short) ?? "null")
      subdivisions: \(fit.subdivisions)
      # Left out of the fit on each side of the signal region.
      maskMargin: \(Self.short(fit.maskMargin))
      # Left out instead: a list of ranges, one for each window of the mass bins, searched or not.
      masks: \(fit.masks.map(Self.list) ?? "null")
      # What each end of the spectrum loses at a time.
      sidebandStep: \(Self.short(fit.sidebandStep))
      # A function with fewer events for each of its parameters is tried last.
      minimumEventsPerParameter: \(Self.short(fit.minimumEventsPerParameter))
    # Used by cwola-trees, salad-trees, sa-cwola-trees, and by tag-n-train on request.
    trees:
      members: \(trees.members)
      # One part in so many validates.
      validationParts: \(trees.validationParts)
      maximumDepth: \(trees.maximumDepth)
      learningRate: \(Self.short(trees.learningRate))
      # Trees that are kept in any case: a weak signal does not show in the validation loss.
      minimumRounds: \(trees.minimumRounds)
      maximumRounds: \(trees.maximumRounds)
      patience: \(trees.patience)
      minimumChildWeight: \(Self.short(trees.minimumChildWeight))
      subsample: \(Self.short(trees.subsample))
      l2: \(Self.short(trees.l2))
      bins: \(trees.bins)
    # Used by cwola-network, salad-network, sa-cwola-network, and by tag-n-train on request.
    network:
      innerFolds: \(network.innerFolds)
      restarts: \(network.restarts)
      hidden: [\(network.hidden.map(String.init).joined(separator: ", "))]
      activations: [\(network.activations.map(\.rawValue).joined(separator: ", "))]
      # What leaky-relu lets through below zero.
      leakySlope: \(Self.short(network.leakySlope))
      dropout: \(Self.list(network.dropout))
      learningRate: \(Self.short(network.learningRate))
      beta1: \(Self.short(network.beta1))
      beta2: \(Self.short(network.beta2))
      decay: \(Self.short(network.decay))
      batchSize: \(network.batchSize)
      epochs: \(network.epochs)
      patience: \(network.patience)
      l2: \(Self.short(network.l2))
      # false: no early stopping, the last epoch is kept.
      keepBestEpoch: \(network.keepBestEpoch)
      # false: all restarts are kept, and their mean counts.
      keepBestRestart: \(network.keepBestRestart)
      # Epochs and restarts compete by efficiency (of the signal region, where metricEfficiency of the
      # sidebands passes), log-loss or area-under-curve.
      metric: \(network.metric.rawValue)
      metricEfficiency: \(Self.short(network.metricEfficiency))
    # Used by sa-cwola-trees and sa-cwola-network.
    saCWoLa:
      # Weight of the simulation in units of that of the data; 0 is CWoLa.
      penalty: \(Self.short(saCWoLa.penalty))
      # true reweights the simulation to the data first.
      isReweighted: \(saCWoLa.isReweighted)
    # The networks that reweight simulation: salad-trees, salad-network, and SA-CWoLa on request.
    reweighting:
      members: \(reweighting.members)
      # One part in so many validates.
      validationParts: \(reweighting.validationParts)
      hidden: [\(reweighting.hidden.map(String.init).joined(separator: ", "))]
      learningRate: \(Self.short(reweighting.learningRate))
      batchSize: \(reweighting.batchSize)
      epochs: \(reweighting.epochs)
      patience: \(reweighting.patience)
    # Used by pca.
    pca:
      components: \(pca.components)
    # Used by neighbour-ratio.
    neighbourRatio:
      # The distance to which neighbour measures a density.
      neighbour: \(neighbourRatio.neighbour)
    \(autoencoder.yaml)
    \(tagNTrain.yaml)

    """
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  static func list(_ values: [Double]) -> String {
    "[" + values.map(short).joined(separator: ", ") + "]"
  }

  private static func list(_ ranges: [Range<Double>]) -> String {
    "[" + ranges.map { list($0.bounds) }.joined(separator: ", ") + "]"
  }
}

extension SearchPlan.SelectionPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["maximumRapidityDifference", "invertRapidityDifference"])
    self.init()
    maximumRapidityDifference = try reader.optionalNumber(
      "maximumRapidityDifference", in: 1e-6...100)
    invertRapidityDifference = try reader.flag(
      "invertRapidityDifference", default: invertRapidityDifference)
    if invertRapidityDifference, maximumRapidityDifference == nil {
      throw reader.invalid(
        "invertRapidityDifference", "needs maximumRapidityDifference, the cut to invert")
    }
  }
}

extension SearchPlan.MassPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: [
      "edges", "range", "bins", "signalRegionBins", "sidebandBins", "reweightingBins",
      "percentileSubdivisions", "windows",
    ])
    self.init()
    if reader.has("edges") {
      edges = try reader.numbers("edges", default: [], in: 1...1e7)
      for key in ["range", "bins"] where reader.has(key) {
        throw reader.invalid(key, "give either edges, or range and bins")
      }
    }
    range = try reader.numbers("range", default: range, in: 1...1e7)
    bins = try reader.integer("bins", default: bins, in: 1...10_000)
    signalRegionBins = try reader.integer(
      "signalRegionBins", default: signalRegionBins, in: 1...1_000)
    sidebandBins = try reader.integer("sidebandBins", default: sidebandBins, in: 1...1_000)
    reweightingBins = try reader.integer("reweightingBins", default: reweightingBins, in: 0...1_000)
    percentileSubdivisions = try reader.integer(
      "percentileSubdivisions", default: percentileSubdivisions, in: 1...1_000)
    if reader.has("windows"), (try? reader.text("windows", default: "")) != "all" {
      windows = try reader.integers("windows", default: [], in: 0...10_000)
    }
  }
}

extension SearchPlan.FoldPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["outer", "scheme"])
    self.init()
    outer = try reader.integer("outer", default: outer, in: 2...255)
    scheme = try reader.choice("scheme", default: scheme)
  }
}

extension SearchPlan.FitPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: [
      "procedure", "folds", "functions", "minimumPValue", "quality", "range", "binWidth",
      "subdivisions", "maskMargin", "masks", "sidebandStep", "minimumEventsPerParameter",
    ])
    self.init()
    procedure = try reader.choice("procedure", default: procedure)
    folds = try reader.choice("folds", default: folds)
    quality = try reader.choice("quality", default: quality)
    range = try reader.optionalNumbers("range", in: 1...1e7)
    binWidth = try reader.optionalNumber("binWidth", in: 1e-3...1e7)
    masks = try reader.optionalRanges("masks", in: 1...1e7)
    sidebandStep = try reader.number("sidebandStep", default: sidebandStep, in: 1...1e6)
    functions = try reader.choices("functions", default: functions)
    minimumPValue = try reader.number("minimumPValue", default: minimumPValue, in: 0...1)
    subdivisions = try reader.integer("subdivisions", default: subdivisions, in: 1...1_000)
    maskMargin = try reader.number("maskMargin", default: maskMargin, in: 0...1e6)
    minimumEventsPerParameter = try reader.number(
      "minimumEventsPerParameter", default: minimumEventsPerParameter, in: 0...1e9)
  }
}

extension SearchPlan.TreePlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: [
      "members", "validationParts", "maximumDepth", "learningRate", "minimumRounds",
      "maximumRounds", "patience", "minimumChildWeight", "subsample", "l2", "bins",
    ])
    self.init()
    members = try reader.integer("members", default: members, in: 1...10_000)
    validationParts = try reader.integer("validationParts", default: validationParts, in: 2...1_000)
    maximumDepth = try reader.integer("maximumDepth", default: maximumDepth, in: 1...20)
    learningRate = try reader.number("learningRate", default: learningRate, in: 1e-6...1)
    minimumRounds = try reader.integer("minimumRounds", default: minimumRounds, in: 1...100_000)
    maximumRounds = try reader.integer("maximumRounds", default: maximumRounds, in: 1...100_000)
    patience = try reader.integer("patience", default: patience, in: 1...100_000)
    minimumChildWeight = try reader.number(
      "minimumChildWeight", default: minimumChildWeight, in: 0...1e12)
    subsample = try reader.number("subsample", default: subsample, in: 1e-6...1)
    l2 = try reader.number("l2", default: l2, in: 0...1e12)
    bins = try reader.integer("bins", default: bins, in: 2...65_536)
  }
}

extension SearchPlan.NetworkPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: [
      "innerFolds", "restarts", "hidden", "activations", "leakySlope", "dropout", "learningRate",
      "beta1", "beta2", "decay", "batchSize", "epochs", "patience", "l2", "keepBestEpoch",
      "keepBestRestart", "metric",
      "metricEfficiency",
    ])
    self.init()
    innerFolds = try reader.integer("innerFolds", default: innerFolds, in: 2...255)
    restarts = try reader.integer("restarts", default: restarts, in: 1...10_000)
    hidden = try reader.integers("hidden", default: hidden, in: 1...65_536)
    activations = try reader.choices("activations", default: activations)
    leakySlope = try reader.number("leakySlope", default: leakySlope, in: 0...1)
    dropout = try reader.numbers("dropout", default: dropout, in: 0...0.99)
    for (key, count) in [("activations", activations.count), ("dropout", dropout.count)]
    where count != hidden.count {
      throw reader.invalid(key, "has \(count) values for \(hidden.count) hidden layers")
    }
    learningRate = try reader.number("learningRate", default: learningRate, in: 1e-9...10)
    beta1 = try reader.number("beta1", default: beta1, in: 0...0.999999)
    beta2 = try reader.number("beta2", default: beta2, in: 0...0.9999999)
    decay = try reader.number("decay", default: decay, in: 0...1)
    batchSize = try reader.integer("batchSize", default: batchSize, in: 1...100_000_000)
    epochs = try reader.integer("epochs", default: epochs, in: 1...10_000_000)
    patience = try reader.integer("patience", default: patience, in: 1...10_000_000)
    l2 = try reader.number("l2", default: l2, in: 0...1e6)
    keepBestEpoch = try reader.flag("keepBestEpoch", default: keepBestEpoch)
    keepBestRestart = try reader.flag("keepBestRestart", default: keepBestRestart)
    metric = try reader.choice("metric", default: metric)
    metricEfficiency = try reader.number(
      "metricEfficiency", default: metricEfficiency, in: 1e-6...1)
  }
}

extension SearchPlan.SimulationAugmentedPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["penalty", "isReweighted"])
    self.init()
    penalty = try reader.number("penalty", default: penalty, in: 0...1e3)
    isReweighted = try reader.flag("isReweighted", default: isReweighted)
  }
}

extension SearchPlan.ReweightingPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: [
      "members", "validationParts", "hidden", "learningRate", "batchSize", "epochs", "patience",
    ])
    self.init()
    members = try reader.integer("members", default: members, in: 1...10_000)
    validationParts = try reader.integer("validationParts", default: validationParts, in: 2...1_000)
    hidden = try reader.integers("hidden", default: hidden, in: 1...65_536)
    learningRate = try reader.number("learningRate", default: learningRate, in: 1e-9...10)
    batchSize = try reader.integer("batchSize", default: batchSize, in: 1...100_000_000)
    epochs = try reader.integer("epochs", default: epochs, in: 1...10_000_000)
    patience = try reader.integer("patience", default: patience, in: 1...10_000_000)
  }
}

extension SearchPlan.NeighbourPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["neighbour"])
    self.init()
    neighbour = try reader.integer("neighbour", default: neighbour, in: 1...1_000_000)
  }
}

extension SearchPlan.PrincipalComponentPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["components"])
    self.init()
    components = try reader.integer("components", default: components, in: 1...1_000)
  }
}

import ArgumentParser
import LearnedTestStatistics

/// What is uncertain about the reference of a test.
struct NPLMUncertaintyOptions: ParsableArguments {
  @Option(
    help: "Relative uncertainty of the expected number of events, such as 0.05; with --expected.")
  var normalisationUncertainty: Double?

  @Option(
    help: ArgumentHelp(
      "A systematic uncertainty as two other reference samples, one standard deviation up and down "
        + "(or as many as stand behind the colon); can be repeated. Best made from the events of "
        + "--reference, in their order.",
      valueName: "name=up,down[:sigmas]"))
  var variation: [ReferenceVariationArgument] = []

  @Flag(
    help: """
      Take the shapes of --variation files alone, not their numbers of events beside the reference's; \
      so it is without --expected.
      """)
  var ignoreVariationYields = false

  func validate() throws {
    if let value = normalisationUncertainty, !(value > 0 && value < 1) {
      throw ValidationError("--normalisation-uncertainty is a fraction, above 0 and below 1.")
    }
  }

  /// Reads the alternative samples.
  ///
  /// - Parameters:
  ///   - reference: The nominal sample.
  ///   - columns: Names of the compared columns.
  ///   - weight: Name of the column with weights.
  ///   - testsCount: Whether the number of events is predicted.
  ///   - table: How files are read, and cuts.
  /// - Returns: The uncertainties, and the files they came from.
  /// - Throws: ``DatasetError``, ``FileError`` or ``NuisanceError``.
  func read(
    beside reference: SelectedTable, columns: [String], weight: String?, testsCount: Bool,
    _ table: NPLMTableOptions
  ) throws -> (ReferenceUncertainties, [ComparedSamples.Source]) {
    var sources: [ComparedSamples.Source] = []
    func sample(_ path: String, _ role: String) throws -> VariedSample {
      let file = try SelectedTable(path, table.options, cuts: table.select)
      sources.append(file.source(role))
      return VariedSample(
        columns: try columns.map { try file.column($0) },
        weights: try weight.map { try file.column($0) },
        relativeYield: testsCount && !ignoreVariationYields
          ? try file.yield(weight) / reference.yield(weight) : 1,
        rows: file.rows)
    }
    let variations = try variation.map {
      ReferenceUncertainties.Variation(
        $0.name, up: try sample($0.up, "\($0.name) up"),
        down: try sample($0.down, "\($0.name) down"), shift: $0.sigmas)
    }
    return (
      try ReferenceUncertainties(normalisation: normalisationUncertainty, variations: variations),
      sources
    )
  }
}

/// Two other reference samples, and how many standard deviations they are away.
struct ReferenceVariationArgument: ExpressibleByArgument {
  let name: String
  let up: String
  let down: String
  let sigmas: Double

  init?(argument: String) {
    var files = Substring(argument)
    if let colon = argument.lastIndex(of: ":"),
      let value = Double(argument[argument.index(after: colon)...])
    {
      files = argument[..<colon]
      sigmas = value
    } else {
      sigmas = 1
    }
    guard let variation = VariationArgument(argument: String(files)), let down = variation.down
    else { return nil }
    (name, up, self.down) = (variation.name, variation.up, down)
  }
}

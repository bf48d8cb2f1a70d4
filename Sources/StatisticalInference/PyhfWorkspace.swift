public import Foundation

/// A model with its observation as a workspace of pyhf (HistFactory JSON, version 1.0.0).
///
/// The strength is the normalisation `mu`. Every Gaussian mode is a `histosys` modifier whose up and
/// down variations are the nominal background plus and minus the mode: with variations of the same
/// size every interpolation code of pyhf for them (0, 2 and its default 4p) is a straight line, so
/// that pyhf fits the same model. A variation of the signal is a `histosys` too, which code 4p, and no
/// other, interpolates as ``SignalVariation`` does. Control regions are `shapesys` modifiers. pyhf bounds the Gaussian
/// nuisance parameters at 5 standard deviations.
public struct PyhfWorkspace: Sendable, Encodable {
  struct Workspace: Sendable, Encodable {
    let channels: [Channel]
    let observations: [Observation]
    let measurements: [Measurement]
    let version = "1.0.0"
  }
  struct Channel: Sendable, Encodable {
    let name: String
    let samples: [Sample]
  }
  struct Sample: Sendable, Encodable {
    let name: String
    let data: [Double]
    let modifiers: [Modifier]
  }
  struct Modifier: Sendable, Encodable {
    enum Content: Sendable {
      case strength
      case mode(high: [Double], low: [Double])
      case controlRegions([Double])
    }
    let name: String
    let content: Content

    enum Key: String, CodingKey { case name, type, data, high = "hi_data", low = "lo_data" }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(name, forKey: .name)
      switch content {
      case .strength:
        try container.encode("normfactor", forKey: .type)
        try container.encodeNil(forKey: .data)
      case .mode(let high, let low):
        try container.encode("histosys", forKey: .type)
        var data = container.nestedContainer(keyedBy: Key.self, forKey: .data)
        try data.encode(high, forKey: .high)
        try data.encode(low, forKey: .low)
      case .controlRegions(let uncertainties):
        try container.encode("shapesys", forKey: .type)
        try container.encode(uncertainties, forKey: .data)
      }
    }
  }
  struct Observation: Sendable, Encodable {
    let name: String
    let data: [Double]
  }
  struct Measurement: Sendable, Encodable {
    struct Configuration: Sendable, Encodable {
      let poi = "mu"
      let parameters: [Parameter]
    }
    struct Parameter: Sendable, Encodable {
      let name = "mu"
      let bounds: [[Double]]
      let inits: [Double]
    }
    let name = "limit"
    let config: Configuration
  }

  private let workspace: Workspace

  /// Writes a model down.
  ///
  /// - Parameters:
  ///   - model: Its channels must not be smooth functions: linearise these first.
  ///   - observation: The counts.
  ///   - largestStrength: Upper bound on the strength; pyhf needs one, a few times the limit.
  /// - Throws: ``PyhfWorkspaceError`` for what a workspace cannot hold.
  public init(
    _ model: SignalStrengthModel, _ observation: SignalStrengthModel.Observation,
    largestStrength: Double
  ) throws(PyhfWorkspaceError) {
    var channels: [Channel] = []
    var observations: [Observation] = []
    for (channel, layout) in zip(model.channels, model.layouts) {
      guard channel.scales.allSatisfy({ $0 == 1 }) else { throw .weightedEvents(channel.name) }
      let background: Sample
      switch channel.background {
      case .modes(let expected, let modes):
        background = Sample(
          name: "background", data: expected,
          modifiers: modes.enumerated().map { index, mode in
            Modifier(
              name: "\(channel.name)_mode_\(index + 1)",
              content: .mode(
                high: zip(expected, mode).map(+), low: zip(expected, mode).map(-)))
          })
      case .controlRegions(let expected, let uncertainties):
        background = Sample(
          name: "background", data: expected,
          modifiers: [
            Modifier(name: "\(channel.name)_bins", content: .controlRegions(uncertainties))
          ])
      case .function: throw .smoothFunction(channel.name)
      }
      channels.append(
        Channel(
          name: channel.name,
          samples: [
            Sample(
              name: "signal", data: channel.signal,
              modifiers: [Modifier(name: "mu", content: .strength)]
                + channel.variations.map {
                  Modifier(name: $0.name, content: .mode(high: $0.up, low: $0.down))
                }), background,
          ]))
      observations.append(
        Observation(name: channel.name, data: Array(observation.counts[layout.bins])))
    }
    workspace = Workspace(
      channels: channels, observations: observations,
      measurements: [
        Measurement(
          config: .init(parameters: [.init(bounds: [[0, largestStrength]], inits: [1])]))
      ])
  }

  public func encode(to encoder: any Encoder) throws {
    try workspace.encode(to: encoder)
  }

  /// The workspace as JSON with sorted keys.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

/// Why a model has no workspace.
public enum PyhfWorkspaceError: Error, Hashable {
  case smoothFunction(String)
  case weightedEvents(String)
}

extension PyhfWorkspaceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .smoothFunction(let channel):
      "the background of '\(channel)' is a smooth function, which pyhf does not have; export the "
        + "linearised model"
    case .weightedEvents(let channel):
      "the events of '\(channel)' have weights, which pyhf's counts cannot have"
    }
  }
}

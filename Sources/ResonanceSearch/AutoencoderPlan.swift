public import Learners
import NeuralNetworks

extension SearchPlan {
  /// Autoencoders: an ensemble, each member learning from its own part of the events.
  public struct AutoencoderPlan: Sendable, Hashable {
    public enum Objects: String, Sendable, Hashable, CaseIterable {
      /// One ensemble for each of the two jets.
      case eachJet = "each-jet"
      /// One ensemble for all features together.
      case wholeEvent = "whole-event"
    }

    public var objects = Objects.eachJet
    public var combination = RankCombination.product
    public var members = 20
    public var eventsPerMember = 50_000
    /// All layers between inputs and outputs.
    public var hidden = [64, 32, 16, 1, 16, 32, 64]
    public var activations: [ActivationName] = [.relu, .relu, .relu, .linear, .relu, .relu, .relu]
    public var leakySlope = 0.1
    public var learningRate = 0.001
    public var batchSize = 5_120
    public var epochs = 1
    /// One event in so many is kept out to find the best epoch; `nil` keeps none and the last.
    public var validationParts: Int?
    public var patience = 5

    public init() {}
  }
}

extension SearchPlan.AutoencoderPlan {
  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: [
      "objects", "combination", "members", "eventsPerMember", "hidden", "activations",
      "leakySlope", "learningRate", "batchSize", "epochs", "validationParts", "patience",
    ])
    self.init()
    objects = try reader.choice("objects", default: objects)
    combination = try reader.choice("combination", default: combination)
    members = try reader.integer("members", default: members, in: 1...10_000)
    eventsPerMember = try reader.integer(
      "eventsPerMember", default: eventsPerMember, in: 1...1_000_000_000)
    hidden = try reader.integers("hidden", default: hidden, in: 1...65_536)
    guard !hidden.isEmpty else { throw reader.invalid("hidden", "needs a layer at least") }
    activations = try reader.choices("activations", default: activations)
    guard activations.count == hidden.count else {
      throw reader.invalid(
        "activations", "has \(activations.count) values for \(hidden.count) hidden layers")
    }
    leakySlope = try reader.number("leakySlope", default: leakySlope, in: 0...1)
    learningRate = try reader.number("learningRate", default: learningRate, in: 1e-9...10)
    batchSize = try reader.integer("batchSize", default: batchSize, in: 1...100_000_000)
    epochs = try reader.integer("epochs", default: epochs, in: 1...10_000_000)
    validationParts = try reader.optionalInteger("validationParts", in: 2...1_000)
    patience = try reader.integer("patience", default: patience, in: 1...10_000_000)
  }

  var yaml: String {
    """
    # Used by autoencoder and, to tag the first events, by tag-n-train.
    autoencoder:
      # each-jet: one ensemble a jet; whole-event: one for all features (not for tag-n-train).
      objects: \(objects.rawValue)
      # How an event's ranks by its two jets become its score. both: the worse of the two, so that
      # a cut keeps events with both jets in their top part; product: their product.
      combination: \(combination.rawValue)
      members: \(members)
      # Drawn at random for each member; all training events if they are fewer.
      eventsPerMember: \(eventsPerMember)
      # All layers between inputs and outputs, the narrow one among them.
      hidden: [\(hidden.map(String.init).joined(separator: ", "))]
      activations: [\(activations.map(\.rawValue).joined(separator: ", "))]
      leakySlope: \(SearchPlan.short(leakySlope))
      learningRate: \(SearchPlan.short(learningRate))
      batchSize: \(batchSize)
      epochs: \(epochs)
      # null trains on all events and keeps the last epoch; 5 keeps one event in five out of training,
      # stops after so many epochs (patience) without progress on these and keeps the best.
      validationParts: \(validationParts.map(String.init) ?? "null")
      patience: \(patience)
    """
  }

  /// The ensemble with the plan's settings.
  var learner: SubsampledEnsemble<Autoencoder> {
    SubsampledEnsemble(
      of: Autoencoder(
        hidden: zip(hidden, activations).map {
          DenseLayer(units: $0, activation: $1.activation(slope: leakySlope))
        },
        optimizer: .adam(learningRate: learningRate), batchSize: batchSize, epochs: epochs,
        validation: validationParts.map { Autoencoder.Validation(parts: $0, patience: patience) }),
      members: members, eventsPerMember: eventsPerMember)
  }
}

/// Why a network cannot be made, trained or asked.
public enum NetworkError: Error, Equatable {
  case noLayers
  case badSize(_ what: String, _ value: Int)
  case badSetting(_ name: String, _ value: Double, allowed: String)
  case unsuitableOutput(activation: Activation, loss: Loss)
  case columnCount(expected: Int, found: Int)
  case targetCount(expected: Int, found: Int)
  /// Columns, targets or weights of different lengths.
  case lengthMismatch(_ what: String, expected: Int, found: Int)
  case notFinite(_ what: String, column: Int, row: Int, value: Float)
  case badWeight(row: Int, value: Float)
  case noEvents
  case noWeight
  case missingValidation(metric: EarlyStopping.Metric)
  /// The loss or a parameter stopped being finite.
  case diverged(epoch: Int, learningRate: Double)
  case scoreNotFinite(epoch: Int, value: Double)
  case parameterCount(expected: Int, found: Int)
  case cancelled(epoch: Int)
  case unsupported(InstructionSet)
  case outOfMemory
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noLayers:
      "a network needs at least its output layer"
    case .badSize(let what, let value):
      "\(what) is \(value) and must be at least 1"
    case .badSetting(let name, let value, let allowed):
      "\(name) is \(value); allowed is \(allowed)"
    case .unsuitableOutput(let activation, let loss):
      "the loss \(loss.rawValue) does not fit the output activation \(activation): use "
        + (loss == .labelProportions
          ? "a single output with sigmoid"
          : loss == .binaryCrossEntropy ? "linear or sigmoid" : "linear")
    case .columnCount(let expected, let found):
      "the network has \(expected) inputs, but \(found) columns were given"
    case .targetCount(let expected, let found):
      "the network has \(expected) outputs, but \(found) targets were given"
    case .lengthMismatch(let what, let expected, let found):
      "\(what) has \(found) values where the first column has \(expected)"
    case .notFinite(let what, let column, let row, let value):
      "\(what) \(column) holds \(value) in row \(row): remove or repair this event first, "
        + "nothing is replaced silently"
    case .badWeight(let row, let value):
      "the event weight in row \(row) is \(value): weights must be finite and not negative"
    case .noEvents:
      "there is no event to train on"
    case .noWeight:
      "all event weights are zero, so there is nothing to learn from"
    case .missingValidation(let metric):
      "the plan watches \(metric.rawValue), but no "
        + (metric == .validationLoss ? "validation sample" : "validation score") + " was given"
    case .diverged(let epoch, let learningRate):
      "training diverged in epoch \(epoch): lower the learning rate (\(learningRate)) or clip the "
        + "weights"
    case .scoreNotFinite(let epoch, let value):
      "the validation score of epoch \(epoch) is \(value)"
    case .parameterCount(let expected, let found):
      "the network has \(expected) parameters, but \(found) were given"
    case .cancelled(let epoch):
      "training was cancelled after epoch \(epoch)"
    case .unsupported(let set):
      "this processor has no \(set.rawValue) instructions: use \(InstructionSet.best.rawValue)"
    case .outOfMemory:
      "there is no memory left for the network"
    }
  }
}

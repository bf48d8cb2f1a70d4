import CXGBoost
import EventModel
import Foundation

/// A failure inside XGBoost, with the library's own words.
public struct XGBoostError: Error, Equatable, CustomStringConvertible {
  /// The function of the C interface that failed.
  public let function: String
  public let message: String

  public var description: String { "XGBoost failed in \(function): \(message)" }
}

/// Runs one call of the C interface and turns its status into an error.
///
/// The message is kept a thread by the library, so it must be read before anything else runs.
private func checked(_ function: String, _ call: () -> Int32) throws(XGBoostError) {
  guard call() == 0 else {
    let message = XGBGetLastError().map { String(cString: $0) } ?? "no message"
    // The first line says what is wrong; the rest is a stack trace.
    throw XGBoostError(
      function: function,
      message: message.split(separator: "\n").first.map(String.init) ?? message)
  }
}

/// Events as XGBoost holds them to train on.
final class XGBoostMatrix {
  fileprivate let handle: DMatrixHandle

  /// Copies events into the library.
  ///
  /// Labels are 1 or 0; values have the shape
  /// `[labels.count][features]`, row-major.
  init(values: [Float], labels: [Float], weights: [Float]) throws(XGBoostError) {
    let rows = UInt64(labels.count)
    var created: DMatrixHandle?
    try checked("XGDMatrixCreateFromMat") {
      XGDMatrixCreateFromMat(values, rows, UInt64(values.count) / rows, .nan, &created)
    }
    guard let created else {
      throw XGBoostError(function: "XGDMatrixCreateFromMat", message: "no matrix came back")
    }
    handle = created
    for (name, column) in [("label", labels), ("weight", weights)] {
      try checked("XGDMatrixSetFloatInfo") {
        XGDMatrixSetFloatInfo(created, name, column, rows)
      }
    }
  }

  deinit { XGDMatrixFree(handle) }
}

/// Gradient-boosted trees inside XGBoost, one thread.
///
/// Sendable although it holds a pointer: only a training changes a booster, a training belongs to
/// one function that hands the booster out when it is finished, and the library's prediction from
/// an array (`XGBoosterPredictFromDense`) may run on several threads at once.
final class XGBoostBooster: @unchecked Sendable {
  private let handle: BoosterHandle

  /// Starts with no trees; `watched` are the matrices whose predictions are kept between rounds.
  init(parameters: [(name: String, value: String)], watching watched: [XGBoostMatrix])
    throws(XGBoostError)
  {
    // The setting is kept a thread, like the message.
    try checked("XGBSetGlobalConfig") { XGBSetGlobalConfig(#"{"verbosity": 0}"#) }
    var created: BoosterHandle?
    try checked("XGBoosterCreate") {
      XGBoosterCreate(watched.map(\.handle), UInt64(watched.count), &created)
    }
    handle = try Self.received(created, from: "XGBoosterCreate")
    for (name, value) in parameters { try set(name, value) }
  }

  private init(owning handle: BoosterHandle) {
    self.handle = handle
  }

  deinit { XGBoosterFree(handle) }

  private static func received(
    _ handle: BoosterHandle?, from function: String
  ) throws(XGBoostError) -> BoosterHandle {
    guard let handle else { throw XGBoostError(function: function, message: "nothing came back") }
    return handle
  }

  private func set(_ name: String, _ value: String) throws(XGBoostError) {
    try checked("XGBoosterSetParam") { XGBoosterSetParam(handle, name, value) }
  }

  /// Adds the tree of a round, counted from 0.
  func addTree(round: Int, learningFrom matrix: XGBoostMatrix) throws(XGBoostError) {
    try checked("XGBoosterUpdateOneIter") {
      XGBoosterUpdateOneIter(handle, Int32(round), matrix.handle)
    }
  }

  /// The log-odds of each event of a watched matrix, which costs the newest tree only.
  func margins(of matrix: XGBoostMatrix) throws(XGBoostError) -> [Float] {
    try prediction("XGBoosterPredictFromDMatrix") { shape, dimension, result in
      XGBoosterPredictFromDMatrix(
        handle, matrix.handle, Self.predicting(type: 1), shape, dimension, result)
    }
  }

  /// The probability of being positive, given values of the shape `[rows][features]`, row-major.
  func probabilities(values: [Float], rows: Int) throws(XGBoostError) -> [Float] {
    guard rows > 0 else { return [] }
    return try prediction("XGBoosterPredictFromDense") { shape, dimension, result in
      values.withUnsafeBytes { bytes in
        let address = UInt(bitPattern: bytes.baseAddress)
        let array =
          #"{"data": [\#(address), true], "shape": [\#(rows), \#(values.count / rows)], "#
          + #""typestr": "<f4", "version": 3}"#
        return XGBoosterPredictFromDense(
          handle, array, Self.predicting(type: 0), nil, shape, dimension, result)
      }
    }
  }

  /// The first trees alone, without the matrices that they were trained on.
  func keeping(rounds: Int) throws(XGBoostError) -> XGBoostBooster {
    var sliced: BoosterHandle?
    try checked("XGBoosterSlice") { XGBoosterSlice(handle, 0, Int32(rounds), 1, &sliced) }
    let booster = XGBoostBooster(owning: try Self.received(sliced, from: "XGBoosterSlice"))
    try booster.set("nthread", "1")
    return booster
  }

  private static func predicting(type: Int) -> String {
    #"{"type": \#(type), "training": false, "iteration_begin": 0, "iteration_end": 0, "#
      + #""strict_shape": false, "missing": NaN, "cache_id": 0}"#
  }

  private typealias Call = (
    UnsafeMutablePointer<UnsafePointer<bst_ulong>?>, UnsafeMutablePointer<bst_ulong>,
    UnsafeMutablePointer<UnsafePointer<Float>?>
  ) -> Int32

  /// Copies a prediction out of the buffer that the library keeps a thread.
  private func prediction(_ function: String, _ call: Call) throws(XGBoostError) -> [Float] {
    var shape: UnsafePointer<bst_ulong>?
    var dimension: bst_ulong = 0
    var result: UnsafePointer<Float>?
    try checked(function) { call(&shape, &dimension, &result) }
    let count = (0..<Int(dimension)).reduce(1) { $0 * Int(shape?[$1] ?? 0) }
    return Array(UnsafeBufferPointer(start: result, count: count))
  }
}

import CDenseKernels
import Synchronization

/// The vector instructions that train and evaluate networks.
///
/// On one instruction set, equal inputs give equal bits. Between sets, sums are rounded
/// differently; random choices (initial parameters, shuffles, dropout) are the same.
public enum InstructionSet: String, Sendable, Hashable, Codable, CaseIterable {
  case sse2
  /// AVX2 with fused multiply-add.
  case avx2
  /// AVX-512 F, VL and DQ.
  case avx512
  case neon
  /// Four floats a vector, on processors without a set of their own here.
  case generic

  /// Whether this processor has it.
  public var isSupported: Bool {
    cdk_supports(kernelCode)
  }

  /// The widest set that this processor has.
  public static var best: InstructionSet {
    let code = cdk_best_instruction_set()
    return allCases.first { $0.kernelCode == code } ?? .generic
  }

  /// The set that every network of this process uses: the pinned one, else ``best``.
  public static var current: InstructionSet {
    pinned ?? best
  }

  /// The set that ``pin(_:)`` chose, or `nil`.
  public static var pinned: InstructionSet? {
    pinnedSet.withLock { $0 }
  }

  /// Makes every network of this process use `set`: once, before the first one.
  ///
  /// - Parameter set: The set to use from now on.
  /// - Throws: ``InstructionSetError`` if the processor lacks it or another one is pinned already.
  public static func pin(_ set: InstructionSet) throws(InstructionSetError) {
    guard set.isSupported else { throw .unsupported(set, best: best) }
    let earlier = pinnedSet.withLock { pinned -> InstructionSet in
      if pinned == nil { pinned = set }
      return pinned ?? set
    }
    guard earlier == set else { throw .alreadyPinned(earlier, requested: set) }
  }

  var kernelCode: Int32 {
    switch self {
    case .sse2: Int32(CDK_SSE2)
    case .avx2: Int32(CDK_AVX2)
    case .avx512: Int32(CDK_AVX512)
    case .neon: Int32(CDK_NEON)
    case .generic: Int32(CDK_GENERIC)
    }
  }
}

private let pinnedSet = Mutex<InstructionSet?>(nil)

/// Why an instruction set cannot be pinned.
public enum InstructionSetError: Error, Equatable {
  case unsupported(InstructionSet, best: InstructionSet)
  case alreadyPinned(InstructionSet, requested: InstructionSet)
}

extension InstructionSetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unsupported(let set, let best):
      "this processor has no \(set.rawValue) instructions: use \(best.rawValue)"
    case .alreadyPinned(let earlier, let requested):
      "the instruction set is pinned to \(earlier.rawValue) and cannot become "
        + "\(requested.rawValue) in the same process"
    }
  }
}

import ArgumentParser
enum InstructionSet: String, ExpressibleByArgument {
  case sse2, avx2, avx512
  static let current = InstructionSet.avx2
  static func pin(_ set: InstructionSet) throws {}
}

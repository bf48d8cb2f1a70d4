public import Randomness

/// Repetitions of an analysis on counts that background alone would give.
///
/// Each has its own random stream, a function of the seed and its number only, so that results do
/// not change with the number of threads, and the first n of more are the same n.
public struct PseudoExperiments: Sendable {
  public var count: Int
  public var seed: Seed
  /// How many run at once, at least 1.
  public var jobs: Int
  /// Called with the number finished so far, from any thread, one call at a time.
  public var progress: @Sendable (Int) -> Void

  /// Takes the settings.
  ///
  /// - Parameters:
  ///   - count: How many, at least 1.
  ///   - seed: Where their random streams branch off.
  ///   - jobs: How many run at once.
  ///   - progress: Called now and then with the number finished so far.
  public init(
    count: Int, seed: Seed, jobs: Int = 1, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.count = count
    self.seed = seed
    self.jobs = jobs
    self.progress = progress
  }

  /// Runs all and gives their results in the order of their numbers.
  ///
  /// - Parameters:
  ///   - makeWorkspace: Makes the memory that one thread uses again and again.
  ///   - body: Runs one pseudo-experiment with its own random stream.
  /// - Returns: One result each.
  func map<Workspace, Result: Sendable>(
    workspace makeWorkspace: @Sendable () -> Workspace,
    _ body: @Sendable (inout Workspace, inout SplitMix64) -> Result
  ) -> [Result] {
    mapInBlocks(
      count, ofSize: 64, jobs: jobs, workspace: makeWorkspace, progress: progress
    ) { workspace, number in
      var generator = SplitMix64(state: seed.hash(of: Int64(number)))
      return body(&workspace, &generator)
    }
  }
}

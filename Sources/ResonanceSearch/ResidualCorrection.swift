import StatisticalInference

extension SearchResult.Measurement {
  /// The significance once the residual of a search without signal is taken away.
  ///
  /// SA-CWoLa paper, arXiv:2009.02205, Fig. 6 right: where the fit lies beside the background, or a
  /// cut has carved into it, the data without signal deviate too. Their deviation, n - b in the signal
  /// region, is subtracted from the count before it is compared with its own fit.
  ///
  /// - Parameters:
  ///   - null: The same cut of the search on the same events without signal.
  ///   - weightScale: By which weighted counts become Poisson counts; 1 for events of weight 1.
  /// - Returns: Standard deviations; `nil` without a usable fit of both, or for a blind search.
  public func localSignificance(
    afterSubtracting null: SearchResult.Measurement, weightScale: Double = 1
  ) -> Double? {
    guard fit?.converged == true, null.fit?.converged == true, let observed, let expected,
      let expectedUncertainty,
      let nullObserved = null.observed, let nullExpected = null.expected
    else { return nil }
    return try? CountingExperiment(
      observed: max(observed - (nullObserved - nullExpected), 0) / weightScale,
      background: expected / weightScale, backgroundUncertainty: expectedUncertainty / weightScale
    ).localSignificance
  }
}

internal import CGSL
internal import Foundation

/// Functions that the standard library lacks, from the GNU Scientific Library.
///
/// GSL ends the process on an error by default: its handler is switched off before the first call,
/// and only the functions that return a status are used.
enum SpecialFunctions {
  private static let errorHandlerIsOff: Bool = {
    _ = gsl_set_error_handler_off()
    return true
  }()

  private static func value(
    of function: (Double, UnsafeMutablePointer<gsl_sf_result>?) -> Int32, at x: Double
  ) -> Double {
    precondition(errorHandlerIsOff)
    var result = gsl_sf_result()
    let status = function(x, &result)
    precondition(
      status == Int32(GSL_SUCCESS) || status == Int32(GSL_EUNDRFLW),
      "a special function was called outside its domain, at \(x)")
    return result.val
  }

  /// Computes ln(1 + x) - x without cancellation, for x > -1.
  static func logOnePlusMinusArgument(_ x: Double) -> Double {
    value(of: gsl_sf_log_1plusx_mx_e, at: x)
  }

  /// Computes ln erfc(x) for any finite x, also where erfc underflows.
  static func logErfc(_ x: Double) -> Double {
    value(of: gsl_sf_log_erfc_e, at: x)
  }

  /// Computes ln of Γ(x) over its Stirling formula, for x > 0.
  static func logGammaOverStirling(_ x: Double) -> Double {
    log(value(of: gsl_sf_gammastar_e, at: x))
  }

  /// Computes ln Γ(x) for x > 0.
  static func logGamma(_ x: Double) -> Double {
    value(of: gsl_sf_lngamma_e, at: x)
  }

  /// Computes ψ(x), the derivative of ln Γ, for x > 0.
  static func digamma(_ x: Double) -> Double {
    value(of: gsl_sf_psi_e, at: x)
  }

  /// Computes the derivative of ψ(x) for x > 0.
  static func trigamma(_ x: Double) -> Double {
    value(of: gsl_sf_psi_1_e, at: x)
  }
}

/// Computes ln(1 + x) - x without cancellation near 0.
///
/// - Parameter x: Larger than -1.
/// - Returns: A value <= 0.
public func logOnePlusMinusArgument(_ x: Double) -> Double {
  precondition(x > -1 && x.isFinite, "ln(1 + x) - x needs x > -1, got \(x)")
  return SpecialFunctions.logOnePlusMinusArgument(x)
}

/// Computes ln Γ(x).
///
/// - Parameter x: Larger than 0.
/// - Returns: The natural logarithm of the gamma function.
public func logGamma(_ x: Double) -> Double {
  precondition(x > 0 && x.isFinite, "ln gamma needs x > 0, got \(x)")
  return SpecialFunctions.logGamma(x)
}

/// The methods by the names that plans and commands use.
public enum MethodName: String, Sendable, Hashable, Codable, CaseIterable {
  case cwolaTrees = "cwola-trees"
  case cwolaNetwork = "cwola-network"
  case pca

  /// The method's name in print.
  public var title: String {
    switch self {
    case .cwolaTrees: "CWoLa hunting with boosted trees"
    case .cwolaNetwork: "CWoLa hunting with dense networks"
    case .pca: "PCA reconstruction error"
    }
  }

  /// What the method may see while it learns.
  public var sees: String {
    switch self {
    case .cwolaTrees, .cwolaNetwork: "data in the signal region against data in the sidebands"
    case .pca: "all data, without regions"
    }
  }
}

/// The methods by the names that plans and commands use.
public enum MethodName: String, Sendable, Hashable, Codable, CaseIterable {
  case cwolaTrees = "cwola-trees"
  case cwolaNetwork = "cwola-network"
  case saladTrees = "salad-trees"
  case saladNetwork = "salad-network"
  case saCWoLaTrees = "sa-cwola-trees"
  case saCWoLaNetwork = "sa-cwola-network"
  case pca
  case autoencoder
  case tagNTrain = "tag-n-train"
  case tagNTrainInclusive = "tag-n-train-inclusive"
  case neighbourRatio = "neighbour-ratio"

  /// The method's name in print.
  public var title: String {
    switch self {
    case .cwolaTrees: "CWoLa hunting with boosted trees"
    case .cwolaNetwork: "CWoLa hunting with dense networks"
    case .saladTrees: "SALAD with boosted trees"
    case .saladNetwork: "SALAD with dense networks"
    case .saCWoLaTrees: "SA-CWoLa with boosted trees"
    case .saCWoLaNetwork: "SA-CWoLa with dense networks"
    case .pca: "PCA reconstruction error"
    case .autoencoder: "autoencoders' reconstruction error"
    case .tagNTrain: "Tag N' Train with a mass window"
    case .tagNTrainInclusive: "Tag N' Train without a mass window"
    case .neighbourRatio: "density ratio of nearest neighbours"
    }
  }

  /// What the method may see while it learns.
  public var sees: String {
    switch self {
    case .cwolaTrees, .cwolaNetwork, .neighbourRatio:
      "data in the signal region against data in the sidebands"
    case .saladTrees, .saladNetwork:
      "data against simulation in the signal region; both in longer sidebands, to reweight it"
    case .saCWoLaTrees, .saCWoLaNetwork:
      "data in the signal region against data in the sidebands, and the same of simulation"
    case .pca, .autoencoder, .tagNTrainInclusive: "all data, without regions"
    case .tagNTrain: "all data, and which of them are in the signal region"
    }
  }
}

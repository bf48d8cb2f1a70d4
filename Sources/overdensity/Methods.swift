import AnomalyMethods
import ArgumentParser
import ResonanceSearch

struct Methods: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the methods with what they see and the papers they come from.")

  func run() throws {
    for name in MethodName.allCases {
      var plan = SearchPlan()
      plan.method = name
      let reference = type(of: plan.makeMethod()).reference
      print(
        """
        \(name.rawValue)\(name == SearchPlan().method ? "  (default)" : "")
            \(name.title)
            sees   \(name.sees)
            paper  arXiv:\(reference.arXiv), \(reference.title)
        """)
    }
  }
}

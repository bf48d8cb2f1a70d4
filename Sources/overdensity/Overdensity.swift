import ArgumentParser

@main
struct Overdensity: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overdensity",
    abstract: "Search collider data for new particles without knowing what they look like.",
    version: "0.1.0")
}

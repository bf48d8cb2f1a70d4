// swift-tools-version: 6.2
import PackageDescription

// Every target has these: `any` is written out, a module names what it imports, and a leaked
// dependency shows as `public import` in the diff.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Kernels in C and C++ stay fast in debug builds.
let optimisedC: [CSetting] = [.unsafeFlags(["-O2"], .when(configuration: .debug))]
let optimisedCXX: [CXXSetting] = [.unsafeFlags(["-O2"], .when(configuration: .debug))]

/// A library module and the test target beside it.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
  testedWith testDependencies: [Target.Dependency] = [], fixtures: Bool = false
) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies, resources: resources, swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests",
      dependencies: [.byName(name: name), "TestSupport"] + dependencies + testDependencies,
      resources: fixtures ? [.copy("Fixtures")] : [],
      swiftSettings: settings),
  ]
}

let package = Package(
  name: "overdensity",
  products: [.executable(name: "overdensity", targets: ["overdensity"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Libraries of others.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CXGBoost", providers: [.apt(["libxgboost-dev"])]),
    .target(
      name: "CFastJet", cxxSettings: optimisedCXX,
      linkerSettings: [.linkedLibrary("fastjettools"), .linkedLibrary("fastjet")]),
    // The library's output ends in our silence.c only if it finds those symbols.
    .target(
      name: "CLBFGSB",
      linkerSettings: [
        .linkedLibrary("lbfgsb"),
        .unsafeFlags(
          [
            "st_write", "st_write_done", "transfer_array_write", "transfer_character_write",
            "transfer_integer_write", "transfer_real_write",
          ].flatMap { ["-Xlinker", "--export-dynamic-symbol=_gfortran_\($0)"] }),
      ]),
    .target(name: "CDenseKernels", cSettings: optimisedC),
  ]
    // Foundations.
    + module("Randomness")
    + module("NumericalCore", ["CGSL", "CLBFGSB", "Randomness"], fixtures: true)
    // Events.
    + module("EventModel", ["Randomness"])
    + module("EventFiles", ["CHDF5", "EventModel"], fixtures: true)
    + module("JetPhysics", ["CFastJet"], fixtures: true)
    + module("Evaluation", ["EventModel"])
    + module(
      "Datasets",
      ["EventFiles", "JetPhysics", "EventModel", "Evaluation", "NumericalCore", "Randomness"],
      resources: [.copy("Resources")])
    // Learning.
    + module("NeuralNetworks", ["CDenseKernels", "Randomness"], fixtures: true)
    + module(
      "Learners", ["NeuralNetworks", "CXGBoost", "NumericalCore", "EventModel", "Randomness"])
    + module(
      "AnomalyMethods", ["Learners", "NumericalCore", "EventModel", "Randomness"])
    + module(
      "ReferenceLines", ["AnomalyMethods", "Learners", "Evaluation", "EventModel", "Randomness"],
      testedWith: ["EventFiles"])
    // Statistics and the search.
    + module("StatisticalInference", ["NumericalCore", "Randomness"], fixtures: true)
    + module("Execution", ["EventFiles"])
    + module(
      "ResonanceSearch",
      [
        "AnomalyMethods", "Learners", "NeuralNetworks", "StatisticalInference", "Execution",
        "EventModel", "EventFiles", "NumericalCore", "Randomness",
        .product(name: "Yams", package: "Yams"),
      ])
    + module(
      "LearnedTestStatistics",
      [
        "NeuralNetworks", "Learners", "StatisticalInference", "Execution", "EventFiles",
        "NumericalCore", "EventModel", "Randomness",
      ], fixtures: true)
    + module(
      "Reporting",
      [
        "ResonanceSearch", "LearnedTestStatistics", "StatisticalInference", "Evaluation",
        "EventFiles",
      ])
    // The tool.
    + [
      .executableTarget(
        name: "overdensity",
        dependencies: [
          "Datasets", "EventFiles", "EventModel", "Evaluation", "JetPhysics", "AnomalyMethods",
          "ReferenceLines",
          "Learners", "LearnedTestStatistics", "NeuralNetworks", "ResonanceSearch",
          "StatisticalInference", "Execution", "Reporting", "Randomness", "NumericalCore",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: settings),
      .executableTarget(
        name: "benchmark-training", dependencies: ["NeuralNetworks", "Randomness"],
        path: "Benchmarks/training/ours", swiftSettings: settings),
      .executableTarget(
        name: "benchmark-bumphunter", dependencies: ["StatisticalInference", "Randomness"],
        path: "Benchmarks/bumphunter/ours", swiftSettings: settings),
      .executableTarget(
        name: "benchmark-trees",
        dependencies: ["EventFiles", "EventModel", "Learners", "Randomness"],
        path: "Benchmarks/trees/ours", swiftSettings: settings),
      .executableTarget(
        name: "honesty-study",
        dependencies: [
          "AnomalyMethods", "Datasets", "Evaluation", "EventFiles", "EventModel", "Execution",
          "Learners", "NumericalCore", "Randomness", "Reporting", "ResonanceSearch",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        path: "Studies/honesty", exclude: ["tables.py", "plan.yaml", "settings.json", "results"],
        swiftSettings: settings),
      .executableTarget(
        name: "benchmark-spectrum-fit", dependencies: ["StatisticalInference"],
        path: "Benchmarks/spectrum-fit/ours", swiftSettings: settings),
      .target(
        name: "TestSupport", dependencies: ["EventModel", "Randomness"], path: "Tests/TestSupport",
        swiftSettings: settings),
      .testTarget(
        name: "EndToEndTests",
        dependencies: ["overdensity", "Datasets", "Randomness", "TestSupport"],
        swiftSettings: settings),
    ],
  cLanguageStandard: .c17,
  cxxLanguageStandard: .cxx17
)

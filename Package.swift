// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is compiled with: warnings are errors, and imports are explicit.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// `make fuzz` builds the fuzz targets as a program for libFuzzer instead of as tests.
let isFuzzing = Context.environment["NANOCAP_FUZZ"] != nil
let fuzzDependencies: [Target.Dependency] = [
  "Capture", "ClickHouseSchema", "ClickHouseStore", "Settings", "NanoParser", "ParserGen", "ParserRuntime", "CLibPcap",
  "LayerBuilding",
]
let fuzzTests: Target =
  isFuzzing
  ? .executableTarget(
    name: "fuzz", dependencies: fuzzDependencies, path: "Tests/FuzzTests", exclude: ["Corpus", "CorpusTests.swift"],
    swiftSettings: strict)
  : .testTarget(
    name: "FuzzTests", dependencies: fuzzDependencies, exclude: ["Corpus", "Entry.swift"], swiftSettings: strict)

let package = Package(
  name: "nanocap",
  products: [
    .library(name: "ParserRuntime", targets: ["ParserRuntime"]),
    .library(name: "NanoParser", targets: ["NanoParser"]),
    .library(name: "Capture", targets: ["Capture"]),
    .library(name: "Analyzer", targets: ["Analyzer"]),
    .plugin(name: "ParserGenPlugin", targets: ["ParserGenPlugin"]),
    .executable(name: "nanocap", targets: ["nanocap"]),
    .executable(name: "parsergen", targets: ["parsergen"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.60.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.20.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.27.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.5.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.25.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLibPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(
      name: "CCompression", providers: [.apt(["zlib1g-dev", "libzstd-dev", "liblz4-dev", "liblzma-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    .target(name: "CLinux"),

    .target(
      name: "ParserGen", dependencies: ["CLibYAML", "CSQLite", "ClickHouseSchema", "ParserRuntime"],
      swiftSettings: strict),
    .target(name: "ParserGenCommands", dependencies: ["ParserGen", argumentParser], swiftSettings: strict),
    .executableTarget(
      name: "parsergen", dependencies: ["ParserGen", "ParserGenCommands", argumentParser],
      path: "Sources/ParserGenTool", exclude: ["embed.json"], swiftSettings: strict, plugins: ["EmbedPlugin"]),
    .executableTarget(
      name: "parsergen-plugin", dependencies: ["ParserGenCommands", argumentParser],
      path: "Sources/ParserGenPluginTool", swiftSettings: strict),
    .plugin(name: "ParserGenPlugin", capability: .buildTool(), dependencies: ["parsergen-plugin"]),

    .target(name: "ParserRuntime", swiftSettings: strict),
    .target(name: "ParserDump", dependencies: ["ParserRuntime"], swiftSettings: strict),
    .target(
      name: "NanoParser", dependencies: ["ParserRuntime", "CSodium"],
      exclude: ["parsergen.json"], swiftSettings: strict, plugins: ["ParserGenPlugin"]),
    .target(
      name: "Capture",
      dependencies: [
        "ParserRuntime", "CCompression", "CLibPcap", "CLinux", "CSQLite",
        .product(name: "BitCollections", package: "swift-collections"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    // What tables are in ClickHouse; the compiler prints it, and the store makes it.
    .target(name: "ClickHouseSchema", dependencies: ["ParserRuntime"], swiftSettings: strict),
    // Not a part of Capture, since not everybody who captures needs a client for HTTP.
    .target(
      name: "ClickHouseStore",
      dependencies: [
        "Capture", "CCompression", "ClickHouseSchema", "CLinux", "ParserRuntime",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(name: "Settings", dependencies: ["Yams"], swiftSettings: strict),
    .target(
      name: "Console",
      dependencies: [
        "Capture", "CLinux", "ParserRuntime", .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Public", "embed.json"], swiftSettings: strict, plugins: ["EmbedPlugin"]),
    .executableTarget(name: "embed", path: "Sources/EmbedTool", swiftSettings: strict),
    .plugin(name: "EmbedPlugin", capability: .buildTool(), dependencies: ["embed"]),
    .target(
      name: "Analyzer",
      dependencies: [
        "Capture", "ClickHouseStore", "Console", "ParserRuntime", "Settings", argumentParser,
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .executableTarget(name: "nanocap", dependencies: ["Analyzer", "NanoParser"], swiftSettings: strict),

    // Measures the parser and the stages of an import; see Benchmarks.
    .executableTarget(
      name: "benchmark", dependencies: ["Capture", "NanoParser", "ParserRuntime"],
      path: "Benchmarks/Sources/benchmark", swiftSettings: strict),

    .testTarget(name: "ParserRuntimeTests", dependencies: ["ParserRuntime", "CCompression"], swiftSettings: strict),
    .testTarget(
      name: "DumpTests", dependencies: ["ParserDump", "ParserRuntime", "parsergen"],
      exclude: ["Formats", "LanguageCases", "Random", "expressions.ksy", "expressions.tsv"], swiftSettings: strict),
    .testTarget(
      name: "ParserGenTests", dependencies: ["ParserGen", "CSQLite"], exclude: ["References"], swiftSettings: strict),
    .testTarget(
      name: "GeneratedParserTests", dependencies: ["ParserRuntime"],
      exclude: [
        "parsergen.json", "numbers.ksy", "layout.ksy", "expressions.ksy", "ancestors.ksy", "common.ksy",
        "constraints.ksy", "chat.ksy", "wire.ksy", "lists.ksy",
      ], swiftSettings: strict, plugins: ["ParserGenPlugin"]),
    .testTarget(name: "NanoParserTests", dependencies: ["NanoParser", "ParserRuntime"], swiftSettings: strict),
    // Frames for the tests and the fuzz targets.
    .target(name: "LayerBuilding", dependencies: ["Capture"], path: "Tests/LayerBuilding", swiftSettings: strict),
    // Holds answers of the API against its description.
    .target(name: "AnswerShape", path: "Tests/AnswerShape", swiftSettings: strict),
    // Counts allocations in the tests' process.
    .target(name: "AllocationCounting", path: "Tests/AllocationCounting"),
    .testTarget(
      name: "CaptureTests",
      dependencies: [
        "AllocationCounting", "Capture", "LayerBuilding", "NanoParser", "ParserRuntime", "CLibPcap", "CSQLite",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["dialogue.ksy", "exchange.ksy", "gauge.ksy", "parsergen.json"], swiftSettings: strict,
      plugins: ["ParserGenPlugin"]),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "Capture", "NanoParser", "ParserRuntime", "CSQLite", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConsoleTests",
      dependencies: [
        "Console", "Capture", "NanoParser", "ParserRuntime", .product(name: "Logging", package: "swift-log"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      swiftSettings: strict),
    // A sensor that tests kill.
    .executableTarget(
      name: "clickhouse-sensor", dependencies: ["Capture", "ClickHouseStore", "NanoParser", "ParserRuntime"],
      path: "Tests/ClickHouseSensor", swiftSettings: strict),
    .testTarget(
      name: "ClickHouseTests",
      dependencies: [
        "AnswerShape", "Capture", "CCompression", "ClickHouseSchema", "ClickHouseStore", "Console", "NanoParser",
        "ParserRuntime", "CSQLite", "clickhouse-sensor",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: strict),
    .testTarget(
      name: "AnalyzerTests", dependencies: ["Analyzer", "Capture", "NanoParser", "ParserRuntime"],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["AnswerShape", "CSQLite"], exclude: ["Fixtures"], swiftSettings: strict),
    fuzzTests,
  ],
  swiftLanguageModes: [.v6]
)

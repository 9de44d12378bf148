// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "nanocap", path: "..")],
  targets: [
    .executableTarget(
      name: "benchmark",
      dependencies: [
        .product(name: "NanoParser", package: "nanocap"), .product(name: "ParserRuntime", package: "nanocap"),
      ])
  ],
  swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.2
import PackageDescription

// The whole of a capture tool for another protocol: its description, and a page of Swift that runs the engine.
let package = Package(
  name: "dnscap",
  // Of your own package: .package(url: "https://…/nanocap", from: "0.1.0")
  dependencies: [.package(name: "nanocap", path: "../..")],
  targets: [
    .executableTarget(
      name: "dnscap",
      dependencies: [
        .product(name: "Capture", package: "nanocap"), .product(name: "ParserRuntime", package: "nanocap"),
      ],
      exclude: ["dns.ksy"], plugins: [.plugin(name: "ParserGenPlugin", package: "nanocap")])
  ],
  swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.2
import PackageDescription

// The whole of an analyzer for another protocol: its description, and three lines of Swift. `parsergen new` writes such a
// package.
let package = Package(
  name: "dnscap",
  dependencies: [.package(name: "nanocap", path: "../..")],
  targets: [
    .executableTarget(
      name: "dnscap",
      dependencies: [.product(name: "Analyzer", package: "nanocap")],
      exclude: ["dns.ksy"], plugins: [.plugin(name: "ParserGenPlugin", package: "nanocap")])
  ],
  swiftLanguageModes: [.v6]
)

// swift-tools-version: 6.2
import PackageDescription

// An analyzer for Modbus/TCP: its description, and three lines of Swift.
let package = Package(
  name: "modbuscap",
  dependencies: [.package(name: "nanocap", path: "../..")],
  targets: [
    .executableTarget(
      name: "modbuscap",
      dependencies: [.product(name: "Analyzer", package: "nanocap")],
      exclude: ["modbus.ksy"], plugins: [.plugin(name: "ParserGenPlugin", package: "nanocap")])
  ],
  swiftLanguageModes: [.v6]
)

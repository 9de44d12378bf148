// swift-tools-version: 6.2
import PackageDescription

// An analyzer for MQTT: its description, and three lines of Swift.
let package = Package(
  name: "mqttcap",
  dependencies: [.package(name: "nanocap", path: "../..")],
  targets: [
    .executableTarget(
      name: "mqttcap",
      dependencies: [.product(name: "Analyzer", package: "nanocap")],
      exclude: ["mqtt.ksy"], plugins: [.plugin(name: "ParserGenPlugin", package: "nanocap")])
  ],
  swiftLanguageModes: [.v6]
)

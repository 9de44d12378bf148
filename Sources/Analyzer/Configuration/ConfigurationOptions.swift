import ArgumentParser
import Capture
import ClickHouseStore
import Settings
import Foundation
import ParserRuntime

/// The options that every subcommand has.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration file; \(Program.info.program.configurationFile) is read if it is there.", valueName: "file"))
  var config: String?
  @Option(name: .shortAndLong, help: ArgumentHelp("The database's file.", valueName: "file"))
  var database: String?
  @Option(
    help: ArgumentHelp(
      "Instead of a file a database of ClickHouse's; its password is in \(Program.passwordVariable) or a file.",
      valueName: "clickhouse://user@host:8123/database"))
  var store: String?
  @Option(help: ArgumentHelp("The file that has the store's password.", valueName: "file"))
  var storePasswordFile: String?
  @Option(help: ArgumentHelp("Certificates (PEM) that may have signed the store's.", valueName: "file"))
  var storeCAFile: String?
  @Option(help: ArgumentHelp("The cluster that shares the store's rows.", valueName: "name"))
  var cluster: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Any setting of the configuration; '\(Program.name) config show' lists them.", valueName: "key=value"))
  var settings: [String] = []

  /// The values in force.
  /// - Parameter arguments: those of the command's own options; nil for those that were not given.
  func resolve(_ arguments: [String: Setting.Value?] = [:]) throws(CaptureError) -> Configuration {
    var given = arguments.compactMapValues(\.self)
    for text in settings {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let setting = Setting.named(parts[0]) else {
        let nearest = Setting.nearest(to: parts[0], in: Setting.all.map(\.key))
        throw CaptureError("--set \(text): give key=value\(nearest.map { ", such as \($0)=…" } ?? "")")
      }
      guard let value = setting.value(of: parts[1]) else {
        throw CaptureError("--set \(text): '\(setting.key)' must be \(setting.expectation)")
      }
      given[setting.key] = value
    }
    let own = [
      ("database", database), ("store", store), ("store_password_file", storePasswordFile),
      ("store_ca_file", storeCAFile), ("store_cluster", cluster),
    ]
    for (key, value) in own { if let value { given[key] = .text(value) } }
    // A secret is no setting: those are shown.
    let environment = ProcessInfo.processInfo.environment.filter { $0.key != Program.passwordVariable }
    do throws(ConfigurationError) {
      return try Configuration(
        Setting.all, of: Program.places, file: config, environment: environment, arguments: given)
    } catch {
      throw CaptureError(error.description)
    }
  }

  /// The same, with warnings on standard error.
  func resolveAloud(_ arguments: [String: Setting.Value?] = [:]) throws(CaptureError) -> Configuration {
    let configuration = try resolve(arguments)
    for warning in configuration.warnings { complain("warning: \(warning)") }
    return configuration
  }
}

/// A line on standard error.
func complain(_ text: String) { FileHandle.standardError.write(Data("\(Program.name): \(text)\n".utf8)) }

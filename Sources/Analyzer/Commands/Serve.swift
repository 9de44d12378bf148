import ArgumentParser
import Capture
import Foundation
import Settings

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the web console on a database.",
    discussion: """
      The console is on http://127.0.0.1:8077 unless --bind and --port, or the configuration, say otherwise. Where others
      can reach it, it asks for a token, which is printed with its address.

      EXAMPLES
        \(Program.name) serve --database capture.db
        \(Program.name) serve --database captures/      # the latest of the folder; the page lets choose others
        \(Program.name) serve --bind 0.0.0.0 --port 8080
      """)

  @OptionGroup var common: ConfigurationOptions
  @OptionGroup var web: WebOptions

  func run() throws {
    try reportingErrors {
      let (common, folder) = try databaseOfFolder()
      let session = try Session(hasConsole: true) { [web] () throws(CaptureError) in
        let arguments = web.arguments.merging(folder) { first, _ in first }
        let configuration = try common.resolve(arguments)
        let store = try configuration.captureStore()
        guard store.exists else {
          let remedy =
            try configuration.clickHouseStore() == nil
            ? "'\(Program.name) import' or '\(Program.name) capture'" : "'\(Program.name) store create'"
          throw CaptureError("\(store.name): there is no such database; make one with \(remedy)")
        }
        return configuration
      }
      session.serveDatabase()
    }
  }
}

extension Serve {
  /// Of a folder in the place of a database the one that was changed last, and the setting by which the console shows the
  /// others.
  private func databaseOfFolder() throws -> (ConfigurationOptions, [String: Setting.Value?]) {
    let configuration = try common.resolve(web.arguments)
    let name = configuration.text("database")
    var isFolder: ObjCBool = false
    guard try configuration.storeName() == nil, FileManager.default.fileExists(atPath: name, isDirectory: &isFolder),
      isFolder.boolValue
    else { return (common, [:]) }
    var common = common
    common.database = try DatabaseFolder(path: name, info: Program.info).latest().path
    return (common, ["web.database_folder": .text(name)])
  }
}

/// Where the console listens.
struct WebOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The console's address.", valueName: "address"))
  var bind: String?
  @Option(help: ArgumentHelp("The console's port.", valueName: "port"))
  var port: Int?

  func validate() throws {
    guard (0...65535).contains(port ?? 0) else {
      throw ValidationError("--port is from 0 to 65535; 0 takes a free one")
    }
  }

  var arguments: [String: Setting.Value?] {
    ["web.bind": bind.map { .text($0) }, "web.port": port.map { .integer($0) }]
  }
}

import ArgumentParser
import Capture
import ClickHouseStore
import Foundation
import ParserRuntime

struct Push: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Send the rows of a database to a store on a server.",
    discussion: """
      All rows are sent, each once. A push that was interrupted goes on where it was when it is run again; what the store
      has is not sent a second time. Nobody may write to the file meanwhile.

      EXAMPLES
        \(Program.name) push capture.db --store clickhouse://sensor@db.example.net:8123/\(Program.id)
      """)

  @Argument(help: ArgumentHelp("The database's file.", valueName: "file"))
  var file: String
  @OptionGroup var common: ConfigurationOptions

  func validate() throws {
    guard common.database == nil else { throw ValidationError("the file is named without --database") }
  }

  func run() throws {
    let signals = Signals()
    let display = ProgressDisplay()
    let (name, result) = try reportingErrors {
      let store = try common.clickHouseStore()
      guard FileManager.default.fileExists(atPath: file) else { throw CaptureError("\(file): there is no such file") }
      guard Stores.isStore(file) else {
        throw CaptureError("\(file): is no database; captures are for '\(Program.name) import --store'")
      }
      let other = Stores.store(named: file, for: Program.info)
      let result = try store.push(other) { progress in
        display.show(progress)
        return !signals.isStopRaised
      }
      return (store.name, result)
    }
    display.clear()
    print("\(grouped(result.messages)) messages, \(grouped(result.rows)) rows: \(name)")
    if let store = result.store, store.rejectedBatches > 0 {
      complain(
        "\(store.rejectedBatches) batches were set aside, since the store will never take them: \(store.error ?? "")")
    }
    guard result.isComplete, result.store?.rejectedBatches ?? 0 == 0 else {
      if !result.isComplete { complain("not everything is there yet; run the command again to go on") }
      throw ExitCode.failure
    }
  }
}

import ArgumentParser
import Capture
import Foundation
import Settings

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the messages that a filter lets through to a file: their packets, their fields, or their rows.",
    discussion: """
      pcap and pcapng have the packets that carry the messages: those of the capture file that was imported, as they are,
      with whatever else these packets carry. Where that file is no longer there, and of a live capture, packets are made of
      the messages' bytes, which capture.raw_details keeps. json and ndjson have a message as 'decode' does, and need the
      same bytes. csv has the columns of 'message', and those of the messages' contents where these are of one table.

      The file is whole, or it is not there.

      EXAMPLES
        \(Program.name) export capture.db --filter 'type == \(Program.messageKind)' --output part.pcap
        \(Program.name) export capture.db --filter 'flow == 17' --output connection.pcapng
        \(Program.name) export --filter 'length > 1000' --format csv | head
      """)

  @Argument(help: ArgumentHelp("A database. Without it --database, --store or the configuration's.", valueName: "file"))
  var file: String?
  @OptionGroup var common: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "Export messages that a filter lets through, such as 'type == \(Program.messageKind) and length > 200'.",
      valueName: "filter"))
  var filter: String?
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Export messages that satisfy SQL on a row of 'message'.", valueName: "sql"))
  var sql: String?
  @Option(help: "\(Export.formats); without it as the file's name ends.", transform: Export.format)
  var format: ExportFormat?
  @Option(name: .shortAndLong, help: ArgumentHelp("The file; '-' is standard output.", valueName: "file"))
  var output = "-"
  @Flag(help: "Replace a file that is there already.")
  var force = false

  private static let formats = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")

  private static func format(_ name: String) throws -> ExportFormat {
    guard let format = ExportFormat(rawValue: name) else { throw ValidationError("a format is one of \(formats)") }
    return format
  }

  func validate() throws {
    if file != nil, common.database != nil || common.store != nil {
      throw ValidationError("name a file, or --database or --store, not both")
    }
  }

  func run() throws {
    try reportingErrors {
      let export = try MessageExport(
        try wantedFormat(), of: try conditions(), from: try store().queries, as: Program.specification)
      if output == "-" {
        while let part = try export.next() { try StandardOutput.write(Data(part)) }
      } else {
        try write(export)
      }
    }
  }

  private func wantedFormat() throws -> ExportFormat {
    guard let format = format ?? ExportFormat(fileName: output) else {
      throw CaptureError(
        "--output \(output): its name does not tell the format; choose one with --format: \(Self.formats)")
    }
    guard !format.isBinary || output != "-" || isatty(STDOUT_FILENO) == 0 else {
      throw CaptureError("\(format.rawValue) is nothing for a terminal; name a file with --output")
    }
    return format
  }

  private func store() throws -> any CaptureStore {
    guard let file else { return try common.resolveAloud().store() }
    guard Stores.isStore(file) else {
      throw CaptureError("\(file): is no database; import it first, or decode it with '\(Program.name) decode'")
    }
    return Stores.store(named: file, for: Program.info)
  }

  private func conditions() throws -> [RowCondition] {
    var conditions: [RowCondition] = []
    if let filter { conditions.append(.message(try FilterText.condition(filter))) }
    if let sql { conditions.append(.expression(sql)) }
    return conditions
  }

  private func write(_ export: MessageExport) throws {
    guard force || !FileManager.default.fileExists(atPath: output) else {
      throw CaptureError("\(output): is there already; --force replaces it")
    }
    let signals = Signals()
    let file = try DurableOutput(output, isNew: !force)
    while let part = try export.next() {
      try part.withUnsafeBytes { try file.write([$0]) }
      guard !signals.isStopRaised else { throw CaptureError("\(output): was not written: it was stopped") }
    }
    try file.finish()
  }
}

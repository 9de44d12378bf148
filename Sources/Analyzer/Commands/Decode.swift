import ArgumentParser
import Capture
import Foundation
import ParserRuntime
import Settings

struct Decode: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show messages field by field, with offsets, lengths, values and what they mean; or in a line each.",
    discussion: """
      Of a capture file all is shown: messages, entries of response streams, and what cannot be parsed, up to the place where
      it fails. Of a database messages are shown; their bytes come from it (capture.raw_details) or from the capture file that
      was imported.

      EXAMPLES
        \(Program.name) decode node.pcap | less
        \(Program.name) decode node.pcap --format line | less
        \(Program.name) decode node.pcap --message 17
        \(Program.name) decode office.pcap --detect      # what is of the protocol, whatever the ports
        \(Program.name) decode node.pcap --type \(Program.messageKind) --format json
        \(Program.name) decode capture.db --type \(Program.messageKind) --limit 3
        \(Program.name) decode capture.db --filter "length > 1000 and direction == 1"
        \(Program.name) decode capture.db --where "stream_offset % 8 = 0"
      """)

  @Argument(
    help: ArgumentHelp(
      "A capture file or a database; '-' is a capture from standard input. Without it --database or --store.",
      valueName: "file"))
  var file: String?
  @OptionGroup var common: ConfigurationOptions
  @Option(help: ArgumentHelp("Show one message: its id, or its number in a capture file.", valueName: "number"))
  var message: Int?
  @Option(help: ArgumentHelp("Show messages, or entries of response streams, of one type only.", valueName: "name"))
  var type: String?
  @Option(
    help: ArgumentHelp(
      "Show messages that a filter lets through, such as 'type == \(Program.messageKind) and length > 200'.",
      valueName: "filter"))
  var filter: String?
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Show messages that satisfy SQL on a row of 'message'.", valueName: "sql"))
  var sql: String?
  @Option(help: ArgumentHelp("Show so many at the most (a database: 1000 if nothing is said).", valueName: "count"))
  var limit: Int?
  @Option(help: "tree, line (a line each), or json (an object a line).")
  var format = DecodeFormat.tree
  @OptionGroup var detection: DetectionOptions
  @Flag(help: "Leave out what the description says of fields.")
  var brief = false

  enum DecodeFormat: String, ExpressibleByArgument, CaseIterable { case tree, line, json }

  private var unitFormat: UnitPrinter.Format {
    switch format {
    case .tree: .tree(hasDocs: !brief)
    case .line: .line(Program.specification)
    case .json: .json
    }
  }

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if let message, message < 1 { throw ValidationError("--message is at least 1") }
    if file == nil, common.database == nil, common.store == nil {
      throw ValidationError("name a capture file, or a database with --database or --store")
    }
    if file != nil, common.database != nil || common.store != nil {
      throw ValidationError("name a file, or --database or --store, not both")
    }
  }

  func run() throws {
    try reportingErrors {
      let type = try self.type.map(knownType)
      let condition = try filter.map(FilterText.condition)
      let printer = OutputPrinter(unitFormat)
      let name = try printer.finishing { try show(type, condition, printer) }
      guard printer.count > 0 else { throw CaptureError("\(name): has no such message") }
    }
  }

  // MARK: Sources

  /// - Returns: The name of what was shown.
  private func show(_ type: String?, _ condition: MessageCondition?, _ printer: OutputPrinter) throws -> String {
    if detection.detect, file.map(Stores.isStore) ?? true {
      throw ValidationError("--detect is for capture files: what was found for a database is in it already")
    }
    guard let file else {
      let store = try common.resolveAloud().store()
      try show(store, type, condition, printer)
      return store.name
    }
    if Stores.isStore(file) {
      try show(Stores.store(named: file, for: Program.info), type, condition, printer)
    } else if condition != nil || sql != nil {
      try showImported(file, type, condition, printer)
    } else {
      try showCapture(file, type, printer)
    }
    return file
  }

  private func showCapture(_ file: String, _ type: String?, _ printer: OutputPrinter) throws(CaptureError) {
    let summary = try MessageReader(
      [file], as: Program.specification, options: detection.options
    ).run { unit in
      if let message, unit.number != message { return true }
      // What cannot be parsed has no name of its own, but its fields so far tell what it was to be.
      if let type, unit.name != type, unit.failure == nil || unit.contentName != type { return true }
      return printer.print(unit) && message == nil && printer.count < limit ?? .max
    }
    for warning in summary.warnings { complain("warning: \(warning)") }
  }

  /// A condition needs a database: the capture is imported into one that is thrown away.
  private func showImported(
    _ file: String, _ type: String?, _ condition: MessageCondition?, _ printer: OutputPrinter
  ) throws {
    var status = stat()
    let isPresent = stat(file, &status) == 0
    // A folder has files that can be.
    guard file != "-", !isPresent || [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else {
      throw CaptureError(
        "--filter and --where need a file: \(captureName(file)) cannot be read twice; save it as a file first")
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(Program.name)-decode-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let database = folder.appending(path: "decode.db").path
    let store = Stores.store(named: database, for: Program.info)
    _ = try Importer(into: store, as: Program.specification, options: detection.options).run([file])
    try show(store, type, condition, printer)
  }

  private func show(
    _ store: any CaptureStore, _ type: String?, _ condition: MessageCondition?, _ printer: OutputPrinter
  ) throws {
    let info = Program.info
    var conditions: [RowCondition] = []
    if let condition { conditions.append(.message(condition)) }
    if let sql { conditions.append(.expression(sql)) }
    if let message { conditions.append(.equal("id", .integer(Int64(message)))) }
    if let type, info.outline.type("msg_" + type) == nil, info.outline.type(type) != nil {
      throw CaptureError("of a database only messages can be shown; name the capture file to see '\(type)'")
    }
    if let type, let column = info.typeColumn,
      let lookup = info.lookups.first(where: { $0.table == "message" && $0.column == column })
    {
      let values = info.nameTables.first { $0.name == lookup.names }?.entries.filter { $0.name == type } ?? []
      conditions.append(.oneOf(column, values.map { .integer($0.value) }))
    }
    let messages = StoredMessages(store.queries, as: Program.specification)
    let (missing, reason) = try messages.run(where: conditions, limit: limit ?? 1000) { printer.print($0) }
    guard missing == 0 else {
      throw CaptureError("the bytes of \(grouped(missing)) messages cannot be had: \(reason ?? "")")
    }
  }

  private func knownType(_ name: String) throws(CaptureError) -> String {
    let info = Program.info
    let messages = info.outline.types.map(\.name).filter { $0.hasPrefix("msg_") }.map { String($0.dropFirst(4)) }
    let contents = info.outline.types.flatMap(\.members).flatMap(\.cases).compactMap(\.type)
    if contents.contains("msg_" + name) || info.outline.type(name) != nil { return name }
    throw CaptureError("there is no type '\(name)'; messages are \(messages.joined(separator: ", "))")
  }
}

/// Prints to standard output, and keeps the failure if that cannot be written.
private final class OutputPrinter {
  private let printer: UnitPrinter
  private(set) var failure: CaptureError?

  init(_ format: UnitPrinter.Format) {
    printer = UnitPrinter(format, Program.info.outline, isImmediate: isatty(STDOUT_FILENO) == 1) {
      (piece) throws(CaptureError) in try StandardOutput.write(Data(piece))
    }
  }

  var count: Int { printer.count }

  /// - Returns: Whether it could be written.
  func print(_ unit: TracedUnit) -> Bool {
    do throws(CaptureError) { try printer.print(unit) } catch { failure = error }
    return failure == nil
  }

  /// Writes all that `body` prints, also where it fails.
  func finishing<Result>(_ body: () throws -> Result) throws -> Result {
    let outcome = Swift.Result(catching: body)
    if let failure { throw failure }
    try printer.flush()
    return try outcome.get()
  }
}

import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Both sample captures in a file of SQLite's, and its rows as values.
struct SampleValues {
  typealias Row = [String: QueryValue]

  let file: DatabaseFile
  /// Rows by table.
  let tables: [String: [Row]]
  let messages: [Int64: Row]
  let flows: [Int64: Row]
  fileprivate let folder: Folder

  /// One for all tests, which only read.
  static let shared = Result { try SampleValues() }

  private init() throws {
    folder = try Folder()
    file = DatabaseFile(path: folder.path("samples.db"), info: NanoSpecification.info)
    let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Samples")
    let captures = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"].map { samples.appending(path: $0).path }
    _ = try Importer(into: file, as: NanoSpecification.self).run(captures)
    var tables: [String: [Row]] = [:]
    for table in EngineTables.all + NanoSpecification.info.tables {
      tables[table.name] = try file.queries.storedRows(RowRequest(table.name), QueryControl()).map(\.byName)
    }
    self.tables = tables
    func byID(_ table: String) -> [Int64: Row] {
      Dictionary(uniqueKeysWithValues: (tables[table] ?? []).map { ($0.number("id") ?? 0, $0) })
    }
    (messages, flows) = (byID("message"), byID("flow"))
    // A folder is removed with its object, and this one stays until the process ends.
    atexit { if case .success(let values) = SampleValues.shared { values.folder.remove() } }
  }

  /// Rows of a result.
  func rows(_ cursor: any ResultCursor) throws -> [Row] {
    var rows: [Row] = []
    while try cursor.step() { rows.append(Dictionary(zip(cursor.columns, cursor.row)) { first, _ in first }) }
    return rows
  }

  func answer(_ question: StoreQuestion) throws -> [Row] {
    try rows(file.queries.answer(question, QueryControl()))
  }

  /// What the description asks about a value.
  /// - Parameter store: nil for the samples'.
  func ask(_ kind: String, _ title: String, _ value: String, of store: DatabaseFile? = nil) throws -> [Row] {
    let kind = try #require(NanoSpecification.info.valueKinds.first { $0.name == kind })
    let query = try #require(kind.queries.first { $0.title == title }, "\(title)")
    var parameters = ["value": QueryValue.text(kind.spellings.first?.text(value) ?? value)]
    for spelling in kind.spellings { parameters[spelling.name] = spelling.text(value).map { .text($0) } ?? .null }
    let queries = (store ?? file).queries
    return try rows(
      queries.query(queries.statement(query, .named(parameters), QueryControl()), .none, QueryControl()))
  }

  // MARK: Messages

  /// The message that a row belongs to.
  func message(of row: Row) -> Row { messages[row.number("packet_id") ?? 0] ?? [:] }

  /// `address:port` of who sent a message, and of who received it. In answers of the legacy bootstrap they change places:
  /// their rows are those of the request.
  func ends(of message: Row, isAnswer: Bool = false) -> (sender: String, receiver: String) {
    let flow = flows[message.number("flow_id") ?? 0] ?? [:]
    let initiator = "\(flow.text("srcip")):\(flow.text("srcport"))"
    let responder = "\(flow.text("dstip")):\(flow.text("dstport"))"
    return (message.number("direction") == 0) != isAnswer ? (initiator, responder) : (responder, initiator)
  }

  /// Rows of blocks by their hash.
  var blocks: [String: [(table: String, row: Row)]] {
    let all = ["block_state", "block_send", "block_receive", "block_open", "block_change"].flatMap { table in
      (tables[table] ?? []).map { (table: table, row: $0) }
    }
    return Dictionary(grouping: all) { $0.row.text("hash") }
  }
}

extension Folder {
  fileprivate func remove() { try? FileManager.default.removeItem(at: url) }
}

extension [String: QueryValue] {
  func number(_ column: String) -> Int64? { if case .integer(let value)? = self[column] { value } else { nil } }

  /// A value as a text; of NULL nothing.
  func text(_ column: String) -> String { self[column].map { $0.resultText } ?? "" }
}

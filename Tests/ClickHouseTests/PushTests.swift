import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture
@testable import ClickHouseStore

/// What a file of SQLite's has is sent to a store: all of it, and once.
@Suite(.serialized) struct PushTests {
  private let folder: TestFolder
  private let store: StoreUnderTest
  private let info = NanoSpecification.info

  init() throws {
    folder = try TestFolder()
    store = try StoreUnderTest()
  }

  private static let samples = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples")

  /// A file with the messages of two captures, as they are and as bytes.
  private func file(_ name: String = "a.db", times: Int = 1) throws -> DatabaseFile {
    let file = DatabaseFile(path: folder.path(name), info: info)
    var options = DecodingOptions()
    options.storesBytes = true
    let importer = Importer(into: file, as: NanoSpecification.self, options: options)
    for _ in 0..<times {
      let captures = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"]
      _ = try importer.run(captures.map { Self.samples.appending(path: $0).path }, again: true)
    }
    return file
  }

  private func push(
    _ file: DatabaseFile, port: Int? = nil, portion: Int64 = 100, progress: (StorePushProgress) -> Bool = { _ in true }
  ) throws -> StorePushProgress {
    let session = try store.session(folder.path("s"), port: port)
    return try StorePush.push(file, to: session, portion: portion, progress: progress)
  }

  /// Holds the rows of all tables against those of a file, whose ids begin at 1.
  private func expectSame(_ file: DatabaseFile) throws {
    let columns = ["message": "time_us, length, msg_type, flow_id", "flow": "srcip, dstport, opened_us, closed_us"]
    var total = 0
    for table in info.tables + EngineTables.all {
      let key = table.columns[0].name
      let own = try file.queries.counts(of: table.name, by: [], QueryControl())
      guard try own.step(), case .integer(let wanted) = own.value(0) else { continue }
      total += Int(wanted)
      let found = try store.value("SELECT count(), uniqExact(\(key)) FROM \(table.name)")
      #expect(found == "\(wanted)\t\(wanted)", "\(table.name)")
      guard wanted > 0, let columns = columns[table.name] else { continue }
      // Ids but the file's are put on top of the first.
      let base = try #require(Int64(try store.value("SELECT min(id) - 1 FROM flow")))
      for row in try file.queries.storedRows(RowRequest(table.name, order: "id", limit: 20), QueryControl()).map(
        \.byName)
      {
        guard case .integer(let id)? = row["id"] else { continue }
        let values = columns.split(separator: ",").map { name -> String in
          let name = name.trimmingCharacters(in: .whitespaces)
          switch row[name] {
          case .integer(let value): return "\(name.hasSuffix("_id") ? value + base : value)"
          case .text(let text): return text
          default: return "\\N"
          }
        }
        let found = try store.value("SELECT \(columns) FROM \(table.name) WHERE id = \(base + id)")
        #expect(found == values.joined(separator: "\t"))
      }
    }
    #expect(total > 5_000)
    for (table, column) in [
      ("keepalive_host", "packet_id"), ("bulk_pull_response", "packet_id"), ("message_bytes", "message_id"),
      ("message_answer", "message_id"), ("message_answer", "request_message_id"),
    ] {
      let lost = try store.value("SELECT count() FROM \(table) WHERE \(column) NOT IN (SELECT id FROM message)")
      #expect(lost == "0", "\(table)")
    }
    // What belongs to a message has its time.
    #expect(
      try store.value(
        """
        SELECT count() FROM (SELECT packet_id AS id, time_us AS time FROM keepalive_host)
        ANY INNER JOIN (SELECT id, time_us FROM message) USING id WHERE time <> time_us
        """) == "0")
  }

  @Test func `all rows of a file are sent, and none a second time`() throws {
    let file = try file()
    let first = try push(file)
    #expect(first.isComplete && !first.isResumed && first.messages == 1441 + 425)
    try expectSame(file)
    let second = try push(file)
    #expect(second.isComplete && second.isResumed && second.messages == 0)
    try expectSame(file)
  }

  @Test func `rows that are added after a push are sent by the next one, however long its portions are`() throws {
    let file = try file()
    #expect(try push(file, portion: 100_000).messages == 1441 + 425)
    _ = try self.file()
    let second = try push(file, portion: 100_000)
    #expect(second.isComplete && second.messages == 1441 + 425)
    try expectSame(file)
  }

  @Test func `rows that are added while a push runs are left to the next one`() throws {
    let file = try file()
    var isAdded = false
    let first = try push(file, portion: 200) { _ in
      if !isAdded {
        isAdded = true
        #expect(throws: Never.self) { try self.file() }
      }
      return true
    }
    #expect(isAdded && first.isComplete && first.messages == 1441 + 425)
    let second = try push(file, portion: 200)
    #expect(second.isComplete && second.messages == 1441 + 425)
    try expectSame(file)
  }

  @Test func `a push that is interrupted anywhere goes on where it was`() throws {
    let file = try file(times: 2)
    // After each portion, and some of them on a line that cuts requests and loses answers.
    var pushes = 0
    while true {
      pushes += 1
      try #require(pushes < 200)
      let line = try UnreliableLine(to: store.server.port, seed: UInt64(pushes))
      defer { line.stop() }
      var portions = 0
      let result = try push(file, port: pushes > 1 && pushes % 2 == 0 ? line.port : nil, portion: 200) { _ in
        portions += 1
        return portions < 3
      }
      if result.isComplete { break }
    }
    #expect(pushes > 3)
    try expectSame(file)
  }

  @Test func `rows that were sealed before the portion was known to be done are not sent twice`() throws {
    let file = try file()
    _ = try push(file)
    // As a process would leave it that was killed between the two.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("s"))
    let name = try #require(names.first { $0.hasPrefix("push-") })
    let path = folder.path("s") + "/" + name
    var state = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
    var done = try #require(state["done"] as? [String: Int64])
    for table in ["message", "flow_event"] { done[table] = try #require(done[table]) - 100 }
    state["done"] = done
    try JSONSerialization.data(withJSONObject: state).write(to: URL(filePath: path))
    let again = try push(file)
    #expect(again.isComplete && again.messages > 0)
    try expectSame(file)
  }

  @Test func `a file without a run, or of something else, is told`() throws {
    let empty = DatabaseFile(path: folder.path("empty.db"), info: info)
    try empty.prepare()
    let error = #expect(throws: CaptureError.self) { try push(empty) }
    #expect(error?.description.contains("has no run") == true, "\(error as Any)")
  }
}

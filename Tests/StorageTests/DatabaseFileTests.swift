import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Synchronization
import Testing

@testable import Capture

/// A database's file: who may write to it, whose tables it has, and that it is there as a whole or not at all.
@Suite struct DatabaseFileTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func execute(_ sql: String, _ name: String = "a.db") throws {
    let queue = try DatabaseQueue(path: folder.path(name))
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  // MARK: The lock

  @Test func `one writes at a time, and the next one when that has done`() throws {
    var first: WriteLock? = try WriteLock(path: folder.path("a.db"), name: "a.db")
    let error = #expect(throws: CaptureError.self) { try WriteLock(path: folder.path("a.db"), name: "a.db") }
    #expect(error?.description.contains("a.db: another process is writing to it") == true)
    withExtendedLifetime(first) {}
    first = nil
    _ = try WriteLock(path: folder.path("a.db"), name: "a.db")
  }

  @Test func `what is no database file is told`() {
    for (path, reason) in [(folder.url.path, "is a folder"), (folder.path("none/a.db"), "cannot be opened")] {
      let error = #expect(throws: CaptureError.self) { try WriteLock(path: path, name: "x") }
      #expect(error?.description.contains(reason) == true, "\(error as Any)")
    }
  }

  @Test func `a file that is no database is told, and left as it is`() throws {
    let path = try folder.write(Array("This is no database, but a text of some length.".utf8), "a.db")
    let error = #expect(throws: CaptureError.self) { try folder.store() }
    #expect(error?.description.contains("is not a SQLite database") == true, "\(error as Any)")
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("This is no database"))
  }

  // MARK: The write-ahead log

  @Test func `a copy of a closed file alone has its rows, though somebody still reads it`() throws {
    let database = try folder.store()
    let reader = try DatabaseQueue(path: folder.path("a.db"))
    #expect(try reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") } == 0)
    try database.withWriter { try $0.execute(sql: "INSERT INTO run (id, kind) VALUES (1, 'live')") }
    try database.close()
    try FileManager.default.copyItem(atPath: folder.path("a.db"), toPath: folder.path("copy.db"))
    let copy = try ReadConnection(path: folder.path("copy.db"))
    let cursor = try QueryCursor("SELECT id FROM run", on: copy, limits: QueryLimits())
    #expect(try cursor.step() && cursor.row == [.integer(1)])
    // Without a reader SQLite itself moves what is in the log.
    #expect(folder.names.contains("a.db-wal"))
    try reader.close()
  }

  // MARK: Tables

  @Test func `tables and columns that are missing are added, and rows stay`() throws {
    try folder.store().close()
    try execute(
      "INSERT INTO run (id, kind) VALUES (7, 'live'); ALTER TABLE run DROP COLUMN dropped_queue; DROP TABLE vote")
    try folder.store().close()
    let connection = try ReadConnection(path: folder.path("a.db"))
    let cursor = try QueryCursor(
      "SELECT id, dropped_queue, (SELECT count(*) FROM vote) FROM run", on: connection, limits: QueryLimits())
    #expect(try cursor.step() && cursor.row == [.integer(7), .null, .integer(0)])
  }

  @Test func `tables of another description are an error that names all differences, and nothing is changed`() throws {
    try folder.store().close()
    try execute(
      """
      ALTER TABLE run ADD COLUMN mine; DROP TABLE message_bytes;
      CREATE TABLE message_bytes (message_id INTEGER PRIMARY KEY, bytes TEXT)
      """)
    let error = #expect(throws: CaptureError.self) { try folder.store() }
    let text = error?.description ?? ""
    #expect(text.contains("run has a column mine that the description lacks"), "\(text)")
    #expect(text.contains("message_bytes.bytes is TEXT, not BLOB"), "\(text)")
    let connection = try ReadConnection(path: folder.path("a.db"))
    let cursor = try QueryCursor("SELECT mine FROM run", on: connection, limits: QueryLimits())
    #expect(try !cursor.step())
  }

  private var file: DatabaseFile { DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info) }

  /// The number of rows of `run`.
  private func runs(_ connection: ReadConnection) throws -> QueryValue {
    let cursor = try QueryCursor("SELECT count(*) FROM run", on: connection, limits: QueryLimits())
    return try cursor.step() ? cursor.value(0) : .null
  }

  @Test(arguments: ["WAL", "DELETE"], [4096, 8192, 32768])
  func `removing data leaves empty tables, and who reads what they had`(journal: String, pageSize: Int) throws {
    let queue = try DatabaseQueue(path: folder.path("a.db"))
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA page_size = \(pageSize); CREATE TABLE other (x)")
    }
    try folder.store().close()
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "INSERT INTO run (id, kind) VALUES (7, 'live'), (8, 'live')")
      #expect(try Int.fetchOne(db, sql: "PRAGMA page_size") == pageSize)
      #expect(try String.fetchOne(db, sql: "PRAGMA journal_mode = \(journal)") == journal.lowercased())
    }
    try queue.close()
    let known = try ReadConnection(path: folder.path("a.db"))
    #expect(try runs(known) == .integer(2))
    try file.removeData()
    #expect(try runs(known) == .integer(0), "who has it open need not open it again")
    #expect(try runs(ReadConnection(path: folder.path("a.db"))) == .integer(0))
    let fresh = try Folder()
    try fresh.store().close()
    #expect(try schema("a.db", folder) == schema("a.db", fresh))
  }

  private func schema(_ name: String, _ folder: Folder) throws -> [String] {
    let queue = try DatabaseQueue(path: folder.path(name))
    defer { try? queue.close() }
    return try queue.read { try String.fetchAll($0, sql: "SELECT type || ' ' || name FROM sqlite_master ORDER BY 1") }
  }

  @Test func `who is in the middle of reading keeps the old state, and delays nothing`() throws {
    try folder.store().close()
    try execute("INSERT INTO run (id, kind) VALUES (7, 'live'), (8, 'live')")
    let cursor = try QueryCursor(
      "SELECT id FROM run ORDER BY id", on: ReadConnection(path: folder.path("a.db")), limits: QueryLimits())
    #expect(try cursor.step() && cursor.row == [.integer(7)])
    try file.removeData()
    #expect(try cursor.step() && cursor.row == [.integer(8)])
    #expect(try !cursor.step())
  }

  @Test func `who looks while data is removed finds the tables whenever that is`() throws {
    try folder.store().close()
    let (path, file) = (folder.path("a.db"), file)
    let isDone = Mutex(false)
    let thread = Thread {
      for _ in 0..<20 { try? file.removeData() }
      isDone.withLock { $0 = true }
    }
    thread.start()
    var failures: [String] = []
    while !isDone.withLock({ $0 }) {
      do { _ = try runs(ReadConnection(path: path)) } catch { failures.append("\(error)") }
    }
    #expect(failures.isEmpty, "\(failures.count) times, first: \(failures.first ?? "")")
  }

  @Test func `removing data gives the space back, and makes tables of this description of any others`() throws {
    try execute("CREATE TABLE message (mine); CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(5000000))")
    #expect(throws: CaptureError.self) { try folder.store() }
    #expect(file.size > 5_000_000)
    try file.removeData()
    #expect(file.size < 1_000_000)
    try folder.store().close()
    // Also while somebody has it open who does not read.
    try execute("CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(5000000))")
    let known = try ReadConnection(path: folder.path("a.db"))
    #expect(try runs(known) == .integer(0))
    try file.removeData()
    #expect(file.size < 1_000_000)
    #expect(try runs(known) == .integer(0))
  }

  @Test func `what is no database is left alone`() throws {
    let text = [UInt8]("These are notes, and no database; somebody gave a wrong name.".utf8)
    _ = try folder.write(text, "a.db")
    #expect(throws: CaptureError.self) { try file.removeData() }
    #expect(try [UInt8](Data(contentsOf: URL(filePath: folder.path("a.db")))) == text)
  }

  @Test func `what somebody writes to is not removed`() throws {
    let store = try folder.store()
    #expect(throws: CaptureError.self) { try file.removeData() }
    #expect(throws: CaptureError.self) { try file.makeIndices() }
    try store.close()
  }

  @Test func `the size counts the log too`() throws {
    let store = try folder.store()
    let before = store.size
    try store.withWriter { db in
      let writer = try BatchWriter(db, NanoSpecification.info)
      try writer.write(batch(0..<5000))
      try writer.commit()
    }
    let log = try FileManager.default.attributesOfItem(atPath: folder.path("a.db-wal"))[.size] as? Int ?? 0
    let file = try FileManager.default.attributesOfItem(atPath: folder.path("a.db"))[.size] as? Int ?? 0
    #expect(log > 0 && store.size == log + file && store.size > before)
    try store.close()
  }

  // MARK: Whole or not at all

  @Test func `a file is replaced as a whole, and keeps its permissions`() throws {
    let path = try folder.write([1], "a")
    chmod(path, 0o640)
    try DurableFile.write(Data([2, 3]), to: path)
    #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == [2, 3])
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
    #expect(folder.names == ["a"])
  }

  @Test func `a file that is to be new replaces none`() throws {
    let path = try folder.write([1], "a")
    let failure = #expect(throws: FileFailure.self) { try DurableFile.write(Data([2]), to: path, isNew: true) }
    #expect(failure?.code == EEXIST)
    #expect(try [UInt8](Data(contentsOf: URL(filePath: path))) == [1] && folder.names == ["a"])
    try DurableFile.write(Data([2]), to: folder.path("b"), permissions: 0o600, isNew: true)
    #expect(try FileManager.default.attributesOfItem(atPath: folder.path("b"))[.posixPermissions] as? Int == 0o600)
  }

  @Test func `a folder that is not there is told`() {
    let failure = #expect(throws: FileFailure.self) { try DurableFile.write(Data(), to: folder.path("none/a")) }
    #expect(failure?.code == ENOENT && failure?.description.contains("is there such a folder?") == true)
  }

  @Test func `a database is published as a whole, and replaces none`() throws {
    let publication = try DatabasePublication(of: folder.path("a.db"))
    _ = try folder.write([7], "a.db.importing")
    _ = try folder.write([1], "a.db")
    let error = #expect(throws: CaptureError.self) { try publication.publish() }
    #expect(error?.description.contains("appeared while the import ran") == true)
    // What was imported is not lost.
    publication.discard()
    #expect(folder.names == ["a.db", "a.db.importing"])
    unlink(folder.path("a.db"))
    let second = try DatabasePublication(of: folder.path("b.db"))
    #expect(throws: CaptureError.self) { try DatabasePublication(of: folder.path("b.db")) }
    _ = try folder.write([7], "b.db.importing-wal")
    #expect(throws: CaptureError.self) { try second.publish() }
    second.discard()
    #expect(folder.names == ["a.db.importing"])
  }
}

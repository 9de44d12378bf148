import Foundation
import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Databases in a folder.
@Suite struct DatabaseFolderTests {
  private let files: Folder
  private var folder: DatabaseFolder { DatabaseFolder(path: files.url.path, info: NanoSpecification.info) }

  init() throws { files = try Folder() }

  private func make(_ name: String, _ sql: String = "", modified: Double) throws {
    let path = files.path(name)
    try DatabaseFile(path: path, info: NanoSpecification.info).prepare()
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: modified)], ofItemAtPath: path)
  }

  private static func run(_ specification: String) -> String {
    """
    INSERT INTO run (kind, source, specification, spec_fingerprint, started, dropped_kernel, dropped_queue)
    VALUES ('import', 'a', '\(specification)', 'b', 'c', 0, 0)
    """
  }

  @Test func `a database of another protocol, or of no captures, is told`() throws {
    try make("own.db", Self.run("nano"), modified: 1)
    try make("empty.db", modified: 2)
    try make("other.db", Self.run("mqtt"), modified: 4)
    try make("plain.db", "DROP VIEW packet; DROP VIEW connection; DROP TABLE flow", modified: 5)
    _ = try files.write([], "nothing.db")
    _ = try files.write(Array("SQLite format 3\0".utf8), "cut.db")
    try make("half.db.importing", modified: 6)
    let problems = try folder.entries().map { ($0.name, folder.file($0.name).problem(QueryControl())) }
    #expect(problems.map(\.0) == ["cut.db", "empty.db", "other.db", "own.db", "plain.db"])
    #expect(problems[1].1 == nil && problems[3].1 == nil)
    #expect(problems[2].1 == .otherProtocol("mqtt") && problems[4].1 == .noCaptures)
    guard case .unreadable? = problems[0].1 else { throw CaptureError("\(problems[0])") }
    #expect(throws: DatabaseFolderError.problem("other.db", .otherProtocol("mqtt"))) {
      try folder.database("other.db", QueryControl())
    }
    #expect(try folder.latest().path == files.path("empty.db"))
  }

  @Test func `a folder without databases is told`() throws {
    #expect(throws: DatabaseFolderError.noDatabases(files.url.path)) { try folder.latest() }
    let none = DatabaseFolder(path: files.url.path + "/none", info: NanoSpecification.info)
    #expect(throws: DatabaseFolderError.unreadable(files.url.path + "/none")) { try none.entries() }
  }

  @Test func `a look at a file that is written to leaves it its locks`() throws {
    let store = try DatabaseFile(path: files.path("a.db"), info: NanoSpecification.info).open(for: .sharing)
    #expect(try folder.entries().map(\.name) == ["a.db"])
    // Nor does somebody who wants to write too.
    #expect(throws: CaptureError.self) { _ = try WriteLock(path: files.path("a.db"), name: "a.db") }
    // Another process that was the last to have it open would remove its log.
    let other = Process()
    other.executableURL = URL(filePath: "/usr/bin/env")
    other.arguments = ["sqlite3", files.path("a.db"), "SELECT count(*) FROM message"]
    other.standardOutput = FileHandle.nullDevice
    try other.run()
    other.waitUntilExit()
    #expect(other.terminationStatus == 0 && files.names.contains("a.db-wal"))
    try store.close()
  }
}

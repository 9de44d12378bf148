import Foundation
import GRDB
import NanoParser
import Testing

@testable import Capture

/// Files of a rotation are one capture, in whatever order they are given.
@Suite struct RotationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples/node-v25-ascending.pcap")

  /// The records of a little-endian pcap file, each with its header.
  private static func records(_ file: Data) -> [Data] {
    var records: [Data] = []
    var place = 24
    while place + 16 <= file.count {
      let length = (0..<4).reduce(0) { $0 | Int(file[place + 8 + $1]) << (8 * $1) }
      records.append(file.subdata(in: place..<place + 16 + length))
      place += 16 + length
    }
    return records
  }

  /// Splits the sample into files, named as tcpdump names them.
  private func split(_ cuts: [Int]) throws -> [String] {
    let file = try Data(contentsOf: Self.sample)
    let records = Self.records(file)
    let borders = [0] + cuts.sorted() + [records.count]
    return try zip(borders, borders.dropFirst()).enumerated().map { index, range in
      let path = folder.url.appending(path: "part.pcap\(index == 0 ? "" : "\(index)")")
      try (file.prefix(24) + records[range.0..<range.1].joined()).write(to: path)
      return path.path
    }
  }

  private func options(_ detects: Bool) -> DecodingOptions {
    var options = DecodingOptions()
    // The ports of the sample are those of a test network.
    options.detects = detects
    return options
  }

  /// All rows but those of `run`.
  private func rows(
    _ files: [String], _ name: String, detects: Bool = false
  ) throws -> (rows: [String: [String]], summaries: [ImportSummary]) {
    let path = folder.path("\(name).db")
    let summaries = try Importer(into: path, as: NanoSpecification.self, options: options(detects)).run(files)
    let queue = try DatabaseQueue(path: path)
    let rows = try queue.read { db in
      let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'run'")
      return try tables.reduce(into: [String: [String]]()) { rows, table in
        rows[table] = try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\" ORDER BY rowid").map { row in
          row.filter { $0.0 != "run_id" }.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
        }
      }
    }
    try queue.close()
    try FileManager.default.removeItem(atPath: path)
    return (rows, summaries)
  }

  @Test(arguments: [false, true])
  func `any rotation in any order gives the rows of the whole`(detects: Bool) throws {
    let whole = try rows([Self.sample.path], "whole", detects: detects).rows
    try #require((whole["message"]?.count ?? 0) > 30)
    let count = Self.records(try Data(contentsOf: Self.sample)).count
    for files in [2, 3, 7, 20, 50] {
      let cuts = Set((1..<files).map { _ in Int.random(in: 1..<count) })
      let names = try split(Array(cuts)).shuffled()
      let (rows, summaries) = try rows(names, "parts", detects: detects)
      #expect(rows == whole, "\(cuts.sorted())")
      #expect(summaries.allSatisfy { $0.warnings.isEmpty })
      for name in names { try FileManager.default.removeItem(atPath: name) }
    }
  }

  @Test(arguments: [false, true])
  func `bytes of a message are found in the file of the rotation that has them`(detects: Bool) throws {
    let count = Self.records(try Data(contentsOf: Self.sample)).count
    let names = try split([count / 3, count / 2])
    let path = folder.path("a.db")
    _ = try Importer(into: path, as: NanoSpecification.self, options: options(detects)).run(names)
    let messages = try StoredMessages(database: path, as: NanoSpecification.self)
    var found = 0
    let (missing, reason) = try messages.run(where: nil, limit: 100_000) { unit in
      found += unit.bytes.isEmpty ? 0 : 1
      return true
    }
    #expect(missing == 0 && reason == nil)
    let queue = try DatabaseQueue(path: path)
    #expect(try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") } == found)
    #expect(
      try queue.read { try Row.fetchAll($0, sql: "SELECT continues FROM run ORDER BY id").map { $0[0] as Int64? } }
        == [nil, 1, 2])
  }

  @Test func `files whose times overlap are told and read apart`() throws {
    let whole = try rows([Self.sample.path], "whole").rows
    let copy = folder.url.appending(path: "copy.pcap")
    // Another capture of the same: a packet less at its end.
    let file = try Data(contentsOf: Self.sample)
    let last = Self.records(file).last?.count ?? 0
    try file.dropLast(last).write(to: copy)
    let (rows, summaries) = try rows([Self.sample.path, copy.path], "both")
    #expect(rows["message"]?.count == 2 * (whole["message"]?.count ?? 0))
    #expect(rows["flow"]?.count == 2 * (whole["flow"]?.count ?? 0))
    #expect("\(summaries.flatMap(\.warnings))".contains("are not one capture"))
  }

  @Test func `packets of captures that are read by turns are counted for their file`() throws {
    let count = Self.records(try Data(contentsOf: Self.sample)).count
    let parts = try split([count / 2])
    // The first part once more, with a packet less; the second goes on with the one that ends later.
    let other = folder.url.appending(path: "zzz.pcap")
    let first = try Data(contentsOf: URL(filePath: parts[0]))
    try first.dropLast(Self.records(first).last?.count ?? 0).write(to: other)
    let summaries = try rows(parts + [other.path], "all").summaries
    #expect(summaries.map(\.file) == [parts[0], other.path, parts[1]])
    let packets = summaries.map(\.decoding.packets)
    #expect(zip(packets, summaries).allSatisfy { $0.segments + $0.other == $1.packets && $1.packets > 10 })
  }
}

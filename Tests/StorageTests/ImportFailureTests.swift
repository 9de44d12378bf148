import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What an import leaves that fails midway.
@Suite struct ImportFailureTests {
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples/node-v25-ascending.pcap").path

  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Nano's description, with an index that cannot be made: so the very last step fails.
  private enum Unindexable: Specification {
    static let info: SpecificationInfo = {
      let nano = NanoSpecification.info
      return SpecificationInfo(
        name: nano.name, fingerprint: nano.fingerprint, program: nano.program, ports: nano.ports,
        maximumMessageLength: nano.maximumMessageLength, headLength: nano.headLength,
        messageKinds: nano.messageKinds,
        tables: nano.tables + [
          .init("extra", [.init("id", .signed(64), role: .key), .init("x", .text, isIndexed: true)]),
          // The index would be called so.
          .init("extra_by_x", [.init("id", .signed(64), role: .key)]),
        ], details: nano.details, nameTables: nano.nameTables, views: nano.views, typeColumn: nano.typeColumn,
        lookups: nano.lookups, outline: nano.outline)
    }()

    static func parse<Trace: ParseTrace>(
      _ reader: inout ByteReader, _ trace: inout Trace
    ) throws(ParseError) -> Nano {
      try NanoSpecification.parse(&reader, &trace)
    }
    static func kind(of message: Nano) -> Int { NanoSpecification.kind(of: message) }
    static func responses(to message: Nano) throws(ParseError) -> Responses {
      try NanoSpecification.responses(to: message)
    }
    static func store(
      _ message: Nano, _ envelope: Envelope, length: Int, in rows: RowBatch
    ) -> StoredMessage {
      NanoSpecification.store(message, envelope, length: length, in: rows)
    }
    static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool { NanoSpecification.canBegin(with: bytes) }
  }

  @Test func `a new database whose last step fails is not left half made`() throws {
    let importer = Importer(into: folder.path("a.db"), as: Unindexable.self)
    let error = #expect(throws: CaptureError.self) { _ = try importer.run([Self.sample]) }
    #expect(error?.description.contains("there is already a table named extra_by_x") == true, "\(error as Any)")
    #expect(folder.names == [])
  }

  @Test func `a new database is not left half made where a later file cannot be read`() throws {
    let (first, second) = (folder.path("1.pcap"), folder.path("2.pcap"))
    for path in [first, second] { try FileManager.default.copyItem(atPath: Self.sample, toPath: path) }
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { progress in
      // The plan has looked at both; now the second one is gone.
      if !progress.isOpening { try? FileManager.default.removeItem(atPath: second) }
      return true
    }
    #expect(throws: CaptureError.self) { _ = try importer.run([first, second], again: true) }
    #expect(folder.names == ["1.pcap"])
  }

  @Test func `a database that was there keeps what it had, and what was committed before the failure`() throws {
    let (first, second) = (folder.path("1.pcap"), folder.path("2.pcap"))
    for path in [first, second] { try FileManager.default.copyItem(atPath: Self.sample, toPath: path) }
    _ = try Importer(into: folder.path("a.db"), as: NanoSpecification.self).run([first])
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { progress in
      if !progress.isOpening { try? FileManager.default.removeItem(atPath: second) }
      return true
    }
    #expect(throws: CaptureError.self) { _ = try importer.run([first, second], again: true) }
    let connection = try ReadConnection(path: folder.path("a.db"))
    let cursor = try QueryCursor(
      "SELECT count(*), count(ended) FROM run", on: connection, limits: QueryLimits())
    #expect(try cursor.step() && cursor.row == [.integer(3), .integer(2)])
    #expect(!folder.names.contains { $0.contains("importing") })
  }

  @Test func `what an import that was killed has left is no obstacle`() throws {
    _ = try folder.write([1, 2, 3], "a.db.importing")
    for log in ["-wal", "-shm", "-journal"] { _ = try folder.write([1, 2, 3], "a.db.importing" + log) }
    _ = try Importer(into: folder.path("a.db"), as: NanoSpecification.self).run([Self.sample])
    #expect(folder.names == ["a.db"])
  }

  // MARK: Imported before

  /// Imports the sample, or what is given.
  /// - Parameter goesOn: whether it is read to its end.
  private func importSample(_ file: String = sample, goesOn: Bool = true) throws -> ImportSummary {
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { $0.isOpening || goesOn }
    return try #require(try importer.run([file]).first)
  }

  @Test func `a file that was read in part is read again with a word, and one that was read is not`() throws {
    #expect(try importSample(goesOn: false).warnings.isEmpty)
    let again = try importSample()
    #expect(!again.isOmitted && again.warnings == [.importedInPart(file: Self.sample, run: 1)] && again.packets > 0)
    let third = try importSample()
    #expect(third.isOmitted && third.warnings == [.imported(file: Self.sample, run: 2)] && third.packets == 0)
    #expect(try importSample(goesOn: false).isOmitted, "whatever would become of it")
  }

  @Test func `a file that is cut off has been read as far as it goes`() throws {
    let cut = try folder.write([UInt8](try Data(contentsOf: URL(filePath: Self.sample)).dropLast(7)), "cut.pcap")
    #expect(try importSample(cut).endReason == .cutOff)
    #expect(try importSample(cut).warnings == [.imported(file: cut, run: 1)])
    #expect(try !importSample().isOmitted, "the whole is another file")
  }

  @Test func `progress goes forward, is that of the file that is read, and false ends the import`() throws {
    var seen: [ImportProgress] = []
    let size = try #require(try FileManager.default.attributesOfItem(atPath: Self.sample)[.size] as? Int)
    let importer = Importer(into: folder.path("a.db"), as: NanoSpecification.self) { progress in
      guard !progress.isOpening else { return true }
      seen.append(progress)
      return false
    }
    let summaries = try importer.run([Self.sample])
    let progress = try #require(seen.first)
    #expect(progress.file == Self.sample && progress.size == size && progress.position <= size)
    #expect(summaries.map(\.isStopped) == [true] && summaries[0].endReason == .stopped && summaries[0].packets == 0)
    #expect(folder.names == ["a.db"], "what was read is kept")
  }
}

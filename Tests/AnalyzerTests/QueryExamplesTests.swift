import Capture
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Analyzer

/// Queries that the console offers to begin with.
@Suite struct QueryExamplesTests {
  private static let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Samples/node-v25-ascending.pcap").path

  /// A description whose author suggests nothing.
  private func info(typeColumn: String?) -> SpecificationInfo {
    let other = NanoSpecification.info
    return SpecificationInfo(
      name: other.name, fingerprint: other.fingerprint, program: SpecificationInfo.Program(name: "other"),
      ports: other.ports, maximumMessageLength: other.maximumMessageLength, headLength: other.headLength,
      messageKinds: other.messageKinds, tables: other.tables, details: other.details, nameTables: other.nameTables,
      views: [], typeColumn: typeColumn, lookups: other.lookups, outline: other.outline)
  }

  @Test func `the author's come before those that every protocol has`() {
    #expect(QueryExamples.all(NanoSpecification.info) == NanoSpecification.info.program.queries)
    #expect(!NanoSpecification.info.program.queries.isEmpty)
  }

  @Test func `those that every protocol has can be asked`() throws {
    let database = FileManager.default.temporaryDirectory.appending(path: "examples-\(UUID().uuidString).db")
    defer {
      for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database.path + end) }
    }
    _ = try Importer(into: database.path, as: NanoSpecification.self).run([Self.sample])
    let store = Stores.store(named: database.path, for: NanoSpecification.info)
    for typeColumn in ["msg_type", nil] {
      let examples = QueryExamples.all(info(typeColumn: typeColumn))
      #expect(examples.count == Set(examples.map(\.name)).count && examples.count >= 4)
      #expect((examples[0].name == "Messages by type") == (typeColumn != nil))
      for example in examples {
        let cursor = try store.queries.query(example.sql, .none, QueryControl())
        let hasRow = try cursor.step()
        if example.name.contains("essages") { #expect(hasRow, "\(example.sql)") }
      }
    }
  }
}

/// What a program is called where its description says only a name.
@Suite struct ProgramNamesTests {
  @Test func `what is not said is made of the name`() {
    let program = SpecificationInfo.Program(name: "warm-cap2")
    #expect(program.configurationFile == "warm-cap2.config" && program.environmentPrefix == "WARM_CAP2")
    #expect(program.identifier == "warm_cap2" && program.protocolName == "warm-cap2" && program.consolePort == 8077)
    #expect(program.summary.hasSuffix(": warm-cap2.") && program.queries.isEmpty && program.version.isEmpty)
    let other = SpecificationInfo.Program(name: "w", protocolName: "Warmth", configurationFile: "w.json")
    #expect(other.summary.hasSuffix(": Warmth.") && other.configurationFile == "w.json")
  }
}

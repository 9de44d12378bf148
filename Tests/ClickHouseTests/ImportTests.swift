import Capture
import ClickHouseSchema
import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import ClickHouseStore

/// An import into a server, beside one into a file.
@Suite struct ImportTests {
  @Test(arguments: [false, true])
  func `an import writes the same rows as into a file`(detects: Bool) throws {
    let folder = try TestFolder()
    let server = try ClickHouseServer()
    let file = DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info)
    var storeOptions = ClickHouseStore.Options()
    storeOptions.sensor = SensorOptions(stateFolder: folder.path("state"))
    let store = try ClickHouseStore(
      try server.address(), for: NanoSpecification.info, options: storeOptions)
    try store.prepare()
    var options = DecodingOptions()
    options.storesBytes = true
    // The ports of the samples are those of a test network.
    options.detects = detects
    for target in [file, store] as [any CaptureStore] {
      let captures = ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"]
      _ = try Importer(into: target, as: NanoSpecification.self, options: options).run(
        captures.map { CopiedStore.samples.appending(path: $0).path })
    }
    let first = try rows(store.queries.query("select min(id) from message", .none, QueryControl()))[0][0]
    let base = try #require(first.number) - 1
    #expect(base > 1 << 48)
    for table in EngineTables.all + NanoSpecification.info.tables {
      // When it was is the only thing that cannot be the same.
      let columns = table.columns.filter { $0.name != "started" && $0.name != "ended" }
      let request = RowRequest(table.name, columns: columns.map(\.name), order: columns[0].name)
      let expected = try rows(file.queries.rows(request, QueryControl())).map { row in
        zip(columns, row).map { column, value in
          if column.isID, let id = value.number { QueryValue.integer(base + id) } else { value }
        }
      }
      let found = try rows(store.queries.rows(request, QueryControl()))
      #expect(found.count == expected.count, "\(table.name)")
      for (one, other) in zip(expected, found) where one != other {
        Issue.record("\(table.name): \(one) is \(other)")
        break
      }
    }
    // A second import of the same files leaves them out.
    let count = try rows(store.queries.counts(of: "message", by: [], QueryControl()))
    let again = try Importer(into: store, as: NanoSpecification.self).run([
      CopiedStore.samples.appending(path: "node-v24-bootstrap.pcap").path
    ])
    #expect(again.map(\.isOmitted) == [true])
    #expect(try rows(store.queries.counts(of: "message", by: [], QueryControl())) == count)
  }

  /// Times, sensor and addresses that other stores do not have.
  @Test func `what a shared store has besides is that of the message and its connection`() throws {
    let copied = try CopiedStore.shared.get()
    let folder = try TestFolder()
    var options = ClickHouseStore.Options()
    options.sensor = SensorOptions(stateFolder: folder.path("state"))
    let store = try ClickHouseStore(
      try copied.server.address(database: "imported"), for: NanoSpecification.info, options: options)
    try store.prepare()
    var decoding = DecodingOptions()
    decoding.storesBytes = true
    _ = try Importer(into: store, as: NanoSpecification.self, options: decoding).run(
      ["node-v24-bootstrap.pcap", "node-v25-ascending.pcap"].map { CopiedStore.samples.appending(path: $0).path })
    for table in ClickHouseLayout(NanoSpecification.info).tables where table.view == nil {
      let extra = table.columns.filter { column in
        switch column.source {
        case .time, .flow: column.source != .flow(.run)
        default: false
        }
      }
      guard !extra.isEmpty else { continue }
      let request = RowRequest(table.name, columns: extra.map(\.name), order: table.order.last)
      #expect(
        try rows(store.queries.rows(request, QueryControl()))
          == rows(copied.store.queries.rows(request, QueryControl())),
        "\(table.name)")
    }
  }
}

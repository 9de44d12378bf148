import Foundation
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Messages as JSON and as CSV.
@Suite struct MessageExportTests {
  private let folder: TemporaryExports
  private let store: any CaptureStore

  init() throws {
    folder = try TemporaryExports()
    let sample = URL(filePath: #filePath).appending(path: "../../../Samples/node-v25-ascending.pcap").standardized
    store = try folder.imported(try folder.copy(sample))
  }

  private func text(_ format: ExportFormat, _ filter: String?) throws -> String {
    String(decoding: try folder.exported(format, filter, from: store), as: UTF8.self)
  }

  @Test func `objects are those of decoded messages, one a line or in a list`() throws {
    for filter in [nil, "type == keepalive", "length > 1000000"] {
      var decoded: [UInt8] = []
      let printer = UnitPrinter(.json, NanoSpecification.info.outline, isImmediate: false) { decoded += $0 }
      let condition = try filter.map { RowCondition.message(try FilterLanguage(NanoSpecification.info).condition($0)) }
      _ = try StoredMessages(store.queries, as: NanoSpecification.self).run(
        where: condition.map { [$0] } ?? [], limit: 100_000
      ) { unit in
        try? printer.print(unit)
        return true
      }
      try printer.flush()
      let lines = try text(.ndjson, filter)
      #expect(lines == String(decoding: decoded, as: UTF8.self), "\(filter ?? "")")
      let list = try JSONSerialization.jsonObject(with: Data(try text(.json, filter).utf8)) as? [[String: Any]]
      #expect(list?.count == lines.split(separator: "\n").count, "\(filter ?? "")")
    }
  }

  @Test func `lines tell what a message's row does, and its content where all are of one table`() throws {
    let lines = try text(.csv, nil).split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(lines.count == 426)
    #expect(
      lines[0].starts(with: [
        "message", "time", "source", "source_port", "destination", "destination_port", "type", "info", "flow_id",
        "direction", "time_us", "stream_offset", "length", "content_table", "content_id",
      ]))
    #expect(!lines[0].contains { $0.contains(".") })
    let keepalive = try text(.csv, "type == keepalive").split(separator: "\r\n")
    #expect(keepalive.count > 1 && !keepalive[0].contains("."), "its hosts are rows of their own")
    let telemetry = try text(.csv, "type == telemetry_ack").split(separator: "\r\n")
    #expect(telemetry.count > 1 && telemetry[0].contains(",telemetry.nodeid,") && !telemetry[0].contains("packet_id"))
    let row = try #require(telemetry.dropFirst().first)
    #expect(row.split(separator: ",", omittingEmptySubsequences: false)[6] == "telemetry_ack")
    #expect(row.contains(",telemetry,"))
  }

  @Test func `an export keeps to the bounds of a query`() throws {
    let cancellation = QueryCancellation()
    for (control, kind) in [
      (QueryControl(limits: QueryLimits(seconds: 0)), QueryError.Kind.timeout),
      (QueryControl(cancellation: cancellation), .cancelled),
    ] {
      cancellation.cancel()
      for format in ExportFormat.allCases {
        let error = #expect(throws: QueryError.self, "\(format)") {
          let export = try MessageExport(format, of: [], from: store.queries, as: NanoSpecification.self, control)
          while try export.next() != nil {}
        }
        #expect(error?.kind == kind, "\(format)")
      }
    }
  }
}

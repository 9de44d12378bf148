import Capture
import Foundation
import Logging
import NanoParser
import Testing

@testable import ClickHouseStore
@testable import Console

/// The console shows a store on a server as it shows a file.
@Suite struct ConsoleOnClickHouseTests {
  /// A console in this process; it ends with this object.
  private final class Served: Sendable {
    let server: ConsoleServer
    private let isOver = Flag()

    init(_ store: any CaptureStore) throws {
      var options = ConsoleOptions()
      options.port = 0
      options.limits.seconds = 120
      let control = ActivityRunner.Control(
        isStopRaised: { [isOver] in isOver.isRaised }, takeReload: { false },
        liveOptions: { LiveOptions(interface: $0 ?? "no-such-interface") }, decodingOptions: { DecodingOptions() })
      let runner = ActivityRunner(store: store, as: NanoSpecification.self, control: control, report: { _ in })
      server = try ConsoleServer(
        options, runner: runner, tracer: MessageTracer(NanoSpecification.self),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      Thread.detachNewThread { runner.serve() }
    }

    func stop() {
      server.stop()
      isOver.raise()
    }

    func ask(_ path: String, _ body: [String: Any]? = nil) throws -> Any {
      try ConsoleAnswer.value(server.port, "/api/v1/\(path)", body)
    }
  }

  /// Whether an answer says what another does: ids of a server are too large for numbers and come as texts, and rows have
  /// more columns there.
  private static func says(_ found: Any, _ expected: Any) -> Bool {
    switch (expected, found) {
    case (let expected as [Any], let found as [Any]):
      return expected.count == found.count && zip(found, expected).allSatisfy(says)
    case (let expected as [String: Any], let found as [String: Any]):
      return expected.allSatisfy { name, value in name == "milliseconds" || found[name].map { says($0, value) } == true
      }
    case (let expected as NSNumber, let found as String):
      return Int64(found).map { $0 == CopiedStore.sensor << 48 | expected.int64Value } == true
    default: return (found as? NSObject)?.isEqual(expected) == true
    }
  }

  /// On a thread of its own, since the console needs those that tests run on.
  @Test func `the API answers as on a file`() async throws {
    try await onThread { try compare() }
  }

  private func compare() throws {
    let copied = try CopiedStore.shared.get()
    let (onFile, onServer) = (try Served(copied.file), try Served(copied.store))
    defer {
      onFile.stop()
      onServer.stop()
    }
    func same(
      _ path: String, _ body: [String: Any]? = nil, onServer other: [String: Any]? = nil, path otherPath: String? = nil
    ) throws {
      let (expected, found) = (try onFile.ask(path, body), try onServer.ask(otherPath ?? path, other ?? body))
      #expect(Self.says(found, expected), "\(path) \(body ?? [:]): \(found) is not \(expected)")
    }
    let base = CopiedStore.sensor << 48
    for path in ["count/packet", "count/per-type", "count/per-name"] { try same(path) }
    try same("ask", ["question": "times"])
    try same("ask", ["question": "span"])
    try same("ask", ["question": "last"])
    try same("ask", ["question": "messages", "limit": 20])
    try same(
      "ask", ["question": "messages", "from": 30, "limit": 20],
      onServer: ["question": "messages", "from": "\(base + 30)", "limit": 20])
    try same("ask", ["question": "fences", "every": 50])
    try same(
      "ask", ["question": "messages", "filter": ["flow": 1]],
      onServer: ["question": "messages", "filter": ["flow": "\(base + 1)"]])
    try same(
      "capture/query", ["query": "select id, msg_type from message order by id limit 5", "big_integers": "text"])
    try same("message/40", path: "message/\(base + 40)")
    try same("flow/1?limit=5", path: "flow/\(base + 1)?limit=5")
    let description = try #require(try onServer.ask("description") as? [String: Any])
    #expect(description["language"] as? String == "ClickHouse")
    let statement = try #require(
      try onServer.ask("statement", ["table": "message", "column": "id", "value": "\(base + 40)"]) as? [String: String])
    let rows =
      try onServer.ask("capture/query", ["query": statement["query"] ?? "", "big_integers": "text"]) as? [String: Any]
    #expect((rows?["rows"] as? [[Any]])?.first?.first as? String == "\(base + 40)")
    #expect((try onServer.ask("schema") as? [Any])?.count ?? 0 > 30)
    #expect(
      ((try onServer.ask("status") as? [String: Any])?["database"] as? [String: Any])?["bytes"] as? Int ?? 0 > 1000)
  }
}

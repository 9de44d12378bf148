import AnswerShape
import Capture
import Foundation
import Logging
import NanoParser
import ParserRuntime
import Synchronization
import Testing

@testable import ClickHouseStore
@testable import Console

/// What the API says of itself holds on a store whose ids no number of JavaScript can hold.
@Suite struct DescribedAnswersTests {
  /// Answers of a console in this process.
  private struct Answers {
    let port: Int
    let paths: [String: [String: Any]]

    init(port: Int) throws {
      self.port = port
      let document = try #require(try ConsoleAnswer.value(port, "/api/v1/openapi.json") as? [String: Any])
      paths = try #require(document["paths"] as? [String: [String: Any]])
    }

    /// Asks, and holds the answer against its description.
    /// - Parameter place: of the operation, where that is not the path.
    func described(_ path: String, _ body: [String: Any]? = nil, place: String? = nil) throws -> [String: Any] {
      let value = try ConsoleAnswer.value(port, path, body)
      let operation = try #require(paths[place ?? path]?[body == nil ? "get" : "post"] as? [String: Any])
      let responses = try #require(operation["responses"] as? [String: [String: Any]])
      let content = try #require(responses["200"]?["content"] as? [String: [String: Any]])
      let schema = try #require(content["application/json"]?["schema"])
      let problems = JSONShape.problems(of: value, against: schema)
      #expect(problems.isEmpty, "\(path) \(body ?? [:]): \(problems.prefix(3))")
      return try #require(value as? [String: Any])
    }
  }

  /// On a thread of its own, since the console needs those that tests run on.
  @Test func `ids are what they are said to be`() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { continuation.resume(with: Result { try check() }) }
    }
  }

  private final class Flag: Sendable { let value = Atomic(false) }

  private func check() throws {
    let isOver = Flag()
    let control = ActivityRunner.Control(
      isStopRaised: { isOver.value.load(ordering: .relaxed) }, takeReload: { false },
      liveOptions: { LiveOptions(interface: $0 ?? "no-such-interface") }, decodingOptions: { DecodingOptions() })
    let copied = try CopiedStore.shared.get()
    let runner = ActivityRunner(store: copied.store, as: NanoSpecification.self, control: control, report: { _ in })
    var options = ConsoleOptions()
    options.port = 0
    options.limits.seconds = 120
    let server = try ConsoleServer(
      options, runner: runner, tracer: MessageTracer(NanoSpecification.self),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    Thread.detachNewThread { runner.serve() }
    defer {
      server.stop()
      isOver.value.store(true, ordering: .relaxed)
    }
    try check(try Answers(port: server.port))
  }

  private func check(_ answers: Answers) throws {
    let base = CopiedStore.sensor << 48
    let span = try answers.described("/api/v1/ask", ["question": "span"])
    #expect((span["rows"] as? [[Any]])?.first?[1] as? String == "\(base + 1)")
    for question in [
      "times", "last", "messages", "fences", "flows", "talkers", "traffic", "issues", "types", "requests", "runs",
    ] {
      _ = try answers.described("/api/v1/ask", ["question": question])
    }
    for group in ["type", "time", "flow"] {
      let delays = try answers.described("/api/v1/ask", ["question": "latency", "by": group])
      #expect((delays["rows"] as? [[Any]])?.isEmpty == false)
    }
    let overview = try answers.described(
      "/api/v1/overview", ["from_us": 0, "to_us": "1795413000000000", "width_us": 1000])
    #expect((overview["queries"] as? [Any])?.count == NanoSpecification.info.overviewQueries.count)
    // Neighbours that are not found within a second are left out.
    let hasNext = try holds {
      let message = try answers.described("/api/v1/message/\(base + 40)", place: "/api/v1/message/{id}")
      #expect((message["message"] as? [String: Any])?["id"] as? String == "\(base + 40)")
      return message["next"] is String
    }
    #expect(hasNext)
    let first = try answers.described("/api/v1/message/\(base + 1)", place: "/api/v1/message/{id}")
    #expect(first["previous"] is NSNull)
    let flow = try answers.described("/api/v1/flow/\(base + 1)?limit=5", place: "/api/v1/flow/{id}")
    #expect(flow["next"] is String)
    // Page by page all rows, and each once, although the client cannot hold the key as a number.
    var ids: [String] = []
    var after: Any = NSNull()
    repeat {
      let page = try answers.described(
        "/api/v1/capture/query",
        [
          "query": "select id, length from message where direction = 0", "big_integers": "text",
          "page": ["key": "id", "after": after, "limit": 200],
        ])
      ids += (page["rows"] as? [[Any]] ?? []).compactMap { $0[0] as? String }
      after = page["next"] ?? NSNull()
      #expect(after is String || after is NSNull)
    } while !(after is NSNull)
    let all = try answers.described(
      "/api/v1/capture/query",
      ["query": "select id from message where direction = 0 order by id", "big_integers": "text"])
    #expect(ids.count > 400 && ids == Array((all["rows"] as? [[String]] ?? []).joined()))
    // Whoever can hold them gets numbers.
    let numbers = try answers.described(
      "/api/v1/capture/query", ["query": "select id from message", "page": ["key": "id", "limit": 1]])
    #expect(numbers["next"] as? Int64 == base + 1)
    // What is not found in a column of a kind is looked for in all, since the store is small.
    for (value, isOfKind) in [("127.0.0.1", true), ("nowhere", false)] {
      let found = try answers.described("/api/v1/value", ["value": value])
      #expect(found["everywhere"] as? Bool == !isOfKind && (found["places"] as? [Any])?.isEmpty == !isOfKind)
    }
    for path in ["/api/v1/status", "/api/v1/description", "/api/v1/count/packet", "/api/v1/count/per-name"] {
      _ = try answers.described(path)
    }
  }
}

import Capture
import Hummingbird
import NIOCore
import Synchronization

extension ConsoleDesk {
  private static let maximumIssues = 20

  var eventsOperation: Operation {
    Operation(
      [.get], "/api/v1/events", "Server-sent events: 'status' each second, 'issue' for each new row of decode_issue",
      answers: [.events(["status", "issue"])]
    ) { [self] _, _ in
      guard let listener = Listener(listeners, limit: options.limits.listeners) else {
        throw APIError(.serviceUnavailable, "too many clients listen to events")
      }
      let body = ResponseBody { [self] writer in
        defer { withExtendedLifetime(listener) {} }
        var lastIssue = (try? await lastIssueID()) ?? 0
        // A client that is gone is noticed when something is written to it.
        while !isClosed {
          var text = Self.event("status", status)
          if let issues = try? await newIssues(after: lastIssue) {
            for issue in issues { text += Self.event("issue", JSON(row: issue)) }
            lastIssue = issues.last?.first?.1.integer ?? lastIssue
          }
          try await writer.write(ByteBuffer(bytes: text))
          try await waitASecond()
        }
        try await writer.finish(nil)
      }
      // nginx, and what follows it, would else keep events back until its buffer is full.
      return Response(
        status: .ok, headers: [.contentType: "text/event-stream", .xAccelBuffering: "no"], body: body)
    }
  }

  /// Or less, if the console is closed meanwhile.
  private func waitASecond() async throws {
    for _ in 0..<10 where !isClosed { try await Task.sleep(for: .milliseconds(100)) }
  }

  private func lastIssueID() async throws -> Int64 {
    let last = RowRequest("decode_issue", columns: ["id"], order: "id", isDescending: true, limit: 1)
    return try await queries.rows(last).first?.first?.1.integer ?? 0
  }

  private func newIssues(after id: Int64) async throws -> [[(String, QueryValue)]] {
    // Of a flood of them the last ones do.
    let issues = try await queries.rows(
      RowRequest(
        "decode_issue", where: [.greater("id", .integer(id))], order: "id", isDescending: true,
        limit: Self.maximumIssues))
    return issues.reversed()
  }

  private static func event(_ name: String, _ data: JSON) -> [UInt8] {
    Array("event: \(name)\ndata: ".utf8) + data.utf8 + Array("\n\n".utf8)
  }
}

/// A place among those who listen to events, given back with this object: an answer whose head cannot be sent is dropped
/// without a word.
private final class Listener: Sendable {
  private let all: ListenerCount

  init?(_ all: ListenerCount, limit: Int) {
    guard all.add(limit: limit) else { return nil }
    self.all = all
  }

  deinit { all.remove() }
}

/// How many listen to events.
final class ListenerCount: Sendable {
  private let count = Mutex(0)

  fileprivate func add(limit: Int) -> Bool {
    count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
  }

  fileprivate func remove() { count.withLock { $0 -= 1 } }
}

import Capture
import Hummingbird
import ParserRuntime

// What each message of a page is about, in a line. Nothing of it is stored, so it is asked for by the messages' ids.
extension ConsoleDesk {
  /// Issues that are counted: messages that have more than all these together are not what somebody reads line by line.
  private static let maximumIssues = 100_000

  /// Rows with `id`, `info` and `issues`, in the order of the ids.
  func summaries(of ids: [Int64]) async throws -> Response {
    let lines = try await queries.ask { [storedSummaries] engine, control in
      try storedSummaries.lines(of: ids, from: engine, control)
    }
    let issues = await issueCounts(of: ids)
    return .json([
      "columns": .array(["id", "info", "issues"].map { .text($0) }),
      "rows": .array(
        ids.map { id in
          .array([.whole(id), .optional(lines[id]), .optional(issues.map { $0[id] ?? 0 })])
        }),
    ])
  }

  /// How many rows of `decode_issue` messages have; nil where that takes too long.
  private func issueCounts(of ids: [Int64]) async -> [Int64: Int]? {
    guard !ids.isEmpty else { return [:] }
    let column = EngineTables.DecodeIssue.message.definition.name
    let request = RowRequest(
      EngineTables.decodeIssue.name, columns: [column], where: [.oneOf(column, ids.map { .integer($0) })],
      limit: Self.maximumIssues)
    // Without an index a search can take longer than it is worth.
    guard let rows = try? await queries.rows(request, seconds: 1) else { return nil }
    return rows.reduce(into: [:]) { counts, row in
      if case .integer(let id)? = row.first?.1 { counts[id, default: 0] += 1 }
    }
  }
}

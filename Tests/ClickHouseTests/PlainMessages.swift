import NanoParser
import ParserRuntime

@testable import Capture

/// All rows of a store in memory, in which messages are looked for without any SQL: what a condition means, written down
/// once more.
struct PlainMessages {
  typealias Row = [String: QueryValue]

  private let messages: [Row]
  private let flows: [QueryValue: Row]
  /// By table, and by the message that they name in a column.
  private var rows: [MessageCondition.Place: [QueryValue: [Row]]] = [:]

  init(_ engine: any QueryEngine) throws {
    messages = try engine.storedRows(RowRequest("message", order: "id"), QueryControl()).map(\.byName)
    let storedFlows = try engine.storedRows(RowRequest("flow"), QueryControl())
    flows = Dictionary(storedFlows.map { ($0["id"] ?? .null, $0.byName) }) { first, _ in first }
    let info = NanoSpecification.info
    let keys =
      [
        ("decode_issue", "message_id"), ("message_answer", "message_id"), ("message_answer", "request_message_id"),
        ("message_bytes", "message_id"),
      ] + info.tables.dropFirst().map { ($0.name, "packet_id") }
    for (table, key) in keys {
      let stored = try engine.storedRows(RowRequest(table), QueryControl()).map(\.byName)
      rows[.rows(table: table, key: key)] = Dictionary(grouping: stored) { $0[key] ?? .null }
    }
  }

  /// The ids of the messages for which it holds.
  func ids(_ condition: MessageCondition) -> [Int64] {
    messages.filter { holds(condition, $0) }.compactMap { $0["id"]?.number }
  }

  private func holds(_ condition: MessageCondition, _ message: Row) -> Bool {
    switch condition {
    case .all(let terms): terms.allSatisfy { holds($0, message) }
    case .any(let terms): terms.contains { holds($0, message) }
    case .not(let term): !holds(term, message)
    case .row(.message, let test): Self.holds(test, message)
    case .row(.flow, let test): flows[message["flow_id"] ?? .null].map { Self.holds(test, $0) } ?? false
    case .row(let place, let test): rows[place]?[message["id"] ?? .null]?.contains { Self.holds(test, $0) } ?? false
    }
  }

  private static func holds(_ test: RowTest, _ row: Row) -> Bool {
    switch test {
    case .exists: true
    case .column(let name, let test): row[name].map { holds(test, $0) } ?? false
    case .all(let tests): tests.allSatisfy { holds($0, row) }
    case .any(let tests): tests.contains { holds($0, row) }
    }
  }

  private static func holds(_ test: ColumnTest, _ value: QueryValue) -> Bool {
    guard value != .null else { return false }
    switch test {
    case .isPresent: return true
    case .isTrue: return value != .integer(0)
    case .isOneOf(let values): return values.contains(value)
    case .compares(let order, let other): return compares(value, order, other)
    case .comparesDigits(let order, let digits):
      func padded(_ text: String) -> String { String(repeating: "0", count: 80 - text.count) + text }
      return compares(.text(padded(value.resultText)), order, .text(padded(digits)))
    case .comparesTimeOfDay(let order, let time):
      return compares(.integer((value.number ?? 0) % 86_400_000_000), order, .integer(time))
    case .contains(.blob(let part)):
      guard case .blob(let bytes) = value else { return false }
      return bytes.indices.contains { bytes[$0...].starts(with: part) }
    case .contains(let part): return value.resultText.contains(part.resultText)
    case .hasElement(let elements):
      return value.resultText.split(separator: ",").contains { elements.contains(String($0)) }
    }
  }

  private static func compares(_ value: QueryValue, _ order: FilterOrder, _ other: QueryValue) -> Bool {
    if value == other { return order.includesEqual }
    let isLess =
      switch (value, other) {
      case (.integer(let left), .integer(let right)): left < right
      default: value.resultText.utf8.lexicographicallyPrecedes(other.resultText.utf8)
      }
    return isLess == order.wantsLess
  }
}

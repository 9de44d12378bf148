import ParserRuntime
import Capture

/// What the types of messages are called, as the store has it.
struct MessageTypes: Sendable {
  /// The column of `message` that tells the type; nil where the description has none.
  let column: String?
  private let names: [QueryValue: QueryValue]

  init(column: String?, _ names: [[(String, QueryValue)]]) {
    self.column = column
    self.names = Dictionary(names.map { ($0[0].1, $0[1].1) }) { first, _ in first }
  }

  /// A message's type by its name, else by its value; without a column for it, by the table of its content.
  func name(of message: [String: QueryValue]) -> QueryValue {
    guard let column else {
      let table = message["content_table"] ?? .null
      return table == .null ? .text("message") : table
    }
    let value = message[column] ?? .null
    return names[value] ?? value
  }
}

extension ConsoleDesk {
  func messageTypes() async throws -> MessageTypes {
    guard let column = runner.info.typeColumn,
      let table = runner.info.lookups.first(where: { $0.table == "message" && $0.column == column })?.names
    else { return MessageTypes(column: nil, []) }
    let names = try await queries.rows(RowRequest(table, columns: ["value", "name"]))
    return MessageTypes(column: column, names)
  }
}

/// Times as people read them.
enum TimeText {
  /// `YYYY-MM-DD HH:MM:SS.ffffff`, UTC.
  /// - Parameter microseconds: since 1970-01-01 UTC.
  static func utc(_ microseconds: Int64) -> String {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let digits = String(rest.magnitude)
    return UTCTime.text(seconds) + "." + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

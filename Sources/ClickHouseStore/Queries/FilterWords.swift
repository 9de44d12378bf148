import Capture
import ClickHouseSchema
import ParserRuntime

/// ClickHouse's words for what must hold for a message, in a statement that asks the table `message`.
struct FilterWords {
  private let schema: ClickHouseSchema

  init(_ schema: ClickHouseSchema) { self.schema = schema }

  /// Conditions all of which must hold; none where everything does.
  func conditions(_ condition: MessageCondition) -> [String] {
    if case .all(let terms) = condition { terms.flatMap(conditions) } else { [text(condition)] }
  }

  private func text(_ condition: MessageCondition) -> String {
    switch condition {
    case .all(let terms): return terms.isEmpty ? "1" : "(\(conditions(condition).joined(separator: " AND ")))"
    case .any(let terms): return terms.isEmpty ? "0" : "(\(terms.map(text).joined(separator: " OR ")))"
    case .not(let term): return "NOT ifNull(\(text(term)), 0)"
    case .row(.message, let test): return text(test, Columns(table("message")))
    case .row(.flow, let test): return flow(test)
    case .row(.rows(let name, let key), let test):
      let key = ClickHouseText.name(key)
      let place = test == .exists ? "\(key) IS NOT NULL" : text(test, Columns(table(name)))
      return "id IN (SELECT \(key) FROM \(ClickHouseText.name(name)) WHERE \(place))"
    }
  }

  /// With a message stands most of what its connection has.
  private func flow(_ test: RowTest) -> String {
    let columns = Columns(ofFlowIn: table("message"))
    if test.columns.allSatisfy({ columns.names[$0] != nil }) { return text(test, columns) }
    let place = text(test, Columns(table(EngineTables.flow.name)))
    return "flow_id IN (SELECT id FROM flow_state FINAL WHERE \(place))"
  }

  /// What users call a table.
  private func table(_ name: String) -> ClickHouseTable? { schema.tables.first { ($0.view ?? $0.name) == name } }

  // MARK: Rows

  /// The columns of a row, by what every store calls them.
  private struct Columns {
    private(set) var names: [String: String] = [:]
    /// Those that have numbers as texts.
    private(set) var texts: Set<String> = []

    init(_ table: ClickHouseTable?) {
      for column in table?.columns ?? [] { add(column, column.name) }
    }

    /// Of the connection, what stands with the message.
    init(ofFlowIn table: ClickHouseTable?) {
      for column in table?.columns ?? [] {
        if case .flow(let source) = column.source { add(column, source.definition.name) }
      }
    }

    private mutating func add(_ column: ClickHouseColumn, _ name: String) {
      names[name] = ClickHouseText.name(column.name)
      if [.string, .nullable(.string)].contains(column.type), !column.isBinary { texts.insert(name) }
    }
  }

  private func text(_ test: RowTest, _ columns: Columns) -> String {
    switch test {
    case .exists: "1"
    case .column(let name, let test):
      text(test, columns.names[name] ?? ClickHouseText.name(name), isText: columns.texts.contains(name))
    case .all(let tests): "(\(tests.map { text($0, columns) }.joined(separator: " AND ")))"
    case .any(let tests): "(\(tests.map { text($0, columns) }.joined(separator: " OR ")))"
    }
  }

  private func text(_ test: ColumnTest, _ column: String, isText: Bool) -> String {
    func literal(_ value: QueryValue) -> String {
      if isText, case .integer(let number) = value { return ClickHouseText.literal(String(number)) }
      return ReadingStatement.literal(value)
    }
    switch test {
    case .isPresent: return "\(column) IS NOT NULL"
    case .isTrue: return "\(column) != 0"
    case .isOneOf(let values) where values.count == 1: return "\(column) = \(literal(values[0]))"
    case .isOneOf(let values): return "\(column) IN (\(values.map(literal).joined(separator: ", ")))"
    case .compares(let order, let value): return "\(column) \(order.rawValue) \(literal(value))"
    case .comparesDigits(let order, let digits):
      let sign = order.wantsLess ? "<" : ">"
      return "(length(\(column)) \(sign) \(digits.count) OR (length(\(column)) = \(digits.count) AND "
        + "\(column) \(order.rawValue) \(ClickHouseText.literal(digits))))"
    case .comparesTimeOfDay(let order, let time): return "\(column) % 86400000000 \(order.rawValue) \(time)"
    case .contains(let part): return "position(\(column), \(literal(part))) > 0"
    case .hasElement(let elements):
      let parts = elements.map { "position(concat(',', \(column), ','), \(ClickHouseText.literal(",\($0),"))) > 0" }
      return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
    }
  }
}

extension RowTest {
  /// The columns that it looks into.
  fileprivate var columns: [String] {
    switch self {
    case .exists: []
    case .column(let name, _): [name]
    case .all(let tests), .any(let tests): tests.flatMap(\.columns)
    }
  }
}

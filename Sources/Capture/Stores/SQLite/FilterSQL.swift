import ParserRuntime

/// SQLite's words for what must hold for a message.
struct FilterSQL {
  /// What the statement calls the message's row.
  let message: String
  /// Which lists are found by their values.
  var valueTables = ValueTables.none
  /// Gives what stands in the statement for a value; called in the order in which values stand there.
  let write: (QueryValue) -> String

  /// Conditions all of which must hold; none where everything does.
  func conditions(_ condition: MessageCondition) -> [String] {
    if case .all(let terms) = condition { terms.flatMap(conditions) } else { [text(condition)] }
  }

  private func text(_ condition: MessageCondition) -> String {
    switch condition {
    case .all(let terms): return terms.isEmpty ? "1" : "(\(conditions(.all(terms)).joined(separator: " AND ")))"
    case .any(let terms): return terms.isEmpty ? "0" : any(terms)
    case .not(let term): return "(\(text(term))) IS NOT TRUE"
    case .row(.message, let test): return text(test, of: message, in: "message")
    case .row(.flow, let test):
      return "\(message).\"flow_id\" IN (SELECT f.\"id\" FROM \"flow\" AS f WHERE \(text(test, of: "f", in: "flow")))"
    case .row(.rows(let table, let key), let test): return "\(message).\"id\" IN (\(messages(table, key, test)))"
    }
  }

  /// The ids of messages to which such rows belong.
  private func messages(_ table: String, _ key: String, _ test: RowTest) -> String {
    let place = test == .exists ? "t.\(quoted(key)) IS NOT NULL" : text(test, of: "t", in: table)
    return "SELECT t.\(quoted(key)) FROM \(quoted(table)) AS t WHERE \(place)"
  }

  /// Rows of several tables are one list of ids, which is made once and sorted.
  private func any(_ terms: [MessageCondition]) -> String {
    var lists: [String] = []
    for case .row(.rows(let table, let key), let test) in terms { lists.append(messages(table, key, test)) }
    var parts = lists.isEmpty ? [] : ["\(message).\"id\" IN (\(lists.joined(separator: " UNION ALL ")))"]
    for term in terms {
      if case .row(.rows, _) = term { continue }
      parts.append(text(term))
    }
    return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
  }

  private func text(_ test: RowTest, of row: String, in table: String) -> String {
    switch test {
    case .exists: "1"
    case .column(let name, let test): text(test, name, of: row, in: table)
    case .all(let tests): "(\(tests.map { text($0, of: row, in: table) }.joined(separator: " AND ")))"
    case .any(let tests): "(\(tests.map { text($0, of: row, in: table) }.joined(separator: " OR ")))"
    }
  }

  private func text(_ test: ColumnTest, _ name: String, of row: String, in table: String) -> String {
    let column = "\(row).\(quoted(name))"
    switch test {
    case .isPresent: return "\(column) IS NOT NULL"
    case .isTrue: return "\(column) <> 0"
    case .isOneOf(let values) where values.count == 1: return "\(column) = \(write(values[0]))"
    case .isOneOf(let values): return "\(column) IN (\(values.map(write).joined(separator: ", ")))"
    case .compares(let order, let value): return "\(column) \(order.rawValue) \(write(value))"
    case .comparesDigits(let order, let digits):
      let sign = order.wantsLess ? "<" : ">"
      return "(length(\(column)) \(sign) \(digits.count) OR (length(\(column)) = \(digits.count) AND "
        + "\(column) \(order.rawValue) \(write(.text(digits)))))"
    case .comparesTimeOfDay(let order, let time): return "\(column) % 86400000000 \(order.rawValue) \(time)"
    case .contains(let part): return "instr(\(column), \(write(part))) > 0"
    case .hasElement(let elements):
      return valueTables.condition(table, name, of: row, elements.map { write(.text($0)) })
    }
  }
}

import ParserRuntime

/// Which tables of lists' values (`by_value`) a database has. Without them lists are searched as a whole.
struct ValueTables {
  static let none = ValueTables(of: [], names: [])

  private let present: [ValueTable]
  private let missing: [ValueTable]

  /// - Parameters:
  ///   - lists: whose values may have a table.
  ///   - names: the tables that there are.
  init(of lists: [SpecificationInfo.ValueList], names: Set<String>) {
    present = lists.filter { names.contains($0.name) }.map(ValueTable.init)
    missing = lists.filter { !names.contains($0.name) }.map(ValueTable.init)
  }

  /// That a row's list has one of some values: found by them, or else by reading the list.
  /// - Parameters:
  ///   - row: what the statement calls the row.
  ///   - values: as they stand in the statement.
  func condition(_ table: String, _ column: String, of row: String, _ values: [String]) -> String {
    if let known = present.first(where: { $0.list.table.name == table && $0.list.column.name == column }) {
      return known.condition(row, values)
    }
    let parts = values.map { Self.has("\(row).\(quoted(column))", $0) }
    return parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " OR ")))"
  }

  /// That a list has a value, with commas between its values.
  static func has(_ list: String, _ value: String) -> String {
    "instr(',' || \(list) || ',', ',' || \(value) || ',') > 0"
  }

  /// A statement in which a subquery stands for each table that is not there: it has the rows of certain values.
  /// - Parameters:
  ///   - sql: reads, and may name such tables.
  ///   - parameters: the names of those parameters whose values it may look for there.
  func complete(_ sql: String, _ parameters: [String]) -> String {
    let definitions = missing.filter { Self.mentions($0.list.name, sql) }.map { table in
      "\(table.list.name) AS (\(parameters.sorted().map { table.search(":" + $0) }.joined(separator: " UNION ALL ")))"
    }.joined(separator: ", ")
    guard !definitions.isEmpty, !parameters.isEmpty else { return sql }
    guard let own = try? /\s*with\s+(recursive\s+)?/.ignoresCase().prefixMatch(in: sql) else {
      return "WITH \(definitions)\n\(sql)"
    }
    return own.output.0 + definitions + ", " + sql[own.range.upperBound...]
  }

  private static func mentions(_ name: String, _ sql: String) -> Bool {
    func isPart(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
    }
    return sql.ranges(of: name).contains { range in
      !isPart(sql[..<range.lowerBound].last) && !isPart(sql[range.upperBound...].first)
    }
  }
}

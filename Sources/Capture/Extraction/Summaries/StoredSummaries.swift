public import ParserRuntime

/// Messages of a store, each told in a line as the description's `-sql: {summary: …}` says.
///
/// Nothing of a line is stored: for the messages that somebody looks at it is made of the rows there are. That takes a
/// request for their rows in `message`, and one or two for each table that has contents of theirs.
public struct StoredSummaries: Sendable {
  /// Messages that are asked for at once: a query has only so many parameters.
  private static let portion = 500

  private let columns: SummaryColumns
  private let info: SpecificationInfo

  /// - Parameter info: of the description whose tables the store has.
  public init(_ info: SpecificationInfo) {
    self.info = info
    columns = SummaryColumns(info)
  }

  /// The lines of messages by their ids. Messages that the store does not have, and those of which there is nothing to be
  /// told, have none.
  /// - Throws: Where the store cannot be read, or a limit is reached.
  public func lines(
    of ids: [Int64], from engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) -> [Int64: String] {
    let evaluation = SummaryEvaluation(info)
    var lines: [Int64: String] = [:]
    var rest = ids[...]
    while !rest.isEmpty {
      let rows = try rows(of: Array(rest.prefix(Self.portion)), engine, control)
      for id in rest.prefix(Self.portion) { lines[id] = evaluation.line(of: id, in: rows) }
      rest = rest.dropFirst(Self.portion)
    }
    return lines
  }

  // MARK: Rows

  private typealias Key = SummaryRows.Key

  private func rows(
    of ids: [Int64], _ engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) -> SummaryRows {
    var rows = SummaryRows(columns)
    let key = [RowCondition.oneOf(info.tables[0].columns[0].name, ids.map { .integer($0) })]
    var found = try read(0, key, engine, control).compactMap { row -> (Key, SummaryRow)? in
      guard case .integer(let id)? = row.values[0] else { return nil }
      return (Key(table: 0, message: id, id: id), row)
    }
    // A content may have a content; there is no more to it than there are tables.
    for _ in 0...info.tables.count where !found.isEmpty {
      for (key, row) in found { rows.add(row, key) }
      var wanted: [Int: Set<Key>] = [:]
      for (key, row) in found {
        for table in columns.contents.union(columns.lists) {
          for next in keys(of: row, key.message, in: table, rows) where rows.rows[next] == nil {
            wanted[table, default: []].insert(next)
          }
        }
      }
      found = []
      for (table, keys) in wanted.sorted(by: { $0.key < $1.key }) {
        found += try contents(table, keys, engine, control)
      }
    }
    return rows
  }

  /// The rows that are a row's content, or the first ones of a list that is.
  private func keys(of row: SummaryRow, _ message: Int64, in table: Int, _ rows: SummaryRows) -> [Key] {
    guard let first = rows.content(of: row, in: table) else { return [] }
    let isList = row.table == 0 && columns.lists.contains(table)
    return (0..<Int64(isList ? SummaryEvaluation.readElements : 1)).compactMap { place in
      let (id, isBeyond) = first.addingReportingOverflow(place)
      return isBeyond ? nil : Key(table: table, message: message, id: id)
    }
  }

  /// Found by their keys and by their messages: a store has an order by one or the other.
  private func contents(
    _ table: Int, _ keys: Set<Key>, _ engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) -> [(Key, SummaryRow)] {
    let definition = info.tables[table].columns
    let messages = Set(keys.map(\.message)).sorted().map { QueryValue.integer($0) }
    let ids = keys.map(\.id).sorted().map { QueryValue.integer($0) }
    let conditions = [RowCondition.oneOf(definition[1].name, messages), .oneOf(definition[0].name, ids)]
    return try read(table, conditions, engine, control).compactMap { row in
      guard case .integer(let id)? = row.values[0], case .integer(let message)? = row.values[1] else { return nil }
      let key = Key(table: table, message: message, id: id)
      return keys.contains(key) ? (key, row) : nil
    }
  }

  private func read(
    _ table: Int, _ conditions: [RowCondition], _ engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) -> [SummaryRow] {
    let definition = info.tables[table]
    let wanted = columns.columns[table] ?? []
    var request = RowRequest(definition.name, columns: wanted.map { definition.columns[$0].name }, where: conditions)
    do throws(QueryError) {
      return try rows(request, table, engine, control)
    } catch {
      guard error.kind == .sql else { throw error }
    }
    // Databases of older descriptions lack columns, or the table.
    request.columns = nil
    do throws(QueryError) {
      return try rows(request, table, engine, control)
    } catch {
      guard error.kind == .sql, table != 0 else { throw error }
      return []
    }
  }

  private func rows(
    _ request: RowRequest, _ table: Int, _ engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) -> [SummaryRow] {
    let cursor = try engine.rows(request, control)
    let wanted = Set(columns.columns[table] ?? [])
    let numbers = Dictionary(info.tables[table].columnNames.enumerated().map { ($1, $0) }) { first, _ in first }
    let places = cursor.columns.enumerated().compactMap { place, name in
      numbers[name].flatMap { wanted.contains($0) ? (place, $0) : nil }
    }
    var found: [SummaryRow] = []
    while try cursor.step() {
      var row = SummaryRow(table: table)
      for (place, column) in places {
        let value = cursor.value(place)
        if value != .null { row.values[column] = value }
      }
      found.append(row)
    }
    return found
  }
}

import ParserRuntime

/// A row that is stored of a message, with the columns that summaries ask for.
struct SummaryRow {
  /// The table's number in `SpecificationInfo.tables`.
  let table: Int
  /// By the numbers of columns; those that are NULL, or that the store lacks, are missing.
  var values: [Int: QueryValue] = [:]
}

/// Rows that are stored of messages, from wherever they are.
struct SummaryRows {
  /// What tells a row from the others.
  struct Key: Hashable {
    var table: Int
    /// The message that the row belongs to: what a database from elsewhere says of its content may be of another message.
    var message: Int64
    var id: Int64
  }

  let columns: SummaryColumns
  private(set) var rows: [Key: SummaryRow] = [:]

  init(_ columns: SummaryColumns) { self.columns = columns }

  mutating func add(_ row: SummaryRow, _ key: Key) { rows[key] = row }

  func message(_ id: Int64) -> SummaryRow? { rows[Key(table: 0, message: id, id: id)] }

  /// Where a row's content is; nil where it has none in the table of this number.
  func content(of row: SummaryRow, in table: Int) -> Int64? {
    guard let place = columns.contentColumn(of: row.table), case .text(let name)? = row.values[place],
      name == columns.info.tables[table].name, case .integer(let id)? = row.values[place + 1]
    else { return nil }
    return id
  }
}

/// The tables and columns that the summaries of a description are made of.
struct SummaryColumns: Sendable {
  let info: SpecificationInfo
  /// Of each table by number the columns that are asked for, by number; the first two are the row's key and its message.
  let columns: [Int: [Int]]
  /// Tables whose rows are the contents of others.
  let contents: Set<Int>
  /// Tables whose rows are lists that are messages' contents.
  let lists: Set<Int>
  private let contentColumns: [Int?]

  init(_ info: SpecificationInfo) {
    self.info = info
    let contentColumns = info.tables.map { $0.columns.firstIndex { $0.role == .contentTable } }
    self.contentColumns = contentColumns
    var collector = Collector()
    collector.columns[0] = [EngineTables.Message.id.rawValue, EngineTables.Message.direction.rawValue]
    for summary in info.summaries { collector.collect(summary.line, rows: [0]) }
    contents = collector.contents
    lists = collector.lists
    columns = collector.columns.reduce(into: [:]) { columns, entry in
      let (table, wanted) = entry
      let links = [0, table == 0 ? EngineTables.Message.direction.rawValue : 1]
      let content = contentColumns[table].map { [$0, $0 + 1] } ?? []
      columns[table] = links + wanted.union(content).subtracting(links).sorted()
    }
  }

  /// The column of a table that names the table of a row's content; the one behind it has its key.
  func contentColumn(of table: Int) -> Int? { contentColumns[table] }

  /// Goes through expressions, and takes note of what they ask for.
  private struct Collector {
    var columns: [Int: Set<Int>] = [:]
    var contents: Set<Int> = []
    var lists: Set<Int> = []

    /// - Parameter rows: the tables of the rows that are at hand.
    mutating func collect(_ expression: SummaryExpression, rows: [Int]) {
      switch expression {
      case .text, .number: break
      case .column(let row, let column), .unsigned(let row, let column), .count(let row, let column):
        if rows.indices.contains(row) { columns[rows[row], default: []].insert(column) }
      case .name(let value, names: _), .word(let value), .minus(let value), .complement(let value), .not(let value):
        collect(value, rows: rows)
      case .operation(_, let left, let right): collect([left, right], rows)
      case .choice(let condition, let yes, let no): collect([condition, yes, no], rows)
      case .cases(let value, let cases): collect([value] + cases.map(\.value), rows)
      case .first(let values), .joined(let values), .line(let values): collect(values, rows)
      case .content(let row, let table, let value):
        contents.insert(table)
        columns[table] = columns[table] ?? []
        collect(value, rows: rows.prefix(row + 1) + [table])
      case .elements(let table, let value):
        lists.insert(table)
        columns[table] = columns[table] ?? []
        collect(value, rows: rows.prefix(1) + [table])
      }
    }

    private mutating func collect(_ values: [SummaryExpression], _ rows: [Int]) {
      for value in values { collect(value, rows: rows) }
    }
  }
}

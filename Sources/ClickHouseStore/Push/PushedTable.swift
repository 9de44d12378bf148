import Capture
import ParserRuntime

/// The rows of one table of another store, one after another.
final class PushedTable {
  let table: SpecificationInfo.Table
  /// The number of the table in a `RowBatch`.
  private let number: Int
  private let base: Int64
  private let cursor: any ResultCursor
  /// Of the cursor's columns, those of the table, and whether their values are ids.
  private let columns: [(number: Int, isID: Bool)]
  /// The place of the column by which rows are ordered.
  private let order: Int
  /// What the next row has there; nil behind the last.
  private(set) var next: Int64?

  /// - Parameters:
  ///   - columns: that the other store has; it may be older.
  ///   - order: the column by which rows are read.
  ///   - start: rows that have more there are read; nil for all.
  init(
    _ table: SpecificationInfo.Table, number: Int, columns names: Set<String>, order: String, behind start: Int64?,
    base: Int64, from queries: any QueryEngine
  ) throws(QueryError) {
    self.table = table
    self.number = number
    self.base = base
    let known = table.columns.enumerated().filter { names.contains($1.name) }
    columns = known.map { number, column in
      switch column.role {
      case .key, .reference, .content: (number, true)
      case .value, .contentTable: (number, false)
      }
    }
    self.order = known.firstIndex { $1.name == order } ?? 0
    let conditions = start.map { [RowCondition.greater(order, .integer($0))] } ?? []
    cursor = try queries.rows(
      RowRequest(table.name, columns: known.map(\.element.name), where: conditions, order: order), QueryControl())
    try step()
  }

  private func step() throws(QueryError) {
    next = nil
    // What belongs to no message comes first, and with the first one.
    if try cursor.step() { if case .integer(let value) = cursor.borrowed(order) { next = value } else { next = .min } }
  }

  /// Writes the next row to a batch, and goes on to the one behind it.
  func write(to rows: RowBatch) throws(QueryError) {
    guard case .integer(let id) = cursor.borrowed(0) else { return try step() }
    var row = rows.begin(table: number, id: base + id)
    for (place, column) in columns.enumerated().dropFirst() {
      switch cursor.borrowed(place) {
      case .null: break
      case .integer(let value): row.integer(column.number, column.isID ? base + value : value)
      case .real(let value): row.real(column.number, value)
      case .text(let bytes): row.text(column.number, utf8: bytes)
      case .blob(let bytes): row.blob(column.number, bytes)
      }
    }
    row.end()
    try step()
  }
}

import CSQLite
import GRDB
import ParserRuntime

/// Writes the rows of one table: a prepared statement, and for inserts another one that takes several rows at once,
/// which is a tenth less work for SQLite.
struct RowStatement {
  enum Kind {
    case insert(into: String, columns: [String])
    /// The first column chooses the row.
    case update(String, columns: [String])

    var columns: [String] {
      switch self {
      case .insert(_, let columns), .update(_, let columns): columns
      }
    }
  }

  enum Failure: Error {
    /// A value was refused, with SQLite's result code; `SQLITE_TOOBIG` for one that is longer than SQLite's limit.
    case value(column: Int, code: Int32)
    /// The database tells what went wrong.
    case step
  }

  /// Rows of a statement that takes several.
  private static let rowsAtOnce = 8

  private let one: Statement
  /// nil for an update.
  private let several: Statement?
  private let columnCount: Int32
  /// Whether it makes rows, not changes them.
  var isInsert: Bool { several != nil }

  init(_ database: Database, _ kind: Kind) throws {
    columnCount = Int32(kind.columns.count)
    let names = kind.columns.map { "\"\($0)\"" }
    switch kind {
    case .insert(let table, _):
      let row = "(" + names.map { _ in "?" }.joined(separator: ", ") + ")"
      let head = "INSERT INTO \"\(table)\" (\(names.joined(separator: ", "))) VALUES "
      one = try database.makeStatement(sql: head + row)
      let rows = [String](repeating: row, count: Self.rowsAtOnce)
      several = try database.makeStatement(sql: head + rows.joined(separator: ", "))
    case .update(let table, _):
      let changes = names.enumerated().dropFirst().map { "\($1) = ?\($0 + 1)" }
      one = try database.makeStatement(
        sql: "UPDATE \"\(table)\" SET \(changes.joined(separator: ", ")) WHERE \(names[0]) = ?1")
      several = nil
    }
  }

  /// Writes rows, of which nobody wants to know how many were written where it fails.
  func run(_ rows: [RowValues]) throws(Failure) {
    var written = 0
    try run(rows, written: &written)
  }

  /// Writes rows in their order. Their values are bound where they lie, without a copy.
  /// - Parameter written: is increased by those that were written, also where others were not.
  func run(_ rows: [RowValues], written: inout Int) throws(Failure) {
    var rest = rows[...]
    if let several {
      while rest.count >= Self.rowsAtOnce {
        try run(several.sqliteStatement, rest.prefix(Self.rowsAtOnce))
        rest = rest.dropFirst(Self.rowsAtOnce)
        written += Self.rowsAtOnce
      }
    }
    for index in rest.indices {
      try run(one.sqliteStatement, rest[index...index])
      written += 1
    }
  }

  private func run(_ statement: OpaquePointer, _ rows: ArraySlice<RowValues>) throws(Failure) {
    var place: Int32 = 0
    for row in rows {
      try bind(row, to: statement, behind: place)
      place += columnCount
    }
    let result = sqlite3_step(statement)
    sqlite3_reset(statement)
    if result != SQLITE_DONE { throw .step }
  }

  private func bind(_ row: RowValues, to statement: OpaquePointer, behind place: Int32) throws(Failure) {
    var row = row
    // Parameters keep their values, so those that the row does not have are made NULL.
    var bound: Int32 = 0
    while let (column, value) = row.next() {
      let index = Int32(truncatingIfNeeded: column) + 1
      while bound < index - 1 {
        bound += 1
        sqlite3_bind_null(statement, place + bound)
      }
      let result = bind(value, to: statement, place + index)
      if result != SQLITE_OK { throw .value(column: column, code: result) }
      bound = max(bound, index)
    }
    while bound < columnCount {
      bound += 1
      sqlite3_bind_null(statement, place + bound)
    }
  }

  private func bind(_ value: RowBatch.Value, to statement: OpaquePointer, _ index: Int32) -> Int32 {
    // SQLITE_STATIC (a nil destructor): the batch outlives the step that reads the value.
    switch value {
    case .integer(let value): sqlite3_bind_int64(statement, index, value)
    case .real(let value): sqlite3_bind_double(statement, index, value)
    case .text(let bytes):
      sqlite3_bind_text64(
        statement, index, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(bytes.count), nil,
        UInt8(SQLITE_UTF8))
    case .blob(let bytes): sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }
  }
}

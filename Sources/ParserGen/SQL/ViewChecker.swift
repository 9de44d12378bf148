import CSQLite

/// Reads a file of views and has SQLite itself check them against the tables.
struct ViewChecker {
  let file: String
  let diagnostics: Diagnostics

  /// - Returns: Name and statement of each view, in order.
  func check(_ text: String, tables: [String]) -> [(name: String, sql: String)] {
    guard let database = SchemaInMemory(tables, complain: { complain(1, $0) }) else { return [] }
    return views(text, database)
  }

  private func views(_ text: String, _ database: SchemaInMemory) -> [(name: String, sql: String)] {
    var views: [(name: String, sql: String)] = []
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { buffer in
        var start = 0
        while start < buffer.count, let base = buffer.baseAddress {
          var statement: OpaquePointer?
          var tail: UnsafePointer<CChar>?
          let result = sqlite3_prepare_v2(
            database.handle, base + start, Int32(clamping: buffer.count - start), &statement, &tail)
          defer { sqlite3_finalize(statement) }
          guard result == SQLITE_OK else {
            return complain(line(start + database.errorOffset, bytes), database.message)
          }
          let end = tail.map { base.distance(to: $0) } ?? buffer.count
          defer { start = end }
          guard let statement else { continue }
          if let view = define(statement, String(decoding: bytes[start..<end], as: UTF8.self), database) {
            views.append(view)
            check(view.name, at: line(start + leadingBlanks(bytes[start..<end]), bytes), database)
          } else {
            complain(line(start + leadingBlanks(bytes[start..<end]), bytes), "only CREATE VIEW may stand in this file")
          }
        }
      }
    }
    return views
  }

  private func define(_ statement: OpaquePointer, _ sql: String, _ database: SchemaInMemory) -> (
    name: String, sql: String
  )? {
    let before = viewNames(database)
    guard sqlite3_step(statement) == SQLITE_DONE else { return nil }
    guard let name = viewNames(database).first(where: { !before.contains($0) }) else { return nil }
    var text = Substring(sql)
    while let last = text.last, last == ";" || last.isWhitespace { text.removeLast() }
    return (name, String(text.drop(while: \.isWhitespace)))
  }

  /// A view's columns are looked up only when it is used.
  private func check(_ view: String, at line: Int, _ database: SchemaInMemory) {
    var statement: OpaquePointer?
    if sqlite3_prepare_v2(database.handle, "SELECT * FROM \"\(view)\"", -1, &statement, nil) != SQLITE_OK {
      complain(line, "the view '\(view)': \(database.message)")
    }
    sqlite3_finalize(statement)
  }

  private func viewNames(_ database: SchemaInMemory) -> [String] {
    var statement: OpaquePointer?
    sqlite3_prepare_v2(database.handle, "SELECT name FROM sqlite_master WHERE type = 'view'", -1, &statement, nil)
    defer { sqlite3_finalize(statement) }
    var names: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
      if let text = sqlite3_column_text(statement, 0) { names.append(String(cString: text)) }
    }
    return names
  }

  private func leadingBlanks(_ bytes: ArraySlice<UInt8>) -> Int {
    // Comments before a statement belong to it; its place is its first word.
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    var offset = 0
    for line in lines {
      let text = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if !text.isEmpty, !text.starts(with: [0x2D, 0x2D]) { return offset }
      offset += line.count + 1
    }
    return 0
  }

  private func line(_ offset: Int, _ bytes: [UInt8]) -> Int {
    bytes.prefix(offset).count { $0 == 0x0A } + 1
  }

  private func complain(_ line: Int, _ message: String) {
    diagnostics.error(SourceLocation(file: file, line: line, column: 1), message)
  }
}

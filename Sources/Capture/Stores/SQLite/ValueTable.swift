import ParserRuntime

/// The table that has the values of a list one by one (`by_value`), so that rows are found by one of them. It is made on
/// demand, as an index is: it takes more room than the lists. Triggers keep it.
struct ValueTable {
  let list: SpecificationInfo.ValueList

  /// Statements that make it of the rows there are, and have it follow what becomes of them.
  var statements: [String] {
    let (name, table) = (quoted(list.name), quoted(list.table.name))
    let key = quoted(list.table.columns[0].name)
    let columns = [list.valueColumn, list.keyColumn] + [list.messageColumn].compactMap(\.self)
    func row(_ row: String) -> String {
      let message = list.messageColumn.map { ["\(row).\(quoted($0))"] } ?? []
      return (["j.value", "\(row).\(key)"] + message).joined(separator: ", ")
    }
    return [
      """
      CREATE TABLE \(name) (\(quoted(columns[0])) TEXT NOT NULL, \
      \(columns.dropFirst().map { "\(quoted($0)) INTEGER NOT NULL" }.joined(separator: ", ")), \
      PRIMARY KEY (\(columns.prefix(2).map(quoted).joined(separator: ", ")))) WITHOUT ROWID
      """,
      // In the order of the key, so that each goes to the end.
      """
      INSERT OR IGNORE INTO \(name) SELECT \(row("t")) FROM \(table) AS t, \(values("t")) AS j \
      WHERE \(isPresent("t")) ORDER BY 1, 2
      """,
      """
      CREATE TRIGGER \(quoted(list.name + "_insert")) AFTER INSERT ON \(table) WHEN \(isPresent("NEW")) BEGIN \
      INSERT OR IGNORE INTO \(name) SELECT \(row("NEW")) FROM \(values("NEW")) AS j; END
      """,
      """
      CREATE TRIGGER \(quoted(list.name + "_delete")) AFTER DELETE ON \(table) WHEN \(isPresent("OLD")) BEGIN \
      DELETE FROM \(name) WHERE \(quoted(columns[0])) IN (SELECT value FROM \(values("OLD"))) \
      AND \(quoted(columns[1])) = OLD.\(key); END
      """,
    ]
  }

  private func column(_ row: String) -> String { "\(row).\(quoted(list.column.name))" }

  private func isPresent(_ row: String) -> String { "\(column(row)) <> ''" }

  /// The values of a row's list. They are numbers or digits in hex (the compiler sees to it), so none has a comma or quote.
  private func values(_ row: String) -> String { #"json_each('["' || replace(\#(column(row)), ',', '","') || '"]')"# }

  /// What it would have for a value, as a query of the lists.
  /// - Parameter value: as it stands in the statement.
  func search(_ value: String) -> String {
    let message = list.messageColumn.map { ", \(quoted($0))" } ?? ""
    return "SELECT \(quoted(list.table.columns[0].name)) AS \(quoted(list.keyColumn))\(message), "
      + "\(value) AS \(quoted(list.valueColumn)) FROM \(quoted(list.table.name)) AS t "
      + "WHERE \(ValueTables.has(column("t"), value))"
  }

  /// That a row's list has one of some values.
  /// - Parameters:
  ///   - row: what the statement calls the row of the list's table.
  ///   - values: as they stand in the statement.
  func condition(_ row: String, _ values: [String]) -> String {
    "\(row).\(quoted(list.table.columns[0].name)) IN (SELECT \(quoted(list.keyColumn)) FROM \(quoted(list.name)) "
      + "WHERE \(quoted(list.valueColumn)) IN (\(values.joined(separator: ", "))))"
  }
}

// Lists whose values have a table of their own, so that rows are found by one of them.

extension SpecificationInfo {
  /// A list in a column whose values a store can have one by one in a table of their own (`by_value`).
  public struct ValueList: Sendable, Hashable {
    /// The table whose rows have the list.
    public let table: Table
    /// The column that is the list.
    public let column: Column
    /// What one of the values is called.
    public let value: String

    /// The name of the table that has the values one by one: `reading_sensor` those that are called `sensor`, of `reading`.
    public var name: String { Self.name(table: table.name, value: value) }
    /// The column of that table with the key of the row that has the list.
    public var keyColumn: String { "\(table.name)_id" }
    /// The column of that table, and of the list's, with the message; nil where rows of the table belong to none.
    public var messageColumn: String? {
      table.columns.count > 1 && table.columns[1].role == .reference(to: "message") ? table.columns[1].name : nil
    }
    /// The column of that table with the value.
    public var valueColumn: String { [keyColumn, messageColumn].contains(value) ? value + "_" : value }

    /// The name of a table that has the values of a list.
    /// - Parameters:
    ///   - table: whose rows have the list.
    ///   - value: what one of the values is called.
    public static func name(table: String, value: String) -> String { "\(table)_\(value)" }
  }

  /// All such lists.
  public var valueLists: [ValueList] { tables.flatMap(\.valueLists) }
}

extension SpecificationInfo.Table {
  /// The lists in its columns whose values a store can have one by one.
  public var valueLists: [SpecificationInfo.ValueList] {
    columns.compactMap { column in
      column.byValue.map { SpecificationInfo.ValueList(table: self, column: column, value: $0) }
    }
  }
}

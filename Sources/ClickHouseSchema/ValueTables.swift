public import ParserRuntime

// A list is one column, as in every other store, and to find a value in it a server would read all lists there are. Where
// the description asks for it (`by_value`), the values stand in a table of their own too, in their order: to find a value
// is then to look up a key.
//
// Such a table is written by whoever writes the lists, and by no view of the server's: a view gets its rows after they
// were added to the first table, and if the server is killed between the two, nobody sees that they are missing.

extension ClickHouseTable {
  /// The tables in which a table's rows are found by the values of their lists; each has a row for every value.
  public static func valueTables(of table: SpecificationInfo.Table) -> [ClickHouseTable] {
    table.columns.enumerated().compactMap { number, column in
      column.byValue.map { ClickHouseTable(of: table, list: number, value: $0) }
    }
  }

  /// What such a table is called: `reading_sensor` has the sensors of readings.
  public static func valueTableName(_ table: String, _ value: String) -> String { "\(table)_\(value)" }

  private init(of table: SpecificationInfo.Table, list: Int, value: String) {
    // In front the key, since what was written is found by it where it is not known to be there.
    var columns = [ClickHouseColumn("\(table.name)_id", .int64, .batch(0), doc: "the row of \(table.name)")]
    if table.columns.count > 1, table.columns[1].role == .reference(to: "message") {
      columns.append(ClickHouseColumn(table.columns[1].name, .int64, .batch(1), doc: table.columns[1].doc))
    }
    let (sensor, time) = (Self.addedSensor, Self.addedTime)
    var found = ClickHouseColumn(value, .string, .value(list), doc: "one of \(table.columns[list].name)")
    while (columns + [sensor, time]).contains(where: { $0.name == found.name }) { found.name += "_" }
    self.init(
      name: Self.valueTableName(table.name, value), view: nil,
      doc: "The values of \(table.name).\(table.columns[list].name), one by one",
      columns: columns + [found, sensor, time],
      timeColumn: columns.count + 2, order: [found.name, time.name, columns[0].name])
  }
}

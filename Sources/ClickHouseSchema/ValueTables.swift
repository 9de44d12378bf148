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
    table.valueLists.map(ClickHouseTable.init)
  }

  private init(_ list: SpecificationInfo.ValueList) {
    let table = list.table
    // In front the key, since what was written is found by it where it is not known to be there.
    var columns = [ClickHouseColumn(list.keyColumn, .int64, .batch(0), doc: "the row of \(table.name)")]
    if let message = list.messageColumn {
      columns.append(ClickHouseColumn(message, .int64, .batch(1), doc: table.columns[1].doc))
    }
    let (sensor, time) = (Self.addedSensor, Self.addedTime)
    let place = table.columns.firstIndex(of: list.column) ?? 0
    var found = ClickHouseColumn(list.valueColumn, .string, .value(place), doc: "one of \(list.column.name)")
    while (columns + [sensor, time]).contains(where: { $0.name == found.name }) { found.name += "_" }
    self.init(
      name: list.name, view: nil, doc: "The values of \(table.name).\(list.column.name), one by one",
      columns: columns + [found, sensor, time],
      timeColumn: columns.count + 2, order: [found.name, time.name, columns[0].name])
  }
}

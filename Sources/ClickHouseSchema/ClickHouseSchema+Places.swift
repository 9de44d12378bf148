extension ClickHouseSchema {
  /// A table as a server has it.
  public struct Place: Sendable {
    /// What the server calls it.
    public var name: String
    /// The table, whose columns it has.
    public var table: ClickHouseTable
    /// Which of the table's rows are here.
    public var rows: Rows

    /// Rows of a table that a server has.
    public enum Rows: Sendable {
      /// All of them.
      case all
      /// Those of the server's shard.
      case shard
      /// None: it shows those of all shards.
      case others
    }
  }

  /// All tables that a server has, those that have rows before those that show them.
  public var places: [Place] {
    places(of: tables)
      + ([Self.sensorTable] + nameTables.map(Self.table)).map { Place(name: $0.name, table: $0, rows: .all) }
  }

  /// Where a server has tables whose rows are shared by all shards of a cluster, if there is one.
  public func places(of tables: [ClickHouseTable]) -> [Place] {
    guard cluster != nil else { return tables.map { Place(name: $0.name, table: $0, rows: .all) } }
    return tables.map { Place(name: localName($0), table: $0, rows: .shard) }
      + tables.map { Place(name: $0.name, table: $0, rows: .others) }
  }
}

public import ParserRuntime

extension ClickHouseSchema {
  private typealias Text = ClickHouseText

  /// Statements that make everything that is not there yet, and change nothing that is: tables, then tables of names,
  /// then views.
  public var statements: [String] { tableStatements + viewStatements }

  /// Statements that make tables, with those of names.
  public var tableStatements: [String] {
    tables.flatMap { creation(of: $0, isEverywhere: false) }
      + ([Self.sensorTable] + nameTables.map(Self.table)).flatMap { creation(of: $0, isEverywhere: true) }
  }

  /// Statements that make views.
  public var viewStatements: [String] {
    let sensors = View(
      name: Self.sensorTable.view ?? "", query: "SELECT * FROM \(Text.name(Self.sensorTable.name)) FINAL", doc: nil)
    return ([sensors] + views).map { view in
      "CREATE VIEW IF NOT EXISTS \(place(view.name)) AS \(qualified(view.query))"
    }
  }

  /// Statements that remove views, so that they can be made anew.
  public var viewRemovals: [String] { views.reversed().map { "DROP TABLE IF EXISTS \(place($0.name))" } }

  /// Statements that fill the tables of names. Run again they do no harm, but no good either.
  public var nameStatements: [String] {
    nameTables.flatMap { [insertion($0, $0.entries), merging($0)].compactMap(\.self) }
  }

  /// Puts names for values into a table of names.
  public func insertion(
    _ table: SpecificationInfo.NameTable, _ entries: [SpecificationInfo.NameTable.Entry]
  ) -> String {
    let rows = entries.map { entry in
      "(\(entry.value), \(Text.literal(entry.name)), \(entry.doc.map(Text.literal) ?? "NULL"))"
    }
    return "INSERT INTO \(Text.name(table.name)) VALUES \(rows.joined(separator: ", "))"
  }

  /// Makes a table of names forget former ones; nil where that is left to the servers, since replicas of 2018 that are
  /// not the first among them cannot do it.
  public func merging(_ table: SpecificationInfo.NameTable) -> String? {
    cluster == nil ? "OPTIMIZE TABLE \(Text.name(table.name)) FINAL" : nil
  }

  /// Whether what is done to the rows of shards (`addition` to such a place, and `removal`) is done where one server of
  /// each shard is told, and nowhere else.
  ///
  /// Servers of 2018 must not get such statements from the cluster's queue: if a replica comes to one at the very moment
  /// that another one has done it, it ends its thread for the queue ("DDLWorker: Unexpected ZooKeeper error: Node exists"),
  /// and does nothing that comes after until somebody restarts it.
  public var changesEachShard: Bool { cluster != nil && flavour == .plain }

  /// Adds a column to a table that lacks it.
  /// - Parameter target: one of `places`.
  public func addition(of column: ClickHouseColumn, to target: Place) -> [String] {
    let definition = "ADD COLUMN \(definition(column, isKey: false))"
    switch target.rows {
    case .shard: return ["ALTER TABLE \(ownPlace(target.name)) \(definition)"]
    // A Distributed table has no rows of its own: it is made anew.
    case .others:
      return ["DROP TABLE IF EXISTS \(place(target.name))", distribution(target.table)].compactMap(\.self)
    // Of these all servers are replicas; a second one that is told would say that the column is there already.
    case .all: return ["ALTER TABLE \(Text.name(target.name)) \(definition)"]
    }
  }

  /// Removes all rows that a table has of a day.
  /// - Parameter day: as the server writes it, `20261126`.
  public func removal(of day: Int, from table: ClickHouseTable) -> String {
    "ALTER TABLE \(ownPlace(storedName(table))) DROP PARTITION \(day)"
  }

  /// The name of the table that has a server's own rows.
  public func storedName(_ table: ClickHouseTable) -> String { cluster == nil ? table.name : localName(table) }

  /// A table of names as one that rows go to.
  public static func table(_ names: SpecificationInfo.NameTable) -> ClickHouseTable {
    var table = ClickHouseTable(
      name: names.name, view: nil, doc: nil, columns: names.table.columns.enumerated().map(ClickHouseColumn.init),
      timeColumn: nil, order: ["value"])
    table.doc = "Names of values"
    return table
  }

  // MARK: Tables

  /// - Parameter isEverywhere: whether all servers of a cluster have all rows.
  private func creation(of table: ClickHouseTable, isEverywhere: Bool) -> [String] {
    let columns = table.columns.map { column in
      "\n  " + definition(column, isKey: table.order.contains(column.name))
    }
    let name = cluster == nil || isEverywhere ? table.name : localName(table)
    let statement =
      "CREATE TABLE IF NOT EXISTS \(place(name)) (\((columns + indices(table)).joined(separator: ","))\n) "
      + "ENGINE = \(engine(table, isEverywhere: isEverywhere))\(clauses(table))"
    guard cluster != nil, !isEverywhere else { return [statement] }
    return [statement] + [distribution(table)].compactMap(\.self)
  }

  /// The table through which all servers' rows are reached. Rows of a sensor are all on one shard.
  private func distribution(_ table: ClickHouseTable) -> String? {
    guard let cluster, let sensor = table.columns.first(where: { $0.source == .sensor }) else { return nil }
    let arguments = [cluster.name, cluster.database, localName(table)].map(Text.literal).joined(separator: ", ")
    return "CREATE TABLE IF NOT EXISTS \(place(table.name)) AS "
      + "\(Text.name(cluster.database)).\(Text.name(localName(table))) "
      + "ENGINE = Distributed(\(arguments), \(Text.name(sensor.name)))"
  }

  /// The table that has a server's own rows.
  public func localName(_ table: ClickHouseTable) -> String { "\(table.name)_local" }

  private func engine(_ table: ClickHouseTable, isEverywhere: Bool) -> String {
    let replaces = table.replaces || table.order == ["value"]
    let version = table.replaces ? table.columns.last.map { Text.name($0.name) } : nil
    guard let cluster else { return replaces ? "ReplacingMergeTree(\(version ?? ""))" : "MergeTree" }
    let shard = isEverywhere ? "all" : "{shard}"
    let replica = isEverywhere ? "{shard}-{replica}" : "{replica}"
    let path = "/clickhouse/tables/\(shard)/\(cluster.database)/\(table.name)"
    let arguments = [Text.literal(path), Text.literal(replica)] + (replaces ? [version].compactMap(\.self) : [])
    return "Replicated\(replaces ? "Replacing" : "")MergeTree(\(arguments.joined(separator: ", ")))"
  }

  private func clauses(_ table: ClickHouseTable) -> String {
    var text = ""
    let time = table.timeColumn.map { Text.name(table.columns[$0].name) }
    if let time { text += "\nPARTITION BY toYYYYMMDD(toDateTime(intDiv(\(time), 1000000), 'UTC'))" }
    text += "\nORDER BY (\(table.order.map(Text.name).joined(separator: ", ")))"
    if flavour == .current, let time, let retentionDays {
      // Beyond 2106 a DateTime begins anew, and rows would be removed at once.
      text += "\nTTL toDateTime(least(intDiv(\(time), 1000000) + \(retentionDays * 86_400), 4294967295))"
    }
    if cluster != nil { text += "\nSETTINGS replicated_deduplication_window = 10000" }
    if flavour == .current, let doc = table.doc { text += "\nCOMMENT \(Text.literal(doc))" }
    return text
  }

  // MARK: Columns

  private func definition(_ column: ClickHouseColumn, isKey: Bool) -> String {
    var text = "\(Text.name(column.name)) \(type(column))"
    // Replicas of 2018 take their own comments for differences.
    if let doc = column.doc, flavour == .current || cluster == nil { text += " COMMENT \(Text.literal(doc))" }
    if flavour == .current { text += " CODEC(\(column.isRising ? "Delta, " : "")ZSTD(1))" }
    return text
  }

  /// A column's type, as the server has it.
  public func type(_ column: ClickHouseColumn) -> String {
    flavour == .current && column.isRepetitive ? "LowCardinality(\(column.type.name))" : column.type.name
  }

  /// Indices that leave out what cannot hold a value, for columns that rows are found by and not ordered by.
  private func indices(_ table: ClickHouseTable) -> [String] {
    guard flavour == .current else { return [] }
    return table.foundColumns.map { column in
      "\n  INDEX \(Text.name("by_\(column.name)")) \(Text.name(column.name)) TYPE bloom_filter(0.01) GRANULARITY 4"
    }
  }

  // MARK: Clusters

  /// A name, and where a cluster is to have it.
  private func place(_ name: String) -> String {
    guard let cluster else { return Text.name(name) }
    return "\(Text.name(cluster.database)).\(Text.name(name)) ON CLUSTER \(Text.name(cluster.name))"
  }

  /// The same for a table that has a server's own rows, in a statement that changes them.
  private func ownPlace(_ name: String) -> String { changesEachShard ? Text.name(name) : place(name) }

  /// A query with the database before all tables: the servers of a cluster run it in another one.
  private func qualified(_ query: String) -> String {
    guard let cluster else { return query }
    let known = Set(
      (tables + [Self.sensorTable]).flatMap { [$0.name, $0.view ?? $0.name] } + nameTables.map(\.name)
        + views.map(\.name))
    var text = ""
    var end = query.startIndex
    var before: ClickHouseLexer.Token?
    for token in ClickHouseLexer.tokens(query) {
      text += query[end..<token.text.startIndex]
      let isTable = before.map { $0.isWord("from") || $0.isWord("join") } ?? false
      if isTable, let name = token.name, known.contains(name) {
        text += "\(Text.name(cluster.database))."
      }
      text += token.text
      end = token.text.endIndex
      before = token
    }
    return text + query[end...]
  }
}

extension ClickHouseTable {
  /// Columns that rows are found by, in which the order of rows is of no help.
  fileprivate var foundColumns: [ClickHouseColumn] {
    columns.filter { column in
      guard column.isIndexed || column.isReference, column.name != order.first else { return false }
      return true
    }
  }
}

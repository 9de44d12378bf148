public import ParserRuntime

/// What a description's tables are in ClickHouse, and the statements that make them. The compiler prints it
/// (`parsergen sql --dialect clickhouse`), and the store makes it.
public struct ClickHouseSchema: Sendable {
  /// Which servers understand the statements.
  public enum Flavour: Sendable {
    /// Those of 2018, such as Debian's 18.16, and all that came after.
    case plain
    /// Those of today.
    case current
  }

  /// Servers that share the rows.
  public struct Cluster: Sendable, Hashable {
    /// What the servers' configuration calls it.
    public var name: String
    /// The database, which has to be named in what each of them is to run.
    public var database: String

    /// A cluster of this name.
    public init(_ name: String, database: String) {
      self.name = name
      self.database = database
    }
  }

  /// A view, and the query that it shows the result of.
  public struct View: Sendable {
    /// The view's name.
    public var name: String
    /// The query.
    public var query: String
    /// What its rows are; nil where nobody says.
    public var doc: String?
  }

  /// Tables that rows of batches go to, those of the engine first.
  public let tables: [ClickHouseTable]
  /// Tables in which rows are found by the values of lists; `tables` has them where they are wanted.
  public let valueTables: [ClickHouseTable]
  /// Tables of names for the values of enums.
  public let nameTables: [SpecificationInfo.NameTable]
  /// The engine's views, then the description's.
  public let views: [View]
  /// Which servers understand the statements.
  public var flavour: Flavour
  /// nil for a single server.
  public var cluster: Cluster?
  /// Days after which the server removes rows; nil for never. Servers of 2018 cannot do that themselves.
  public var retentionDays: Int?

  /// - Parameters:
  ///   - tables: the description's.
  ///   - nameTables: the description's.
  ///   - views: the description's, in ClickHouse's words.
  ///   - findsByValue: whether there are tables in which rows are found by the values of lists.
  public init(
    tables: [SpecificationInfo.Table], nameTables: [SpecificationInfo.NameTable],
    views: [SpecificationInfo.View], flavour: Flavour, cluster: Cluster? = nil, retentionDays: Int? = nil,
    findsByValue: Bool = false
  ) {
    let planned = (EngineTables.all + tables).map { ClickHouseTable($0) }
    valueTables = tables.flatMap(ClickHouseTable.valueTables)
    self.tables = planned + (findsByValue ? valueTables : [])
    self.nameTables = nameTables
    self.views =
      planned.compactMap(View.init) + views.compactMap { view in View(view.name, definition: view.sql) }
    self.flavour = flavour
    self.cluster = cluster
    self.retentionDays = retentionDays
  }

  /// What a description says.
  public init(
    _ info: SpecificationInfo, flavour: Flavour, cluster: Cluster? = nil, retentionDays: Int? = nil,
    findsByValue: Bool = false
  ) {
    self.init(
      tables: info.tables, nameTables: info.nameTables, views: info.clickHouseViews, flavour: flavour,
      cluster: cluster, retentionDays: retentionDays, findsByValue: findsByValue)
  }

  /// The table of sensors: each writes itself down when it begins, with what tells it from one that has the same number.
  public static let sensorTable: ClickHouseTable = {
    typealias Column = ClickHouseColumn
    let columns = [
      Column("number", .uint16, .batch(0), doc: "the first bits of all ids that the sensor gives"),
      Column("instance", .string, .batch(1), doc: "of the sensor's state folder; no two sensors have the same"),
      Column("name", .string, .batch(2)), Column("host", .string, .batch(3)),
      Column("version", .string, .batch(4), doc: "of the program"),
      Column("specification", .string, .batch(5), doc: "name of the description"),
      Column(
        "started_us", .int64, .batch(6), doc: "when it began last, by the server's clock, µs since 1970-01-01 UTC"),
      Column("ended_us", .int64, .batch(7), doc: "when it ended; 0 while it is at work"),
      Column("seen_us", .int64, .batch(8), doc: "when it wrote this"),
    ]
    return ClickHouseTable(
      name: "sensor_state", view: "sensor", doc: "Who writes here", columns: columns, timeColumn: nil,
      order: ["number", "instance"])
  }()

  /// Names of tables that a description's tables may not have.
  public static let reservedNames: Set<String> = ["run_state", "flow_state", "sensor", "sensor_state"]
}

extension ClickHouseSchema.View {
  /// Of rows that replace each other the last ones.
  fileprivate init?(_ table: ClickHouseTable) {
    guard let view = table.view else { return nil }
    let columns = table.shownColumns.map(ClickHouseText.name)
    self.init(
      name: view, query: "SELECT \(columns.joined(separator: ", ")) FROM \(ClickHouseText.name(table.name)) FINAL",
      doc: table.doc)
  }

  /// Of a statement that makes a view; nil where it is none.
  public init?(_ name: String, definition: String) {
    let tokens = ClickHouseLexer.tokens(definition)
    guard let place = tokens.firstIndex(where: { $0.isWord("as") }), tokens.first?.isWord("create") == true,
      place + 1 < tokens.count
    else { return nil }
    self.init(name: name, query: String(definition[tokens[place + 1].text.startIndex...]), doc: nil)
  }
}

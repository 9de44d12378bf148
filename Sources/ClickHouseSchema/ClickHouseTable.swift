public import ParserRuntime

/// A table of ClickHouse's that rows of a description, or of the engine, go to.
///
/// It has the columns of the table in every other store, in their order, and behind them what is needed because many
/// sensors share it, and because a server joins less willingly than a file.
public struct ClickHouseTable: Sendable, Hashable {
  /// The table that rows are inserted into.
  public var name: String
  /// What users ask instead of the table, where that has several rows for one: a view that shows the last of them.
  public var view: String?
  /// What its rows are, in one line; nil where the description does not say.
  public var doc: String?
  /// In the order in which rows are written.
  public var columns: [ClickHouseColumn]
  /// The place of the column whose value, in µs since 1970-01-01 UTC, says the day that a row belongs to; nil where rows
  /// are not kept by days.
  public var timeColumn: Int?
  /// The columns that rows are ordered by.
  public var order: [String]
  /// The names of the columns that are of use to those who ask.
  public var shownColumns: [String] {
    columns.filter { !replaces || $0.source != .version }.map(\.name)
  }
  /// The column that rows are ordered by before their key, where both are numbers that rise from row to row.
  public var group: ClickHouseColumn? {
    guard order.count > 1, let first = columns.first(where: { $0.name == order[0] }), first != columns.first,
      case .batch = first.source
    else { return nil }
    return first
  }
  /// Whether rows of the same order replace each other: the one with the largest value in the last column stays.
  public var replaces: Bool { view != nil }
}

/// A column of a table.
public struct ClickHouseColumn: Sendable, Hashable {
  /// The column's name.
  public var name: String
  /// What values it has.
  public var type: ClickHouseType
  /// Where a row's value comes from.
  public var source: Source
  /// Whether there are few values, each in many rows.
  public var isRepetitive = false
  /// Whether the description asks that rows are found by it.
  public var isIndexed = false
  /// Whether each is the key of a row elsewhere.
  public var isReference = false
  /// Whether values mostly rise from row to row.
  public var isRising = false
  /// Whether values are bytes and no text.
  public var isBinary = false
  /// What it holds, in one line; nil where nobody says.
  public var doc: String?

  /// A column of this name and type, with values from there.
  public init(_ name: String, _ type: ClickHouseType, _ source: Source, doc: String? = nil) {
    self.name = name
    self.type = type
    self.source = source
    self.doc = doc
  }

  /// Where a row's value comes from. Where a batch has none, it is NULL if the type has that, else 0 or the empty text.
  public enum Source: Sendable, Hashable {
    /// The column of this number in the batch's row.
    case batch(Int)
    /// The column of this number in the batch's row, which is a list: each of its values in a row of its own.
    case value(Int)
    /// The number of the sensor that writes.
    case sensor
    /// The time of the message that the row belongs to, in µs since 1970-01-01 UTC.
    case time
    /// A column of the row's connection.
    case flow(EngineTables.Flow)
    /// A number that is larger in each further row that replaces another.
    case version
    /// How many rows of the run were thrown away because there was no room for them on the way to the store.
    case droppedRows
  }
}

/// What values a column has.
public indirect enum ClickHouseType: Sendable, Hashable {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64
  /// Floating-point numbers of 64 bits.
  case float64
  /// Byte strings, whether they are text or not.
  case string
  /// Values of a type, or NULL.
  case nullable(ClickHouseType)

  /// What the server calls it.
  public var name: String {
    switch self {
    case .int8: "Int8"
    case .int16: "Int16"
    case .int32: "Int32"
    case .int64: "Int64"
    case .uint8: "UInt8"
    case .uint16: "UInt16"
    case .uint32: "UInt32"
    case .uint64: "UInt64"
    case .float64: "Float64"
    case .string: "String"
    case .nullable(let type): "Nullable(\(type.name))"
    }
  }

  /// For values of a description's type. Unsigned integers of 64 bits are signed ones of the same bits, as in every
  /// other store and in batches.
  init(_ type: SpecificationInfo.ColumnType) {
    self =
      switch type {
      case .signed(8): .int8
      case .signed(16): .int16
      case .signed(32): .int32
      case .unsigned(8): .uint8
      case .unsigned(16): .uint16
      case .unsigned(32): .uint32
      case .signed, .unsigned: .int64
      case .real: .float64
      case .text, .blob, .any: .string
      }
  }
}

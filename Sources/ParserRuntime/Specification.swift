/// A compiled description, as the capture engine uses it. Generated code conforms to this; the engine knows nothing
/// else of a protocol.
///
/// It is itself the format of what the initiator of a connection says first, which in most protocols is the one that both
/// sides speak all the time: the root type.
public protocol Specification: MessageFormat {
  /// What is known of the description besides its parser.
  static var info: SpecificationInfo { get }

  /// The states that a connection goes through, the one that it begins with first; never empty.
  static var states: [ConnectionState] { get }
}

extension Specification {
  /// One state, in which both sides speak the root type.
  public static var states: [ConnectionState] {
    [ConnectionState("", initiator: Self.self, responder: Self.self)]
  }

  /// Bytes that `canBegin` looks at.
  public static var headLength: Int { info.headLength }
}

/// What the two sides of a connection speak, for a part of its life.
public struct ConnectionState: Sendable {
  /// As the description calls it; empty where it has only one.
  public let name: String
  /// The format of what the side that opened the connection says.
  public let initiator: any MessageFormat.Type
  /// The format of what the other side says.
  public let responder: any MessageFormat.Type

  /// - Parameter name: empty where the description has only one state.
  public init(_ name: String, initiator: any MessageFormat.Type, responder: any MessageFormat.Type) {
    self.name = name
    self.initiator = initiator
    self.responder = responder
  }

  /// The format of a direction: 0 from the connection's initiator, 1 to it.
  public func format(_ direction: Int) -> any MessageFormat.Type { direction == 0 ? initiator : responder }
}

/// What is known of a description besides its parser.
public struct SpecificationInfo: Sendable {
  /// The description's `id`.
  public let name: String
  /// Changes whenever the description does.
  public let fingerprint: String
  /// What a program for the protocol is called.
  public let program: Program
  /// Ports of `-stream`; the side of a connection that uses one is the responder.
  public let ports: [UInt16]
  /// What carries messages, each once.
  public let transports: [Transport]
  /// How many messages a datagram holds, where datagrams carry them.
  public let datagramContent: DatagramContent
  /// No message is longer than this, in bytes.
  public let maximumMessageLength: Int
  /// Bytes that `canBegin` looks at.
  public let headLength: Int
  /// The names of the kinds of messages: their contents' types, without a `msg_` prefix.
  public let messageKinds: [String]
  /// Where answers are looked for that have a key in common with their requests; nil where the description has no such
  /// key.
  public let matchScope: MatchScope?
  /// Of the requests of which every one is to be answered by a message with the same key, the tables of their contents.
  public let requestTables: [String]
  /// The tables that messages are stored in; the first is `message`. Those of the engine are in `EngineTables`.
  public let tables: [Table]
  /// Where fields are stored, by types whose values are rows; those of messages come first, their table is `message`.
  public let storedTypes: [StoredType]
  /// Groups of rows that a user may choose not to store, by number; see `RowBatch.omittedDetails`.
  public let details: [String]
  /// Tables of names for the values of enums.
  public let nameTables: [NameTable]
  /// In an order in which they can be made.
  public let views: [View]
  /// Those that the author has written for ClickHouse, in an order in which they can be made.
  public let clickHouseViews: [View]
  /// The column of `message` that tells what kind a message is; its names are in a lookup table.
  public let typeColumn: String?
  /// Columns whose values have names in a lookup table.
  public let lookups: [Lookup]
  /// What the author has said of kinds of values, see `Column.kinds`.
  public let valueKinds: [ValueKind]
  /// What the author wants an overview to tell besides.
  public let overviewQueries: [OverviewQuery]
  /// How messages are told in a line: of those of a message's direction, the first that gives one counts.
  public let summaries: [Summary]
  /// What the description consists of.
  public let outline: DescriptionOutline

  /// What generated code says of its description.
  public init(
    name: String, fingerprint: String, program: Program, ports: [UInt16], transports: [Transport] = [.tcp],
    datagramContent: DatagramContent = .one, maximumMessageLength: Int, headLength: Int, messageKinds: [String],
    matchScope: MatchScope? = nil, requestTables: [String] = [], tables: [Table],
    storedTypes: [StoredType] = [], details: [String], nameTables: [NameTable], views: [View],
    clickHouseViews: [View] = [], typeColumn: String?, lookups: [Lookup],
    valueKinds: [ValueKind] = [], overviewQueries: [OverviewQuery] = [], summaries: [Summary] = [],
    outline: DescriptionOutline
  ) {
    self.name = name
    self.fingerprint = fingerprint
    self.program = program
    self.ports = ports
    self.transports = transports
    self.datagramContent = datagramContent
    self.maximumMessageLength = maximumMessageLength
    self.headLength = headLength
    self.messageKinds = messageKinds
    self.matchScope = matchScope
    self.requestTables = requestTables
    self.tables = tables
    self.storedTypes = storedTypes
    self.details = details
    self.nameTables = nameTables
    self.views = views
    self.clickHouseViews = clickHouseViews
    self.typeColumn = typeColumn
    self.lookups = lookups
    self.valueKinds = valueKinds
    self.overviewQueries = overviewQueries
    self.summaries = summaries
    self.outline = outline
  }

  /// A column, and the table (value, name, doc) that names its values.
  public struct Lookup: Sendable {
    /// The table that has the column.
    public let table: String
    /// The column.
    public let column: String
    /// The table of names.
    public let names: String

    /// Names for a table's column, from another table.
    public init(_ table: String, _ column: String, _ names: String) {
      self.table = table
      self.column = column
      self.names = names
    }
  }

  /// A view that the description's author has written, in SQL.
  public struct View: Sendable {
    /// The view's name.
    public let name: String
    /// The statement that makes it.
    public let sql: String

    /// A view of this name, and the statement that makes it.
    public init(_ name: String, _ sql: String) {
      self.name = name
      self.sql = sql
    }
  }
}

/// What the engine knows of a message before it is parsed.
public struct Envelope: Sendable {
  /// The connection's row in `flow`.
  public var flow: Int64
  /// 0 from the connection's initiator, 1 to it.
  public var direction: Int
  /// Time of the packet that completes the message, in µs since 1970-01-01 UTC.
  public var time: Int64
  /// Place of the message's first byte in its direction's stream: of a datagram's, behind the payloads that the direction
  /// has sent before.
  public var streamOffset: Int64

  /// - Parameters:
  ///   - flow: the connection's row in `flow`.
  ///   - direction: 0 from the connection's initiator, 1 to it.
  ///   - time: in µs since 1970-01-01 UTC.
  ///   - streamOffset: of the message's first byte, in bytes.
  public init(flow: Int64, direction: Int, time: Int64, streamOffset: Int64) {
    self.flow = flow
    self.direction = direction
    self.time = time
    self.streamOffset = streamOffset
  }
}

extension RowBatch {
  /// Begins a row of `message`, table 0, and writes the engine's columns of it; the root type's follow.
  @inlinable
  public func beginMessage(
    id: Int64, _ envelope: Envelope, length: Int, content: RowReference?, in tables: [SpecificationInfo.Table]
  ) -> RowWriter {
    typealias Column = EngineTables.Message
    var row = begin(table: 0, id: id)
    row.integer(Column.flow.rawValue, envelope.flow)
    row.integer(Column.direction.rawValue, envelope.direction)
    row.integer(Column.time.rawValue, envelope.time)
    row.integer(Column.streamOffset.rawValue, envelope.streamOffset)
    row.integer(Column.length.rawValue, length)
    row.content(Column.contentTable.rawValue, content, in: tables)
    return row
  }
}

extension RowWriter {
  /// Writes a reference to another row into two columns: its table's name and its id.
  @inlinable
  public mutating func content(_ column: Int, _ reference: RowReference?, in tables: [SpecificationInfo.Table]) {
    guard let reference else { return }
    text(column, tables[reference.table].name)
    integer(column + 1, reference.id)
  }
}

/// A compiled description, as the capture engine uses it. Generated code conforms to this; the engine knows nothing
/// else of a protocol.
public protocol Specification: Sendable {
  /// What is known of the description besides its parser.
  static var info: SpecificationInfo { get }

  /// Parses one message of the root type and writes its rows.
  ///
  /// Nothing is written unless the whole message was parsed.
  /// - Throws: `needsMoreBytes` where the message goes on after the bytes that are there.
  static func decodeMessage(
    from reader: inout ByteReader, envelope: Envelope, into rows: RowBatch
  ) throws(ParseError) -> DecodedMessage

  /// Parses one message and shows each field to `tree`, also where it fails.
  static func trace(_ reader: inout ByteReader, tree: inout FieldTree) throws(ParseError)

  /// Whether a message can begin with these bytes: the root type's leading constant and constrained fields hold as
  /// far as they are there. Used to find the way back into a damaged stream.
  static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool
}

/// What is known of a description besides its parser.
public struct SpecificationInfo: Sendable {
  /// The description's `id`.
  public let name: String
  /// Changes whenever the description does.
  public let fingerprint: String
  /// TCP ports of `-stream`; the side of a connection that uses one is the responder.
  public let ports: [UInt16]
  /// No message is longer than this, in bytes.
  public let maximumMessageLength: Int
  /// Bytes that `canBegin` looks at.
  public let headLength: Int
  /// The tables that messages are stored in; the first is `message`. Those of the engine are in `EngineTables`.
  public let tables: [Table]
  /// Groups of rows that a user may choose not to store, by number; see `RowBatch.omittedDetails`.
  public let details: [String]
  /// Tables of names for the values of enums.
  public let nameTables: [NameTable]
  /// In an order in which they can be made.
  public let views: [View]
  /// The column of `message` that tells what kind a message is; its names are in a lookup table.
  public let typeColumn: String?
  /// Columns whose values have names in a lookup table.
  public let lookups: [Lookup]
  /// What the description consists of.
  public let outline: DescriptionOutline

  /// What generated code says of its description.
  public init(
    name: String, fingerprint: String, ports: [UInt16], maximumMessageLength: Int, headLength: Int, tables: [Table],
    details: [String], nameTables: [NameTable], views: [View], typeColumn: String?, lookups: [Lookup],
    outline: DescriptionOutline
  ) {
    self.name = name
    self.fingerprint = fingerprint
    self.ports = ports
    self.maximumMessageLength = maximumMessageLength
    self.headLength = headLength
    self.tables = tables
    self.details = details
    self.nameTables = nameTables
    self.views = views
    self.typeColumn = typeColumn
    self.lookups = lookups
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

  /// A view that the description's author has written, in SQL for SQLite.
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
  /// Place of the message's first byte in its direction's stream.
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
  public func beginMessage(
    id: Int64, _ envelope: Envelope, length: Int, content: RowReference?, in tables: [SpecificationInfo.Table]
  ) {
    typealias Column = EngineTables.Message
    begin(table: 0, id: id)
    integer(Column.flow.rawValue, envelope.flow)
    integer(Column.direction.rawValue, envelope.direction)
    integer(Column.time.rawValue, envelope.time)
    integer(Column.streamOffset.rawValue, envelope.streamOffset)
    integer(Column.length.rawValue, length)
    self.content(Column.contentTable.rawValue, content, in: tables)
  }
}

extension RowBatch {
  /// Writes a reference to another row into two columns: its table's name and its id.
  public func content(_ column: Int, _ reference: RowReference?, in tables: [SpecificationInfo.Table]) {
    guard let reference else { return }
    text(column, tables[reference.table].name)
    integer(column + 1, reference.id)
  }
}

/// What a parsed message means for the conversation.
public struct DecodedMessage: Sendable {
  /// The row's id in `message`.
  public var id: Int64
  /// The content's type, without a `msg_` prefix.
  public var name: String
  /// What the peer's direction carries next.
  public var answer: (any ResponseStream)?
  /// What the same direction carries next.
  public var continuation: (any ResponseStream)?

  /// - Parameters:
  ///   - id: of the row in `message`.
  ///   - name: the content's type, without a `msg_` prefix.
  ///   - answer: what the peer's direction carries next.
  ///   - continuation: what the same direction carries next.
  public init(
    id: Int64, name: String, answer: (any ResponseStream)? = nil, continuation: (any ResponseStream)? = nil
  ) {
    self.id = id
    self.name = name
    self.answer = answer
    self.continuation = continuation
  }
}

/// A sequence of units that follows a message, in either direction, parsed and stored unit by unit.
public protocol ResponseStream: Sendable {
  /// Whether the last unit has been parsed.
  var isFinished: Bool { get }

  /// Parses the next unit and writes its rows; nothing is written unless the whole unit was parsed.
  /// - Throws: `needsMoreBytes` where the unit goes on after the bytes that are there.
  mutating func decodeUnit(from reader: inout ByteReader, into rows: RowBatch) throws(ParseError) -> UnitKind

  /// Parses the unit that would come next and shows each field to `tree`, without going on.
  func traceUnit(_ reader: inout ByteReader, tree: inout FieldTree) throws(ParseError)
}

/// What a unit of a response stream was.
public enum UnitKind: Sendable {
  /// One of those that the stream consists of.
  case entry
  /// The element that ends the stream, where `-sql: {terminator: omit}` leaves it out.
  case terminator
}

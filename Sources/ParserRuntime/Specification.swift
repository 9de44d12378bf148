/// A compiled description, as the capture engine uses it. Generated code conforms to this; the engine knows nothing
/// else of a protocol.
///
/// Parsing a message and storing it are two steps: `parse` gives a value, `store` writes its rows. `decode` and `trace` do
/// both. They are requirements although every conformance has the same, so that whoever holds a specification as
/// `any Specification.Type` gets by one call from it into code that is made for the protocol.
public protocol Specification: Sendable {
  /// A message: the description's root type.
  associatedtype ParsedMessage: Sendable

  /// What is known of the description besides its parser.
  static var info: SpecificationInfo { get }

  /// Parses one message and shows its fields to `trace`.
  /// - Throws: `needsMoreBytes` where the message goes on after the bytes that are there.
  static func parse<Trace: ParseTrace>(
    _ reader: inout ByteReader, _ trace: inout Trace
  ) throws(ParseError) -> ParsedMessage

  /// The number of a message's kind in `SpecificationInfo.messageKinds`.
  static func kind(of message: ParsedMessage) -> Int

  /// What follows a message, in either direction.
  static func responses(to message: ParsedMessage) throws(ParseError) -> Responses

  /// Writes a message's rows.
  /// - Parameter length: of the message, in bytes.
  static func store(_ message: ParsedMessage, _ envelope: Envelope, length: Int, in rows: RowBatch) -> StoredMessage

  /// Whether a message can begin with these bytes: the root type's leading constant and constrained fields hold as
  /// far as they are there. Used to find the way back into a damaged stream.
  static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool

  /// Parses one message, and writes its rows if `rows` is not nil. Where it throws, nothing is written.
  static func decode(
    _ reader: inout ByteReader, _ envelope: Envelope, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage

  /// The same, and shows each field to `tree`, also where it throws.
  static func trace(
    _ reader: inout ByteReader, _ envelope: Envelope, tree: inout FieldTree, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage
}

extension Specification {
  /// Parses one message, and writes its rows if `rows` is not nil. Where it throws, nothing is written.
  @inlinable
  public static func decode(
    _ reader: inout ByteReader, _ envelope: Envelope, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage {
    var trace = NoTrace()
    let message = try decode(&reader, envelope, &trace, into: rows)
    if rows != nil, !reader.issues.isEmpty {
      reader.locateIssues { reader, tree throws(ParseError) in try Self.trace(&reader, tree: &tree) }
    }
    return message
  }

  /// The same, and shows each field to `tree`, also where it throws.
  @inlinable
  public static func trace(
    _ reader: inout ByteReader, _ envelope: Envelope, tree: inout FieldTree, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage {
    try decode(&reader, envelope, &tree, into: rows)
  }

  @inlinable
  static func decode<Trace: ParseTrace>(
    _ reader: inout ByteReader, _ envelope: Envelope, _ trace: inout Trace, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage {
    let message = try parse(&reader, &trace)
    guard reader.position > 0 else { throw reader.fail(.noProgress, "") }
    // What it answers with may depend on values that are wrong, and nothing may be written then.
    var decoded = DecodedMessage(kind: kind(of: message), responses: try responses(to: message))
    if let rows {
      let stored = store(message, envelope, length: reader.position, in: rows)
      decoded.id = stored.id
      if case .streams = decoded.responses { decoded.responses.follow(stored) }
    }
    return decoded
  }

  /// Parses one message without storing it, and shows each field to `tree`, also where it throws.
  public static func trace(_ reader: inout ByteReader, tree: inout FieldTree) throws(ParseError) {
    _ = try trace(&reader, Envelope(flow: 0, direction: 0, time: 0, streamOffset: 0), tree: &tree, into: nil)
  }
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
  /// The tables that messages are stored in; the first is `message`. Those of the engine are in `EngineTables`.
  public let tables: [Table]
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
  /// What the description consists of.
  public let outline: DescriptionOutline

  /// What generated code says of its description.
  public init(
    name: String, fingerprint: String, program: Program, ports: [UInt16], transports: [Transport] = [.tcp],
    datagramContent: DatagramContent = .one, maximumMessageLength: Int, headLength: Int, messageKinds: [String],
    tables: [Table], details: [String], nameTables: [NameTable], views: [View], clickHouseViews: [View] = [],
    typeColumn: String?, lookups: [Lookup], outline: DescriptionOutline
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
    self.tables = tables
    self.details = details
    self.nameTables = nameTables
    self.views = views
    self.clickHouseViews = clickHouseViews
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

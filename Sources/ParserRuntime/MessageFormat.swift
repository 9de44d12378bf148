/// How the messages of one type are parsed and stored: the root type of a description, or a type that one side of a
/// connection speaks. Generated code conforms to this.
///
/// Parsing a message and storing it are two steps: `parse` gives a value, `store` writes its rows. `decode` and `trace` do
/// both. They are requirements although every conformance has the same, so that whoever holds a format as
/// `any MessageFormat.Type` gets by one call from it into code that is made for the protocol.
public protocol MessageFormat: Sendable {
  /// A message.
  associatedtype ParsedMessage: Sendable

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

  /// Whether a message can begin with these bytes: the type's leading constant and constrained fields hold as far as
  /// they are there. Used to find the way back into a damaged stream.
  static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool

  /// Bytes that `canBegin` looks at.
  static var headLength: Int { get }

  /// Whether `canBegin` asks for anything: it does not where the type begins with no constant or constrained field, so
  /// that a message can begin anywhere.
  static var hasConstrainedHead: Bool { get }

  /// The length of the message that begins with these bytes, where fields at its begin tell it whatever the rest holds:
  /// nil where the type has none, or where they are not there, or violate a constraint. Used where a message cannot be
  /// parsed, to find the next.
  static func frameLength(of bytes: UnsafeRawBufferPointer) -> Int?

  /// Parses one message, and writes its rows if `rows` is not nil. Where it throws, nothing is written.
  static func decode(
    _ reader: inout ByteReader, _ envelope: Envelope, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage

  /// The same, and shows each field to `tree`, also where it throws.
  static func trace(
    _ reader: inout ByteReader, _ envelope: Envelope, tree: inout FieldTree, into rows: RowBatch?
  ) throws(ParseError) -> DecodedMessage
}

extension MessageFormat {
  /// false: a message can begin anywhere.
  public static var hasConstrainedHead: Bool { false }

  /// nil: nothing at a message's begin tells its length.
  public static func frameLength(of bytes: UnsafeRawBufferPointer) -> Int? { nil }

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

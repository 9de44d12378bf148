/// A message that has been parsed.
public struct DecodedMessage: Sendable {
  /// The number of its kind in `SpecificationInfo.messageKinds`.
  public var kind: Int
  /// The row's id in `message`; 0 where it was not stored.
  public var id: Int64 = 0
  /// What follows it.
  public var responses: Responses

  /// - Parameters:
  ///   - kind: its number in `SpecificationInfo.messageKinds`.
  ///   - responses: what follows it.
  @inlinable
  public init(kind: Int, responses: Responses) {
    self.kind = kind
    self.responses = responses
  }
}

/// The rows of a message that has been stored.
public struct StoredMessage: Sendable {
  /// The row's id in `message`.
  public var id: Int64
  /// The content's row, to which `content_table` and `content_id` refer.
  public var content: RowReference?

  /// - Parameters:
  ///   - id: the row's id in `message`.
  ///   - content: the content's row.
  @inlinable
  public init(id: Int64, content: RowReference?) {
    self.id = id
    self.content = content
  }
}

/// What a message means for the conversation.
public enum Responses: Sendable {
  /// Nothing follows it, as with most messages.
  case none
  /// Units follow it: an answer in the peer's direction, or a continuation in the same one. The connection may go on in
  /// another state, by its number in `Specification.states`. Or it is a request, or an answer, that finds its
  /// counterpart by a key.
  indirect case streams(
    answer: (any ResponseStream)?, continuation: (any ResponseStream)?, then: Int? = nil, match: Match? = nil)

  /// Lets rows of what follows refer to those of the message.
  @usableFromInline
  mutating func follow(_ message: StoredMessage) {
    guard case .streams(var answer, var continuation, let state, let match) = self,
      answer != nil || continuation != nil
    else { return }
    answer?.follow(message)
    continuation?.follow(message)
    self = .streams(answer: answer, continuation: continuation, then: state, match: match)
  }

  /// What the peer's direction carries next.
  public var answer: (any ResponseStream)? {
    if case .streams(let answer, _, _, _) = self { answer } else { nil }
  }

  /// What the same direction carries next.
  public var continuation: (any ResponseStream)? {
    if case .streams(_, let continuation, _, _) = self { continuation } else { nil }
  }

  /// By what it finds the message that it answers, or that answers it.
  public var match: Match? {
    if case .streams(_, _, _, let match) = self { match } else { nil }
  }
}

/// A sequence of units that follows a message, in either direction, parsed and stored unit by unit.
public protocol ResponseStream: Sendable {
  /// Whether the last unit has been parsed.
  var isFinished: Bool { get }

  /// Lets the rows refer to those of the message that the stream follows.
  mutating func follow(_ message: StoredMessage)

  /// Parses the next unit and shows its fields to `trace`, writes its rows if `rows` is not nil, and goes on to the one
  /// after it. Where it throws, nothing is written, but the stream may stand anywhere.
  mutating func parseUnit<Trace: ParseTrace>(
    _ reader: inout ByteReader, _ trace: inout Trace, into rows: RowBatch?
  ) throws(ParseError) -> UnitKind

  /// Parses the next unit, writes its rows if `rows` is not nil, and goes on to the one after it. Where it throws, nothing
  /// is written, and the same unit is still the next.
  /// - Throws: `needsMoreBytes` where the unit goes on after the bytes that are there.
  mutating func decodeUnit(_ reader: inout ByteReader, into rows: RowBatch?) throws(ParseError) -> UnitKind

  /// The same, and shows each field to `tree`, also where it throws.
  mutating func traceUnit(
    _ reader: inout ByteReader, tree: inout FieldTree, into rows: RowBatch?
  ) throws(ParseError) -> UnitKind
}

extension ResponseStream {
  /// Parses the next unit, writes its rows if `rows` is not nil, and goes on to the one after it. Where it throws, nothing
  /// is written, and the same unit is still the next.
  @inlinable
  public mutating func decodeUnit(
    _ reader: inout ByteReader, into rows: RowBatch?
  ) throws(ParseError) -> UnitKind {
    let before = self
    var trace = NoTrace()
    do throws(ParseError) {
      let kind = try parseUnit(&reader, &trace, into: rows)
      if rows != nil, !reader.issues.isEmpty {
        reader.locateIssues { reader, tree throws(ParseError) in
          var again = before
          _ = try again.parseUnit(&reader, &tree, into: nil)
        }
      }
      return kind
    } catch {
      self = before
      throw error
    }
  }

  /// The same, and shows each field to `tree`, also where it throws.
  @inlinable
  public mutating func traceUnit(
    _ reader: inout ByteReader, tree: inout FieldTree, into rows: RowBatch?
  ) throws(ParseError) -> UnitKind {
    let before = self
    do throws(ParseError) {
      return try parseUnit(&reader, &tree, into: rows)
    } catch {
      self = before
      throw error
    }
  }
}

/// What a unit of a response stream was.
public enum UnitKind: Sendable {
  /// One of those that the stream consists of.
  case entry
  /// The element that ends the stream, where `-sql: {terminator: omit}` leaves it out.
  case terminator
}

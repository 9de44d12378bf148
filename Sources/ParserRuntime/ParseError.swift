/// Why a type could not be parsed, and where. Parsers throw nothing else.
public struct ParseError: Error, Sendable {
  /// What went wrong.
  public enum Reason: Sendable {
    /// Not an error of the data: the stream goes on, and the parser wants to be called again when this many
    /// bytes of the message (counted from its first) are there.
    case needsMoreBytes(atLeast: Int)
    /// The (sub)stream ends before the field does.
    case endOfStream(needed: Int, available: Int)
    /// A field with fixed contents holds something else.
    case unexpectedContents
    /// A constraint is violated on which the layout of what follows depends. The text says which.
    case invalid(String)
    /// A size or count came out negative.
    case negativeSize(Int)
    /// An integer expression leaves 64 bits, or divides by zero.
    case arithmetic
    /// The bytes are no text in the declared encoding.
    case invalidText(encoding: String)
    /// A terminator was declared and the stream ends without it.
    case missingTerminator(UInt8)
    /// An expression uses a field that this message does not have.
    case missingField
    /// An index outside of an array or byte string.
    case index(Int, count: Int)
    /// A repeated element takes no bytes, so the repetition would never end.
    case noProgress
    /// Types are nested deeper than `ByteReader.maximumDepth`.
    case tooDeep
  }

  /// What went wrong.
  public var reason: Reason
  /// The field concerned; for a run of fixed-size fields the first that does not fit.
  public var field: String
  /// Offset from the message's first byte, in bytes.
  public var offset: Int

  /// - Parameters:
  ///   - field: the field concerned.
  ///   - offset: in bytes from the message's first byte.
  public init(_ reason: Reason, field: String, offset: Int) {
    self.reason = reason
    self.field = field
    self.offset = offset
  }
}

extension ParseError: CustomStringConvertible {
  /// The reason in words, without the field and the place.
  public var description: String {
    switch reason {
    case .needsMoreBytes(let count): "needs at least \(count) bytes"
    case .endOfStream(let needed, let available): "needs \(needed) bytes, \(available) are left"
    case .unexpectedContents: "unexpected contents"
    case .invalid(let detail): detail
    case .negativeSize(let size): "negative size \(size)"
    case .arithmetic: "integer expression out of range"
    case .invalidText(let encoding): "bytes are not valid \(encoding)"
    case .missingTerminator(let byte): "no terminator \(byte) before the end of the stream"
    case .missingField: "the field is not present in this message"
    case .index(let index, let count): "index \(index) is outside of 0..<\(count)"
    case .noProgress: "repeated element takes no bytes"
    case .tooDeep: "types are nested too deeply"
    }
  }

  /// A short, stable name of the reason, as `decode_issue.kind` has it.
  public var kind: String {
    switch reason {
    case .needsMoreBytes: "incomplete"
    case .endOfStream: "end of stream"
    case .unexpectedContents: "unexpected contents"
    case .invalid: "invalid value"
    case .negativeSize: "negative size"
    case .arithmetic: "arithmetic"
    case .invalidText: "invalid text"
    case .missingTerminator: "missing terminator"
    case .missingField: "missing field"
    case .index: "index out of range"
    case .noProgress: "no progress"
    case .tooDeep: "nested too deeply"
    }
  }
}

/// A violated constraint that does not end the message.
public struct Issue: Sendable, Equatable {
  /// `invalid value` or `unknown enum value`.
  public var kind: String
  /// The field's path from the root type, such as `body.vote.hashes`.
  public var path: String
  /// Offset from the message's first byte, in bytes.
  public var offset: Int
  /// Length of the field, in bytes.
  public var length: Int
  /// What was found and what was expected.
  public var detail: String

  /// - Parameters:
  ///   - path: the field's path from the root type.
  ///   - offset: in bytes from the message's first byte.
  ///   - length: of the field, in bytes.
  ///   - detail: what was found and what was expected.
  public init(kind: String, path: String, offset: Int, length: Int, detail: String) {
    self.kind = kind
    self.path = path
    self.offset = offset
    self.length = length
    self.detail = detail
  }
}

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
    /// Types are nested deeper than `ByteReader.maximumDepth`, or objects deeper than `ByteStream.maximumDepth`.
    case tooDeep
    /// A position before the beginning of a stream.
    case negativePosition(Int)
    /// The same as `missingTerminator`, of any number of bytes.
    case missingTerminatorBytes([UInt8])
    // The two texts of a case are behind a pointer, so that an error takes no more room than a short one: it is part of
    // what every parser returns.
    /// A value, or fixed contents, must be another.
    indirect case notEqual(expected: String, found: String)
    indirect case lessThan(minimum: String, found: String)
    indirect case greaterThan(maximum: String, found: String)
    /// A value must be one of a list.
    case notAnyOf(found: String)
    /// A value must be one that its enum names.
    case notInEnum(found: String)
    /// The expression that a value must fulfil is false.
    case violatedExpression(found: String)
    /// No case of a calculated byte order applies.
    case undecidedEndianness
    case unknownEncoding(String)
    /// A text is no number.
    case conversion(String)
    case divisionByZero
    /// An integer leaves its type's range.
    case overflow
    /// An instance depends on itself.
    case recursion
    /// An object is of another type than an expression takes it for.
    indirect case wrongType(expected: String, found: String)
    /// Bytes cannot be decompressed, or a custom processor refuses them. The text says why.
    case undecodable(String)
  }

  /// What went wrong.
  public var reason: Reason
  /// The field concerned; for a run of fixed-size fields the first that does not fit.
  public var field: String
  /// Offset in bytes from the message's first byte; in a parser of objects from the first byte of the source.
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

extension ParseError {
  /// Whether it is no error of the data: more bytes of the stream are needed.
  public var isShortage: Bool { if case .needsMoreBytes = reason { true } else { false } }
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
    case .negativePosition(let position): "negative position \(position)"
    case .missingTerminatorBytes(let bytes):
      "no terminator \(bytes.withUnsafeBytes(hexText)) before the end of the stream"
    case .notEqual(let expected, let found): "\(found) instead of \(expected)"
    case .lessThan(let minimum, let found): "\(found) is less than \(minimum)"
    case .greaterThan(let maximum, let found): "\(found) is greater than \(maximum)"
    case .notAnyOf(let found): "\(found) is none of the allowed values"
    case .notInEnum(let found): "\(found) is not in the enum"
    case .violatedExpression(let found): "\(found) violates the constraint"
    case .undecidedEndianness: "no case decides the byte order"
    case .unknownEncoding(let name): "unknown encoding '\(name)'"
    case .conversion(let text): "'\(text)' is no number"
    case .divisionByZero: "division by zero"
    case .overflow: "integer out of range"
    case .recursion: "the instance depends on itself"
    case .wrongType(let expected, let found): "an object of type \(found) instead of \(expected)"
    case .undecodable(let detail): detail
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
    case .negativePosition: "negative position"
    case .missingTerminatorBytes: "missing terminator"
    case .notEqual, .lessThan, .greaterThan, .notAnyOf, .notInEnum, .violatedExpression: "invalid value"
    case .undecidedEndianness: "undecided byte order"
    case .unknownEncoding: "unknown encoding"
    case .conversion: "no number"
    case .divisionByZero: "division by zero"
    case .overflow: "overflow"
    case .recursion: "recursion"
    case .wrongType: "wrong type"
    case .undecodable: "undecodable bytes"
    }
  }

  /// Kaitai's name of the error; for what Kaitai has no name for, one in its style.
  public var kaitaiKind: String {
    switch reason {
    case .needsMoreBytes, .endOfStream, .negativeSize, .negativePosition, .missingTerminator, .missingTerminatorBytes:
      "EndOfStreamError"
    case .unexpectedContents, .notEqual: "ValidationNotEqualError"
    case .lessThan: "ValidationLessThanError"
    case .greaterThan: "ValidationGreaterThanError"
    case .notAnyOf: "ValidationNotAnyOfError"
    case .notInEnum: "ValidationNotInEnumError"
    case .violatedExpression: "ValidationExprError"
    case .invalid: "ValidationFailedError"
    case .undecidedEndianness: "UndecidedEndiannessError"
    case .unknownEncoding: "UnknownEncodingError"
    case .invalidText: "IllegalSequenceError"
    case .conversion: "ConversionError"
    case .missingField: "NullError"
    case .index: "IndexError"
    case .divisionByZero: "DivisionByZeroError"
    case .arithmetic, .overflow: "OverflowError"
    case .tooDeep, .recursion: "RecursionError"
    case .wrongType: "CastError"
    case .noProgress: "NoProgressError"
    case .undecodable: "ProcessError"
    }
  }
}

/// A violated constraint that does not end the message.
public struct Issue: Sendable, Equatable {
  /// `invalid value` or `unknown enum value`.
  public var kind: String
  /// The field's path from the root type, such as `body.reading.values`.
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

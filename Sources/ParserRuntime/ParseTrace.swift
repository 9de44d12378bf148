/// Records a parse: which field of which type took which bytes. Parsers take a trace as a generic parameter, so
/// that the silent one costs nothing.
public protocol ParseTrace {
  /// A user type begins as field `name` at `offset` bytes from the message's start. `index` counts repetitions.
  mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int)

  /// The innermost open type ends.
  mutating func close(at offset: Int)

  /// A field of `length` bytes at `offset` holds `value`, which reads as `text` where the description names a format.
  mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue,
    text: @autoclosure () -> String?)

  /// A field of `length` bytes at `offset` holds these bytes, which need not be those on the wire.
  mutating func field<Value: ByteString>(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, bytes value: @autoclosure () -> Value,
    text: @autoclosure () -> String?)

  /// An instance of the innermost open type has been computed; nil where the value does not have it.
  mutating func instance(
    _ name: StaticString, at offset: Int, _ value: @autoclosure () -> TraceValue?, text: @autoclosure () -> String?)

  /// The `if` of a field of the innermost open type held, or did not.
  mutating func condition(_ name: StaticString, _ holds: Bool)

  /// The path of a field of the innermost open type.
  func path(_ name: StaticString) -> String

  /// How many types are open.
  var depth: Int { get }

  /// Ends types until so many are open: the parse of an instance has failed in them.
  mutating func close(to depth: Int)

  /// What follows is parsed from transformed bytes: those that they were made from are its place.
  mutating func pin(at offset: Int, length: Int)

  /// Ends what `pin` began.
  mutating func unpin()
}

/// A field's value as a trace shows it.
public enum TraceValue: Sendable, Equatable {
  /// An integer of any width that a description can have.
  case integer(Int128)
  /// A floating-point number.
  case float(Double)
  /// True or false.
  case boolean(Bool)
  /// A text.
  case text(String)
  /// Bytes as they stand.
  case bytes([UInt8])
  /// An enum's raw value and, if the description lists it, its name.
  case enumeration(Int64, name: String?)
}

/// The trace of a parse that is not recorded.
public struct NoTrace: ParseTrace {
  /// A trace that does nothing.
  @inlinable public init() {}
  /// Does nothing.
  @inlinable public mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int) {}
  /// Does nothing.
  @inlinable public mutating func close(at offset: Int) {}
  /// Does nothing: neither the value nor its text is computed.
  @inlinable
  public mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue,
    text: @autoclosure () -> String?
  ) {}
  /// Does nothing: neither the value nor its text is computed.
  @inlinable
  public mutating func field<Value: ByteString>(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, bytes value: @autoclosure () -> Value,
    text: @autoclosure () -> String?
  ) {}
  /// Does nothing: neither the value nor its text is computed.
  @inlinable
  public mutating func instance(
    _ name: StaticString, at offset: Int, _ value: @autoclosure () -> TraceValue?, text: @autoclosure () -> String?
  ) {}
  /// Does nothing.
  @inlinable public mutating func condition(_ name: StaticString, _ holds: Bool) {}
  /// The name alone: what it is in has not been recorded.
  @inlinable public func path(_ name: StaticString) -> String { name.description }
  /// None.
  @inlinable public var depth: Int { 0 }
  /// Does nothing.
  @inlinable public mutating func close(to depth: Int) {}
  /// Does nothing.
  @inlinable public mutating func pin(at offset: Int, length: Int) {}
  /// Does nothing.
  @inlinable public mutating func unpin() {}
}

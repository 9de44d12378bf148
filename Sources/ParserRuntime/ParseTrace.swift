/// Watches a parse: which field of which type took which bytes. Parsers take a trace as a generic parameter, so
/// that the silent one costs nothing.
public protocol ParseTrace {
  /// A user type begins as field `name` at `offset` bytes from the message's start. `index` counts repetitions.
  mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int)

  /// The innermost open type ends.
  mutating func close(at offset: Int)

  /// A field of `length` bytes at `offset` holds `value`.
  mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue)

  /// The path of a field of the innermost open type.
  func path(_ name: StaticString) -> String
}

/// A field's value as a trace shows it.
public enum TraceValue: Sendable, Equatable {
  case integer(Int128)
  case float(Double)
  case boolean(Bool)
  case text(String)
  case bytes([UInt8])
  /// An enum's raw value and, if the description lists it, its name.
  case enumeration(Int64, name: String?)
}

/// The trace of a parse that nobody watches.
public struct NoTrace: ParseTrace {
  @inlinable public init() {}
  @inlinable public mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int) {}
  @inlinable public mutating func close(at offset: Int) {}
  @inlinable
  public mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue
  ) {}
  @inlinable public func path(_ name: StaticString) -> String { name.description }
}

/// A field, or a user type with the fields in it, as parsed.
public struct FieldNode: Sendable {
  public var name: String
  /// The user type's name in the description; nil for a plain value.
  public var type: String?
  public var index: Int?
  /// Offset from the message's first byte, and length, in bytes. A type in which the parse failed ends with its
  /// last complete field.
  public var offset: Int
  public var length: Int
  public var value: TraceValue?
  public var children: [FieldNode] = []
}

/// Records the whole tree of fields, up to the place of a failure if there is one.
public struct FieldTree: ParseTrace {
  /// Nodes from the outermost to the innermost type that is still open.
  private var opened: [FieldNode]

  public init() {
    opened = [FieldNode(name: "", type: nil, index: nil, offset: 0, length: 0)]
  }

  /// The top-level nodes; types still open (the parse failed in them) are closed where they stand.
  public var nodes: [FieldNode] {
    var rest = opened
    while rest.count > 1 {
      var inner = rest.removeLast()
      if let last = inner.children.last { inner.length = last.offset + last.length - inner.offset }
      rest[rest.count - 1].children.append(inner)
    }
    return rest[0].children
  }

  public mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int) {
    opened.append(
      FieldNode(name: name.description, type: type.description, index: index, offset: offset, length: 0))
  }

  public mutating func close(at offset: Int) {
    var node = opened.removeLast()
    node.length = offset - node.offset
    opened[opened.count - 1].children.append(node)
  }

  public mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue
  ) {
    opened[opened.count - 1].children.append(
      FieldNode(
        name: name.description, type: nil, index: index, offset: offset, length: length, value: value()))
  }

  public func path(_ name: StaticString) -> String { path(name.description) }

  /// The path of a field, or of the place where the parse stopped.
  public func path(_ name: String) -> String {
    // The outermost node is the message itself and has no name in a path.
    let types = opened.dropFirst(2).map { node in node.index.map { "\(node.name)[\($0)]" } ?? node.name }
    return (types + [name]).filter { !$0.isEmpty }.joined(separator: ".")
  }
}

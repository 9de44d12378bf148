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

/// A field, or a user type with the fields in it, as parsed.
public struct FieldNode: Sendable {
  /// The field's name in the description; that of the message itself is its type's.
  public var name: String
  /// The user type's name in the description; nil for a plain value.
  public var type: String?
  /// The place in a repetition, from 0; nil where the field is not repeated.
  public var index: Int?
  /// Offset from the message's first byte, in bytes.
  public var offset: Int
  /// Length in bytes. A type in which the parse failed ends with its last complete field.
  public var length: Int
  /// The value; nil for a user type.
  public var value: TraceValue?
  /// The value in the format that the description names for it.
  public var text: String?
  /// Whether it is computed from fields and has no bytes of its own.
  public var isInstance = false
  /// Fields of this type that have an `if`, and whether it held.
  public var conditions: [(field: String, holds: Bool)] = []
  /// The fields of a user type, in the order in which they were parsed, and the instances.
  public var children: [FieldNode] = []

  /// What the value means, where that is more than the value: an enum's name, or the text in the description's format.
  public var meaning: String? {
    if case .enumeration(_, let name)? = value { name ?? "not in the description" } else { text }
  }
}

/// Records the whole tree of fields, up to the place of a failure if there is one.
public struct FieldTree: ParseTrace {
  /// Nodes from the outermost to the innermost type that is still open.
  private var opened: [FieldNode]
  /// The places of transformed bytes, from the outermost.
  private var pins: [(offset: Int, length: Int)] = []

  /// An empty tree.
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

  /// Begins a node, into which all goes until it is closed.
  public mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int) {
    opened.append(
      FieldNode(
        name: name.description, type: type.description, index: index, offset: pins.first?.offset ?? offset, length: 0))
  }

  /// Ends the innermost node.
  public mutating func close(at offset: Int) {
    var node = opened.removeLast()
    node.length = pins.first?.length ?? offset - node.offset
    opened[opened.count - 1].children.append(node)
  }

  /// Adds a field to the innermost node.
  public mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue,
    text: @autoclosure () -> String?
  ) {
    opened[opened.count - 1].children.append(
      FieldNode(
        name: name.description, type: nil, index: index, offset: pins.first?.offset ?? offset,
        length: pins.first?.length ?? length, value: value(), text: text()))
  }

  /// Adds an instance to the innermost node, unless the value does not have it.
  public mutating func instance(
    _ name: StaticString, at offset: Int, _ value: @autoclosure () -> TraceValue?, text: @autoclosure () -> String?
  ) {
    guard let value = value() else { return }
    opened[opened.count - 1].children.append(
      FieldNode(
        name: name.description, type: nil, index: nil, offset: pins.first?.offset ?? offset, length: 0, value: value,
        text: text(),
        isInstance: true))
  }

  /// Notes the outcome of an `if` with the innermost node.
  public mutating func condition(_ name: StaticString, _ holds: Bool) {
    opened[opened.count - 1].conditions.append((name.description, holds))
  }

  /// How many nodes are open.
  public var depth: Int { opened.count }

  /// Ends nodes in which a parse has failed, where they stand.
  public mutating func close(to depth: Int) {
    while opened.count > max(depth, 1) {
      let last = opened[opened.count - 1]
      close(at: last.children.last.map { $0.offset + $0.length } ?? last.offset)
    }
    pins = []
  }

  /// What follows has its place where these bytes are.
  public mutating func pin(at offset: Int, length: Int) { pins.append((offset, length)) }

  /// Ends what `pin` began.
  public mutating func unpin() { if !pins.isEmpty { pins.removeLast() } }

  /// The path of a field of the innermost node.
  public func path(_ name: StaticString) -> String { path(name.description) }

  /// The path of a field, or of the place where the parse stopped.
  public func path(_ name: String) -> String {
    // The outermost node is the message itself and has no name in a path.
    let types = opened.dropFirst(2).map { node in node.index.map { "\(node.name)[\($0)]" } ?? node.name }
    return (types + [name]).filter { !$0.isEmpty }.joined(separator: ".")
  }
}

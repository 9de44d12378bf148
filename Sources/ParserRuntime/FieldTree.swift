/// Records the whole tree of fields, up to the place of a failure if there is one.
///
/// The fields are one list, each user type before those in it, and what they hold is one string of bytes: a tree that is
/// used again for the next message allocates nothing. Whoever looks at every field of much traffic reads the list;
/// `nodes` has the same as a tree of values.
public struct FieldTree: ParseTrace, Sendable {
  /// All fields in the order in which they were parsed, and the instances; a user type comes before what is in it.
  public private(set) var fields: [Field] = []
  /// What values and meanings consist of.
  public private(set) var content: [UInt8] = []
  /// The outcome of each `if`, in the order in which they were asked.
  public private(set) var conditions: [Condition] = []
  /// Numbers of the types that are still open, from the outermost to the innermost.
  private var opened: [Int] = []
  /// The places of transformed bytes, from the outermost.
  private var pins: [(offset: Int, length: Int)] = []

  /// A field, or a user type, whose fields are those behind it up to `end`.
  public struct Field: Sendable {
    /// The field's name in the description; that of the message itself is its type's.
    public let name: StaticString
    /// The user type's name in the description; nil for a plain value.
    public let type: StaticString?
    /// The number of the user type that it is in; nil for the message itself.
    public let parent: Int?
    /// The place in a repetition, from 0; nil where the field is not repeated.
    public let index: Int?
    /// Offset from the message's first byte, in bytes.
    public let offset: Int
    /// Length in bytes. A type in which the parse failed ends with its last complete field.
    public internal(set) var length: Int
    /// The number of the next field that is not in this one.
    public internal(set) var end: Int
    /// Whether it is computed from fields and has no bytes of its own.
    public let isInstance: Bool
    /// The value; nil for a user type.
    public let value: Value?
    /// Where in the content the value's meaning is: the name of an enum's value, or the text in the description's format.
    public let meaning: Range<Int>?
  }

  /// A field's value; texts and bytes are those of a place in the content.
  public enum Value: Sendable {
    /// An integer of any width that a description can have.
    case integer(Int128)
    /// A floating-point number.
    case float(Double)
    /// True or false.
    case boolean(Bool)
    /// A text in UTF-8.
    case text(Range<Int>)
    /// Bytes as they stand.
    case bytes(Range<Int>)
    /// An enum's raw value, whose meaning is its name.
    case enumeration(Int64)
  }

  /// Whether the `if` of a field held.
  public struct Condition: Sendable {
    /// The number of the user type that the field is in; nil where none is open.
    public let parent: Int?
    /// The field's name.
    public let field: StaticString
    /// The outcome.
    public let holds: Bool
  }

  /// An empty tree.
  public init() {}

  /// Empties the tree, and keeps its memory for another.
  public mutating func removeAll() {
    fields.removeAll(keepingCapacity: true)
    content.removeAll(keepingCapacity: true)
    conditions.removeAll(keepingCapacity: true)
    opened.removeAll(keepingCapacity: true)
    pins.removeAll(keepingCapacity: true)
  }

  // MARK: Recording

  /// Begins a user type, into which all goes until it is closed.
  public mutating func open(_ name: StaticString, _ type: StaticString, index: Int?, at offset: Int) {
    add(name, type: type, index: index, at: offset, length: nil)
    opened.append(fields.count - 1)
  }

  /// Ends the innermost type.
  public mutating func close(at offset: Int) {
    guard let number = opened.popLast() else { return }
    fields[number].length = pins.first?.length ?? offset - fields[number].offset
    fields[number].end = fields.count
  }

  /// Adds a field to the innermost type.
  public mutating func field(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, _ value: @autoclosure () -> TraceValue,
    text: @autoclosure () -> String?
  ) {
    let (value, meaning) = keep(value(), text)
    add(name, index: index, at: offset, length: length, value: value, meaning: meaning)
  }

  /// Adds a field of bytes to the innermost type.
  @inlinable
  public mutating func field<Bytes: ByteString>(
    _ name: StaticString, index: Int?, at offset: Int, length: Int, bytes value: @autoclosure () -> Bytes,
    text: @autoclosure () -> String?
  ) {
    let bytes = value().withBytes { keep($0) }
    let meaning = text().map { keep($0) }
    add(name, index: index, at: offset, length: length, value: .bytes(bytes), meaning: meaning)
  }

  /// Adds an instance to the innermost type, unless the value does not have it.
  public mutating func instance(
    _ name: StaticString, at offset: Int, _ value: @autoclosure () -> TraceValue?, text: @autoclosure () -> String?
  ) {
    guard let value = value() else { return }
    let (kept, meaning) = keep(value, text)
    add(name, index: nil, at: offset, length: nil, isInstance: true, value: kept, meaning: meaning)
  }

  /// Notes the outcome of an `if` with the innermost type.
  public mutating func condition(_ name: StaticString, _ holds: Bool) {
    conditions.append(Condition(parent: opened.last, field: name, holds: holds))
  }

  /// - Parameter length: nil for what has none, or none yet.
  @usableFromInline
  mutating func add(
    _ name: StaticString, type: StaticString? = nil, index: Int?, at offset: Int, length: Int?,
    isInstance: Bool = false, value: Value? = nil, meaning: Range<Int>? = nil
  ) {
    fields.append(
      Field(
        name: name, type: type, parent: opened.last, index: index, offset: pins.first?.offset ?? offset,
        length: length.map { pins.first?.length ?? $0 } ?? 0, end: fields.count + 1, isInstance: isInstance,
        value: value, meaning: meaning))
  }

  // MARK: Content

  /// - Parameter text: the value in the description's format; of an enum's value nobody asks for it.
  private mutating func keep(_ value: TraceValue, _ text: () -> String?) -> (Value, meaning: Range<Int>?) {
    switch value {
    case .enumeration(let value, let name): return (.enumeration(value), name.map { keep($0) })
    case .integer(let value): return (.integer(value), text().map { keep($0) })
    case .float(let value): return (.float(value), text().map { keep($0) })
    case .boolean(let value): return (.boolean(value), text().map { keep($0) })
    case .text(let value): return (.text(keep(value)), text().map { keep($0) })
    case .bytes(let value): return (.bytes(value.withUnsafeBytes { keep($0) }), text().map { keep($0) })
    }
  }

  @usableFromInline
  mutating func keep(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
    let start = content.count
    content.append(contentsOf: bytes)
    return start..<content.count
  }

  @usableFromInline
  mutating func keep(_ text: String) -> Range<Int> {
    let start = content.count
    content.append(contentsOf: text.utf8)
    return start..<content.count
  }

  // MARK: Failures

  /// How many types are open.
  public var depth: Int { opened.count }

  /// Ends types in which a parse has failed, where they stand.
  public mutating func close(to depth: Int) {
    while opened.count > depth, let number = opened.last {
      close(at: lastChild(of: number).map { fields[$0].offset + fields[$0].length } ?? fields[number].offset)
    }
    pins = []
  }

  /// Ends the types in which the parse has failed and what was pinned for them; each ends with its last field.
  public mutating func closeAll() {
    pins = []
    close(to: 0)
  }

  /// The last field directly in an open type whose own types are closed.
  private func lastChild(of number: Int) -> Int? {
    var last: Int?
    var next = number + 1
    while next < fields.count {
      last = next
      next = fields[next].end
    }
    return last
  }

  /// What follows has its place where these bytes are.
  public mutating func pin(at offset: Int, length: Int) { pins.append((offset, length)) }

  /// Ends what `pin` began.
  public mutating func unpin() { if !pins.isEmpty { pins.removeLast() } }

  /// The path of a field of the innermost type.
  public func path(_ name: StaticString) -> String { path(name.description) }

  /// The path of a field, or of the place where the parse stopped.
  public func path(_ name: String) -> String {
    // The outermost type is the message itself and has no name in a path.
    let types = opened.dropFirst().map { number in
      fields[number].index.map { "\(fields[number].name)[\($0)]" } ?? fields[number].name.description
    }
    return (types + [name]).filter { !$0.isEmpty }.joined(separator: ".")
  }
}

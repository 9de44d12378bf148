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
  /// The value in the format that the description names for it; an enum's value has its name instead.
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

extension FieldTree {
  /// The top-level fields with what is in them; types still open (the parse failed in them) are closed where they stand.
  public var nodes: [FieldNode] {
    var whole = self
    whole.closeAll()
    return whole.nodes(in: 0..<whole.fields.count)
  }

  private func nodes(in range: Range<Int>) -> [FieldNode] {
    var nodes: [FieldNode] = []
    var number = range.lowerBound
    while number < range.upperBound {
      nodes.append(node(number))
      number = fields[number].end
    }
    return nodes
  }

  /// A field with all that is in it.
  public func node(_ number: Int) -> FieldNode {
    let field = fields[number]
    var node = FieldNode(
      name: field.name.description, type: field.type?.description, index: field.index, offset: field.offset,
      length: field.length, isInstance: field.isInstance)
    let meaning = field.meaning.map(text)
    switch field.value {
    case .integer(let value): node.value = .integer(value)
    case .float(let value): node.value = .float(value)
    case .boolean(let value): node.value = .boolean(value)
    case .text(let place): node.value = .text(text(place))
    case .bytes(let place): node.value = .bytes([UInt8](content[place]))
    case .enumeration(let value):
      node.value = .enumeration(value, name: meaning)
      return node
    case nil:
      node.conditions = conditions.lazy.filter { $0.parent == number }.map { ($0.field.description, $0.holds) }
      node.children = nodes(in: number + 1..<field.end)
    }
    node.text = meaning
    return node
  }

  private func text(_ place: Range<Int>) -> String { String(decoding: content[place], as: UTF8.self) }
}

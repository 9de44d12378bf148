public import ParserRuntime

/// What a filter compares so that it lets those messages through which have a field's value.
public struct FieldComparison: Sendable, Hashable {
  /// A name that the field has in filters.
  public let name: String
  /// Its value, without quotes.
  public let value: String
}

/// Finds what filters have to say for fields of messages.
public struct FieldComparisons {
  private let language: FilterLanguage
  /// Lists have many fields of one name.
  private var known: [String: [FilterField]] = [:]

  /// - Parameter language: of the description that the messages were parsed with.
  public init(_ language: FilterLanguage) { self.language = language }

  /// - Parameters:
  ///   - node: a field.
  ///   - owners: what it is in, the message first.
  /// - Returns: nil for what has no value, or is not stored.
  public mutating func comparison(_ node: FieldNode, in owners: [FieldNode]) -> FieldComparison? {
    guard node.value != nil else { return nil }
    for name in names(node, owners) {
      for field in fields(name) {
        if let value = field.kind.text(of: node) { return FieldComparison(name: name, value: value) }
      }
    }
    return nil
  }

  /// The shortest first: behind the type it is in, behind the field it is in, and the whole way.
  private func names(_ node: FieldNode, _ owners: [FieldNode]) -> [String] {
    var before: [String] = []
    if let owner = owners.last {
      if let type = owner.type { before.append(String(FieldSearch.shortName(type))) }
      before.append(owner.name)
    }
    before.append(owners.dropFirst().map(\.name).joined(separator: "."))
    return before.map { $0.isEmpty ? node.name : "\($0).\(node.name)" }
  }

  private mutating func fields(_ name: String) -> [FilterField] {
    if let fields = known[name] { return fields }
    var fields: [FilterField] = []
    if language.engine.operand(name) == nil, case .fields(let groups)? = try? language.described.operand(name) {
      fields = groups.flatMap(\.fields)
    }
    known[name] = fields
    return fields
  }
}

extension FieldKind {
  /// What a filter has for the value of a field that is stored in a column of this kind; nil where it is not known.
  fileprivate func text(of node: FieldNode) -> String? {
    switch (self, node.value) {
    case (.integer(_, let names), .enumeration(let raw, let name)?):
      if let name, names[name] == raw { name } else { String(raw) }
    case (.integer, .integer(let value)?), (.any, .integer(let value)?): String(value)
    case (.boolean, .boolean(let value)?): String(value)
    case (.real, .float(let value)?): "\(value)"
    case (.hex, .bytes(let bytes)?), (.blob, .bytes(let bytes)?): bytes.withUnsafeBytes(hexText)
    case (.hex, .integer(let value)?) where value >= 0: Self.hex(String(value, radix: 16), digits: 2 * node.length)
    case (.decimal, .bytes(let bytes)?): node.text ?? decimalText(bytes)
    case (.decimal, .integer(let value)?): String(value)
    case (.address, .bytes(let bytes)?): ipText(bytes)
    case (.text, .text(let value)?), (.any, .text(let value)?): node.text ?? value
    case (.text, _): node.text
    default: nil
    }
  }

  private static func hex(_ text: String, digits: Int) -> String {
    String(repeating: "0", count: max(0, digits - text.count)) + text.uppercased()
  }
}

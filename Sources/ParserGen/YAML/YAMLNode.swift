/// A YAML value that knows where it stands.
struct YAMLNode {
  enum Content {
    /// `isPlain` is false for quoted and block scalars, which are text whatever they look like.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLPair])
  }

  var content: Content
  var location: SourceLocation
  /// Column offset of a scalar's first character from `location`; nil where the text spans lines, so that offsets
  /// in the text tell nothing of the column.
  var textOffset: Int? = 0
}

struct YAMLPair {
  var key: String
  var keyNode: YAMLNode
  var value: YAMLNode
}

extension YAMLNode {
  /// What to call the value in a message.
  var kind: String {
    switch content {
    case .scalar: "a scalar"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  var scalar: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// A plain boolean, as YAML's core schema spells it.
  var boolean: Bool? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    switch text {
    case "true", "True", "TRUE": return true
    case "false", "False", "FALSE": return false
    default: return nil
    }
  }

  /// A plain integer.
  var integer: Int128? {
    if case .scalar(let text, isPlain: true) = content { integerLiteral(text) } else { nil }
  }

  /// An empty value or a plain `null`.
  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }
}

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
  /// How the text of a scalar stands in the file; nil where it stands at `location` as it is.
  var spelling: ScalarSpelling?
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
    case .scalar: isNull ? "nothing" : "a scalar"
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

  /// A plain boolean, with the words of YAML 1.1 too; they are names everywhere but where only a boolean can stand.
  var booleanWord: Bool? {
    if let boolean { return boolean }
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    switch text {
    case "yes", "Yes", "YES", "on", "On", "ON": return true
    case "no", "No", "NO", "off", "Off", "OFF": return false
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

  /// Where the characters of a scalar's text stand.
  var places: TextPlaces {
    guard let spelling, let text = scalar else { return TextPlaces(start: location, places: nil) }
    return TextPlaces(start: location, places: spelling.places(of: text))
  }
}

/// Where the Unicode scalars of a text stand in a file.
struct TextPlaces {
  let start: SourceLocation
  /// Line and column of each, and of the end; nil where they follow one another from `start`.
  fileprivate let places: [ScalarSpelling.Place]?

  fileprivate init(start: SourceLocation, places: [ScalarSpelling.Place]?) {
    self.start = start
    self.places = places
  }

  /// - Parameter offset: in Unicode scalars.
  subscript(offset: Int) -> SourceLocation {
    guard let places else { return start.moved(by: offset) }
    guard let place = places.isEmpty ? nil : places[min(offset, places.count - 1)] else { return start }
    return SourceLocation(file: start.file, line: place.line, column: place.column)
  }
}

/// An integer as YAML and Kaitai write it: decimal, 0x, 0o, 0b, with underscores; digits behind a 0 are octal, as YAML
/// 1.1 has it.
func integerLiteral(_ text: String) -> Int128? {
  var digits = Substring(text)
  let isNegative = digits.first == "-"
  if isNegative || digits.first == "+" { digits.removeFirst() }
  guard let first = digits.utf8.first, (0x30...0x39).contains(first) else { return nil }
  let radix: Int
  switch digits.prefix(2) {
  case "0x", "0X": radix = 16
  case "0o", "0O": radix = 8
  case "0b", "0B": radix = 2
  default: radix = 10
  }
  var body = (radix == 10 ? digits : digits.dropFirst(2)).filter { $0 != "_" }
  var isOctal = false
  if radix == 10, body.count > 1, body.first == "0", body.allSatisfy({ "01234567".contains($0) }) {
    body.removeFirst()
    isOctal = true
  }
  guard let sign = body.first, sign != "-", sign != "+", let value = UInt64(body, radix: isOctal ? 8 : radix) else {
    return nil
  }
  return isNegative ? -Int128(value) : Int128(value)
}

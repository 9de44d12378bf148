// How attributes are told to people: in outlines, in references, in comparisons.
extension AttributeDeclaration {
  /// The type of one element in the words of the language, with the byte order spelled out: `u2be`, `bytes`, `header`.
  var typeText: String {
    if spec.isComputed { return computedTypeText }
    return choice == nil ? format.text : "switch"
  }

  private var computedTypeText: String {
    switch type {
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .string: "text"
    case .bytes: "bytes"
    case .enumeration(let spec, _): spec.name
    case .object(let type): type.spec.traceName
    default: "list"
    }
  }

  /// Bytes of one element in words; nil where the type says it.
  var sizeText: String? {
    if format.hasOwnSize { return nil }
    if let size = spec.size { return size.text }
    if spec.sizeToEnd { return "to the end" }
    return effectiveTerminator.map { "until \($0.map(String.init).joined(separator: " "))" }
  }

  /// The bytes that end it; a `strz` has one without saying so.
  var effectiveTerminator: [UInt8]? {
    if case .string(_, isZeroTerminated: true) = format { return spec.terminator ?? [0] }
    return spec.terminator
  }

  /// How often the field comes, in words; nil where it comes once.
  var repetitionText: String? {
    switch spec.repetition {
    case .toEnd: "to the end"
    case .count(let count): count.text
    case .until(let end): "until \(end.text)"
    case nil: nil
    }
  }
}

extension ElementFormat {
  /// In the words of the language.
  var text: String {
    switch self {
    case .integer(let bytes, let isSigned, let order): "\(isSigned ? "s" : "u")\(bytes)\(order.suffix(bytes))"
    case .float(let bytes, let order): "f\(bytes)\(order.suffix(bytes))"
    case .bits(let count, let order): "b\(count)\(order == .big ? "be" : "le")"
    case .bytes: "bytes"
    case .contents: "contents"
    case .string(let encoding, _): "str(\(encoding))"
    case .object(let type, _): type.spec.traceName
    case .opaque(let name): name.text
    case .unknown: "unknown"
    }
  }

  var object: TypeDeclaration? { if case .object(let type, _) = self { type } else { nil } }
}

extension ByteOrder {
  fileprivate func suffix(_ bytes: Int) -> String {
    switch self {
    case .fixed(let order): bytes == 1 ? "" : order == .big ? "be" : "le"
    case .computed: ""
    }
  }
}

extension SwitchDeclaration.Branch {
  /// The value that the case is for, as it is written; nil for any other.
  var matchText: String? { spec?.match?.text }
}

extension Constraint {
  /// The constraint in words.
  var text: String {
    switch self {
    case .equal(let value, isShort: _): value.text
    case .range(let minimum, let maximum):
      [minimum.map { "at least \($0.text)" }, maximum.map { "at most \($0.text)" }].compactMap(\.self)
        .joined(separator: " and ")
    case .anyOf(let values): "one of " + values.map(\.text).joined(separator: ", ")
    case .expression(let condition): condition.text
    case .inEnum: "a value that the enum lists"
    }
  }
}

extension Documentation {
  /// The text without its line breaks.
  var oneLine: String? { text?.oneLine }
}

extension String {
  /// The text without its line breaks.
  var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}

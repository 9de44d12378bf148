// How fields and instances are told to people: in outlines, in references, in comparisons.
extension Field {
  /// The type of one element in the words of the language, with the byte order spelled out: `u2be`, `bytes`, `header`.
  var typeText: String {
    switch format {
    case .integer(let bytes, let isSigned, let order): "\(isSigned ? "s" : "u")\(bytes)\(order.suffix(bytes))"
    case .float(let bytes, let order): "f\(bytes)\(order.suffix(bytes))"
    case .bytes: "bytes"
    case .contents: "contents"
    case .string(let encoding): "str(\(encoding))"
    case .user(let type, _): type.spec.traceName
    case .choice: "switch"
    }
  }

  /// Whether any element of the field is of a type that a switch chooses.
  var choice: Choice? { if case .choice(let choice) = format { choice } else { nil } }

  /// Bytes of one element; nil where they vary.
  var elementSize: Int? {
    switch (sizing, format) {
    case (.constant(let size), _): size
    case (.natural, .integer(let bytes, _, _)), (.natural, .float(let bytes, _)): bytes
    case (.natural, .contents(let bytes)): bytes.count
    case (.natural, .user(let type, _)): type.fixedSize
    default: nil
    }
  }

  /// Bytes of one element in words; nil where the type says it.
  var sizeText: String? {
    switch sizing {
    case .natural: nil
    case .constant(let size): String(size)
    case .computed: spec.size?.text
    case .toEnd: "to the end"
    case .terminated(let terminator): "until \(terminator.byte)"
    }
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

extension Endianness {
  fileprivate func suffix(_ bytes: Int) -> String { bytes == 1 ? "" : self == .big ? "be" : "le" }
}

extension Instance {
  var typeText: String {
    switch type {
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .string: "text"
    case .bytes: "bytes"
    case .enumeration(let spec, _): spec.name
    case .user(let type): type.spec.traceName
    default: "list"
    }
  }
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

extension AttributeSpec {
  /// The case of the switch that a branch was made from.
  func choiceCase(at branch: Choice.Branch) -> SwitchCase? {
    guard case .choice(let written) = type else { return nil }
    return written.cases.first { $0.location == branch.location }
  }
}

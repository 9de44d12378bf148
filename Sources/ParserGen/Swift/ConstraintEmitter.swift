/// Writes the check of a `valid`.
struct ConstraintEmitter {
  let emitter: ExpressionEmitter

  /// What is checked, and what a violation does.
  struct Subject {
    var name: String
    /// Code of the value.
    var value: String
    var type: ValueType
    /// Code of the offset from the message's first byte, and of the length.
    var offset: String
    var length: String
    /// Whether a violation ends the message.
    var isFatal: Bool
  }

  func emit(_ constraint: ResolvedConstraint, _ subject: Subject, _ out: inout SwiftWriter) {
    let (condition, detail) = check(constraint, subject)
    let kind = if case .inEnum = constraint { "unknown enum value" } else { "invalid value" }
    out.block("if !(\(condition.tried))") { out in
      if subject.isFatal {
        out.line(
          "throw ParseError(.invalid(\"\(detail)\"), field: \(swiftLiteral(subject.name)), offset: \(subject.offset))")
      } else {
        out.line(
          "reader.report(\"\(kind)\", path: trace.path(\(swiftLiteral(subject.name))), at: \(subject.offset), "
            + "length: \(subject.length), \"\(detail)\")")
      }
    }
  }

  /// The condition that must hold, and the inside of a string literal that tells why it does not.
  private func check(_ constraint: ResolvedConstraint, _ subject: Subject) -> (Code, String) {
    var names = emitter.names
    names.element = subject.value
    let emitter = ExpressionEmitter(names: names)
    let place = SourceLocation(file: "", line: 1, column: 1)
    let value = TypedExpression(.element, subject.type, at: place)
    func compare(_ op: BinaryOperator, _ other: TypedExpression) -> Code {
      emitter.emit(TypedExpression(.binary(op, value, other), .boolean, at: place))
    }
    func all(_ codes: [Code], _ op: String) -> Code {
      Code(text: codes.map(\.text).joined(separator: " \(op) "), throwing: codes.contains(where: \.throwing))
    }
    let shown = "\\(\(shownValue(subject)))"
    switch constraint {
    case .equal(let wanted): return (compare(.equal, wanted), "\(shown) is not the value that is required")
    case .range(let minimum, let maximum):
      let codes = [minimum.map { compare(.greaterOrEqual, $0) }, maximum.map { compare(.lessOrEqual, $0) }].compactMap(
        \.self)
      let limits = [minimum?.constant.map { "at least \($0)" }, maximum?.constant.map { "at most \($0)" }].compactMap(
        \.self)
      let wanted = limits.isEmpty ? "within the allowed range" : limits.joined(separator: " and ")
      return (all(codes, "&&"), "\(shown) is not \(wanted)")
    case .anyOf(let values):
      return (all(values.map { compare(.equal, $0) }, "||"), "\(shown) is none of the allowed values")
    case .expression(let condition): return (emitter.emit(condition), "\(shown) does not satisfy the constraint")
    case .inEnum(let spec):
      return (Code(text: "\(subject.value).isKnown"), "\(shown) is not in the enum '\(spec.name)'")
    }
  }

  private func shownValue(_ subject: Subject) -> String {
    switch subject.type {
    case .enumeration: "\(subject.value).rawValue"
    case .bytes: "\(subject.value).withBytes(hexText)"
    case .user, .choice, .array: "\"the value\""
    default: subject.value
    }
  }
}

extension ValueType {
  /// Code of the `TraceValue` of a value; nil for values that are traced by their parts.
  func traced(_ value: String) -> String? {
    switch self {
    case .integer: ".integer(Int128(\(value)))"
    case .float: ".float(\(value))"
    case .boolean: ".boolean(\(value))"
    case .string: ".text(\(value))"
    case .bytes: ".bytes(\(value).bytes)"
    case .enumeration: ".enumeration(Int64(\(value).rawValue), name: \(value).name)"
    default: nil
    }
  }
}

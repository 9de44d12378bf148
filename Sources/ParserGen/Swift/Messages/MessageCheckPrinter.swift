/// Prints the checks of a `valid`.
struct MessageCheckPrinter {
  let expressions: SwiftExpressionPrinter

  /// What is checked.
  struct Subject {
    var name: String
    /// Code of the value.
    var value: String
    var type: DataType
    /// Code of the offset from the message's first byte, and of the length.
    var offset: String
    var length: String
  }

  func print(_ checks: [CheckProgram], _ subject: Subject, _ out: inout CodeWriter) {
    var expressions = expressions
    expressions.values?.element = subject.value
    for check in checks {
      let detail = "\\(\(shown(subject))) \(complaint(check, subject))"
      out.block("if !(\(expressions.tried(check.condition)))") { out in
        if check.isFatal {
          out.line(
            "throw ParseError(.invalid(\"\(detail)\"), field: \(swiftLiteral(subject.name)), offset: \(subject.offset))"
          )
        } else {
          let kind = check.violation == .notInEnum ? "unknown enum value" : "invalid value"
          out.line(
            "reader.report(\"\(kind)\", path: trace.path(\(swiftLiteral(subject.name))), at: \(subject.offset), "
              + "length: \(subject.length), \"\(detail)\")")
        }
      }
    }
  }

  private func complaint(_ check: CheckProgram, _ subject: Subject) -> String {
    switch check.violation {
    case .notEqual: "is not the value that is required"
    case .lessThan: "is not \(check.limit.map { "at least \($0)" } ?? "within the allowed range")"
    case .greaterThan: "is not \(check.limit.map { "at most \($0)" } ?? "within the allowed range")"
    case .notAnyOf: "is none of the allowed values"
    case .expression: "does not satisfy the constraint"
    case .notInEnum: "is not in the enum '\(subject.type.enumeration?.name ?? "")'"
    }
  }

  private func shown(_ subject: Subject) -> String {
    switch subject.type {
    case .enumeration: "\(subject.value).rawValue"
    case .bytes: "\(subject.value).withBytes(hexText)"
    case .integer, .float, .boolean, .string: subject.value
    default: "\"the value\""
    }
  }
}

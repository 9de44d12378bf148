@testable import ParserGen

extension Expression {
  /// The expression as a tree: an operator or a form, and what it applies to, in parentheses.
  var tree: String {
    func form(_ parts: [String]) -> String { "(" + parts.joined(separator: " ") + ")" }
    switch kind {
    case .integer(let value): return String(value)
    case .float(let value): return "\(value)"
    case .string(let value): return "\"\(value)\""
    case .boolean(let value): return String(value)
    case .name(let name): return name
    case .enumMember(let scope, let member, let isAbsolute):
      return (isAbsolute ? "::" : "") + (scope + [member]).joined(separator: "::")
    case .array(let elements): return "[" + elements.map(\.tree).joined(separator: " ") + "]"
    case .unary(let op, let operand): return form([op.rawValue, operand.tree])
    case .binary(let op, let left, let right): return form([op.rawValue, left.tree, right.tree])
    case .ternary(let condition, let yes, let no): return form(["?", condition.tree, yes.tree, no.tree])
    case .member(let base, let name, nil): return form([".", base.tree, name])
    case .member(let base, let name, let arguments?): return form(["call", base.tree, name] + arguments.map(\.tree))
    case .index(let base, let index): return form(["at", base.tree, index.tree])
    case .cast(let base, let type): return form(["as", base.tree, type.text])
    case .interpolated(let parts): return form(["f"] + parts.map(\.tree))
    case .size(let type, let inBits): return form([inBits ? "bitsizeof" : "sizeof", type.text])
    }
  }
}

func place(_ line: Int, _ column: Int) -> SourceLocation { SourceLocation(file: "t.ksy", line: line, column: column) }

/// An expression that stands on its own, in the first line of a file.
func parse(_ text: String) throws(Diagnostic) -> Expression {
  let place = SourceLocation(file: "", line: 1, column: 1)
  return try ExpressionParser.expression(
    text, at: YAMLNode(content: .scalar(text, isPlain: true), location: place))
}

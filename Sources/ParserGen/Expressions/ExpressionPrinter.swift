extension Expression {
  /// The expression as a description would write it, whatever the spacing and numerals of the original.
  var text: String { text(within: 0) }

  /// - Parameter level: how tightly the surroundings bind; looser expressions get parentheses.
  private func text(within level: Int) -> String {
    switch kind {
    case .integer(let value): return String(value)
    case .float(let value): return "\(value)"
    case .string(let value): return "\"\(value)\""
    case .boolean(let value): return String(value)
    case .name(let name): return name
    case .enumMember(let scope, let member): return (scope + [member]).joined(separator: "::")
    case .array(let elements): return "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .unary(let op, let operand):
      let text = op.rawValue + (op == .not ? " " : "") + operand.text(within: 20)
      return level > 3 && op == .not ? "(\(text))" : text
    case .binary(let op, let left, let right):
      let text = "\(left.text(within: op.level)) \(op.rawValue) \(right.text(within: op.level + 1))"
      return op.level < level ? "(\(text))" : text
    case .ternary(let condition, let first, let second):
      let text = "\(condition.text(within: 1)) ? \(first.text(within: 1)) : \(second.text(within: 0))"
      return level > 0 ? "(\(text))" : text
    case .member(let base, let name, let arguments):
      return base.text(within: 30) + "." + name
        + (arguments.map { "(" + $0.map(\.text).joined(separator: ", ") + ")" } ?? "")
    case .index(let base, let index): return "\(base.text(within: 30))[\(index.text)]"
    case .cast(let base, let type): return "\(base.text(within: 30)).as<\(type.text)>"
    }
  }
}

extension BinaryOperator {
  /// How tightly the operator binds. Comparisons and bit operators are told apart more than the language does, so that
  /// readers need no table of precedence.
  fileprivate var level: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 4
    case .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight: 6
    case .add, .subtract: 8
    case .multiply, .divide, .modulo: 10
    }
  }
}

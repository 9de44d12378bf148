extension Expression {
  /// The expression as a description would write it, whatever the spacing and numerals of the original. There are more
  /// parentheses than the language needs, so that nobody has to know how tightly bit operators bind.
  var text: String {
    switch kind {
    case .integer(let value): return value < 1 << 32 ? String(value) : hexadecimal(value)
    case .float(let value): return "\(value)"
    case .string(let value): return "\"\(escaped(value))\""
    case .boolean(let value): return String(value)
    case .name(let name): return name
    case .enumMember(let scope, let member, let isAbsolute):
      return (isAbsolute ? "::" : "") + (scope + [member]).joined(separator: "::")
    case .array(let elements): return "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .unary(let op, let operand): return op.rawValue + (op == .not ? " " : "") + operand.atom
    case .binary(let op, let left, let right):
      return "\(left.text(inside: op)) \(op.rawValue) \(right.text(inside: op))"
    case .ternary(let condition, let yes, let no): return "\(condition.atom) ? \(yes.atom) : \(no.atom)"
    case .member(let base, let name, let arguments):
      return base.atom + "." + name + (arguments.map { "(" + $0.map(\.text).joined(separator: ", ") + ")" } ?? "")
    case .index(let base, let index): return "\(base.atom)[\(index.text)]"
    case .cast(let base, let type): return "\(base.atom).as<\(type.text)>"
    case .interpolated(let parts): return "f\"" + parts.map(part).joined() + "\""
    case .size(let type, let inBits): return "\(inBits ? "bitsizeof" : "sizeof")<\(type.text)>"
    }
  }

  /// A part of an interpolated string.
  private func part(_ part: Expression) -> String {
    guard case .string(let text) = part.kind else { return "{\(part.text)}" }
    return escaped(text).replacing("{", with: "\\173")
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case _ where scalar.value < 0x20: "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
      default: String(scalar)
      }
    }.joined()
  }

  /// The text, in parentheses if it is more than a name, a number or a call.
  private var atom: String {
    switch kind {
    case .unary, .binary, .ternary: "(\(text))"
    case .integer(let value) where value < 0: "(\(text))"
    case .float(let value) where value < 0: "(\(text))"
    default: text
    }
  }

  /// The text as an operand.
  private func text(inside op: BinaryOperator) -> String {
    switch kind {
    case .integer(let value) where op.isBitwise && value > 9: return hexadecimal(value)
    case .binary(let inner, _, _):
      let isPlain = inner == op && op.isAssociative || inner.level > op.level && !inner.isBitwise && !op.isBitwise
      return isPlain ? text : "(\(text))"
    case .ternary: return "(\(text))"
    case .unary(.not, _): return op == .and || op == .or ? text : "(\(text))"
    default: return text
    }
  }

  private func hexadecimal(_ value: Int128) -> String { "0x" + String(value, radix: 16) }
}

extension BinaryOperator {
  fileprivate var isBitwise: Bool {
    switch self {
    case .bitAnd, .bitOr, .bitXor: true
    default: false
    }
  }

  fileprivate var isAssociative: Bool {
    switch self {
    case .and, .or, .add, .multiply, .bitAnd, .bitOr, .bitXor: true
    default: false
    }
  }

  /// What binds tighter has the higher level; only operators that everybody knows the order of differ.
  fileprivate var level: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: 3
    case .bitOr, .bitXor, .bitAnd, .shiftLeft, .shiftRight: 4
    case .add, .subtract: 5
    case .multiply, .divide, .modulo: 6
    }
  }
}

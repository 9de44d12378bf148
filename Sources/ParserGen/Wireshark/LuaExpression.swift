/// Writes expressions as Lua: `s` is the value of the type that the expression stands in, `c` the place in the bytes, `e`
/// the element of a repetition that has just been read.
struct LuaExpression {
  private let own = "s"
  private let element = "e"

  func emit(_ expression: TypedExpression) -> String {
    switch expression.kind {
    case .integer(let value): return integer(value)
    case .float(let value): return "\(value)"
    case .string(let value): return luaLiteral(Array(value.utf8))
    case .boolean(let value): return String(value)
    case .bytes(let bytes): return luaLiteral(bytes)
    case .array(let elements):
      if let bytes = byteList(expression) { return luaLiteral(bytes) }
      return "{" + elements.map(emit).joined(separator: ", ") + "}"
    case .enumMember(_, let member): return integer(member.value)
    case .own(let member): return access(own, member)
    case .need(let need, let member): return access(base(need), member)
    case .member(let base, let member): return access(emit(base), member)
    case .element: return element
    case .repetitionIndex: return "\(own)._i"
    case .streamPosition: return "(c.pos - c.start)"
    case .streamSize: return "(c.pos - c.start + rest(c))"
    case .streamIsAtEnd: return "at_end(c)"
    case .unary(.minus, let operand): return "sub(0, \(emit(operand)))"
    case .unary(.complement, let operand): return "bnot(\(emit(operand)))"
    case .unary(.not, let operand): return "(not \(emit(operand)))"
    case .binary(let op, let left, let right): return binary(op, left, right)
    case .ternary(let condition, let yes, let no):
      return
        "(function() if \(emit(condition)) then return \(emit(yes)) else return \(emit(no)) end end)()"
    case .call(let method, let base, let arguments): return call(method, emit(base), arguments.map(emit))
    case .index(let base, let index): return "item(\(emit(base)), number(\(emit(index))))"
    case .cast(let base, _, _): return emit(base)
    case .invalid: return "nil"
    }
  }

  private func base(_ need: Need) -> String {
    switch need.anchor {
    case .root: "\(own)._root"
    case .parent(let depth): own + String(repeating: "._parent", count: depth)
    }
  }

  private func access(_ base: String, _ member: Member) -> String {
    switch member {
    case .field(let field): "\(base)[\"\(field.name)\"]"
    case .parameter(let parameter): "\(base)[\"\(parameter.name)\"]"
    case .instance(let instance): "get(\(base), \"\(instance.name)\")"
    }
  }

  /// Beyond 53 bits a number would not be exact.
  private func integer(_ value: Int128) -> String {
    guard value.magnitude >= 1 << 53 else { return String(value) }
    let bits = UInt64(truncatingIfNeeded: value)
    return "\(value < 0 ? "Int64" : "UInt64").new(\(bits & 0xFFFF_FFFF), \(bits >> 32))"
  }

  /// The bytes of a list of numbers that is compared with bytes.
  private func byteList(_ expression: TypedExpression) -> [UInt8]? {
    guard case .array(let elements) = expression.kind else { return nil }
    let bytes = elements.compactMap { element in element.constant.flatMap { UInt8(exactly: $0) } }
    return bytes.count == elements.count ? bytes : nil
  }

  private func binary(_ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression) -> String {
    let (a, b) = (emit(left), emit(right))
    if case .float = left.type { return floating(op, a, b) }
    if case .float = right.type { return floating(op, a, b) }
    if case .string = left.type, op == .add { return "(\(a) .. \(b))" }
    switch op {
    case .add: return "add(\(a), \(b))"
    case .subtract: return "sub(\(a), \(b))"
    case .multiply: return "mul(\(a), \(b))"
    case .divide: return "div(\(a), \(b))"
    case .modulo: return "mod(\(a), \(b))"
    case .shiftLeft: return "shl(\(a), number(\(b)))"
    case .shiftRight: return "shr(\(a), number(\(b)))"
    case .bitAnd: return "band(\(a), \(b))"
    case .bitOr: return "bor(\(a), \(b))"
    case .bitXor: return "bxor(\(a), \(b))"
    case .less: return "lt(\(a), \(b))"
    case .lessOrEqual: return "le(\(a), \(b))"
    case .greater: return "lt(\(b), \(a))"
    case .greaterOrEqual: return "le(\(b), \(a))"
    case .equal: return "eq(\(a), \(b))"
    case .notEqual: return "(not eq(\(a), \(b)))"
    case .and, .or: return "(\(a) \(op.rawValue) \(b))"
    }
  }

  private func floating(_ op: BinaryOperator, _ a: String, _ b: String) -> String {
    "(number(\(a)) \(op == .notEqual ? "~=" : op.rawValue) number(\(b)))"
  }

  private func call(_ method: TypedExpression.Method, _ base: String, _ arguments: [String]) -> String {
    switch method {
    case .integerText: "tostring(\(base))"
    case .floatInteger: "math.floor(\(base))"
    case .booleanInteger: "(\(base) and 1 or 0)"
    case .enumInteger, .bytesText: base
    case .stringLength, .bytesLength, .arraySize: "#(\(base))"
    case .stringReverse: "string.reverse(\(base))"
    case .stringSubstring: "string.sub(\(base), \(arguments[0]) + 1, \(arguments[1]))"
    case .stringInteger: "tonumber(\(base), \(arguments.first ?? "10"))"
    case .arrayFirst: "item(\(base), 0)"
    case .arrayLast: "item(\(base), #(\(base)) - 1)"
    case .arrayMinimum: "extreme(\(base), lt)"
    case .arrayMaximum: "extreme(\(base), function(a, b) return lt(b, a) end)"
    }
  }
}

/// A Lua string of any bytes.
func luaLiteral(_ bytes: [UInt8]) -> String {
  var text = "\""
  for byte in bytes {
    switch byte {
    case 0x22, 0x5C: text += "\\" + String(Unicode.Scalar(byte))
    case 0x20..<0x7F: text += String(Unicode.Scalar(byte))
    default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
  return text + "\""
}

/// Prints the expressions of a program as Lua: `s` is the value of the type that the expression stands in, `c` the place
/// in the bytes, `e` the element of a repetition that has just been read.
///
/// Numbers of Lua need no conversion: those of up to 53 bits are exact, and the runtime's functions take 64-bit objects
/// for others.
struct LuaExpressionPrinter {
  func text(_ e: ProgramExpression) -> String {
    switch e.kind {
    case .integer(let value): return integer(value)
    case .float(let value): return "\(value)"
    case .string(let value): return luaLiteral(Array(value.utf8))
    case .boolean(let value): return String(value)
    case .bytes(let bytes): return luaLiteral(bytes)
    case .list(let elements, _): return "{" + elements.map(text).joined(separator: ", ") + "}"
    case .enumCase(_, let member): return integer(member.value)
    case .this: return "s"
    case .element, .selector, .part, .candidate: return "e"
    case .elementIndex: return "s._i"
    case .field(let base, let attribute): return "\(text(base))[\(luaLiteral(Array(attribute.traceName.utf8)))]"
    case .parameter(let base, let parameter): return "\(text(base))[\(luaLiteral(Array(parameter.name.utf8)))]"
    case .instance(let base, let attribute): return "get(\(text(base)), \(luaLiteral(Array(attribute.name.utf8))))"
    case .outcome(let attribute): return "get(s, \(luaLiteral(Array(attribute.name.utf8))))"
    case .ancestorMember(let key): return "get(\(base(key)), \(luaLiteral(Array(key.member.utf8))))"
    case .stream: return "c"
    case .isZero(let bytes): return "(string.find(\(text(bytes)), \"[^%z]\") == nil)"
    case .negated(let operand): return "sub(0, \(text(operand)))"
    case .complement(let operand): return "bnot(\(text(operand)))"
    case .not(let operand): return "(not \(text(operand)))"
    case .arithmetic(let op, let left, let right), .checkedArithmetic(let op, let left, let right):
      if case .float = left.representation { return "(number(\(text(left))) \(op.rawValue) number(\(text(right))))" }
      return arithmetic(op, text(left), text(right))
    case .comparison(let op, _, let left, let right): return comparison(op, left, right)
    case .logical(let isAnd, let left, let right): return "(\(text(left)) \(isAnd ? "and" : "or") \(text(right)))"
    case .ternary(let condition, let yes, let no):
      return "(function() if \(text(condition)) then return \(text(yes)) else return \(text(no)) end end)()"
    case .conditional(let condition, let value):
      return "(function() if \(text(condition)) then return \(text(value)) end end)()"
    case .known(let value, _), .integerConversion(let value, _, _), .clamped(let value), .floatConversion(let value),
      .listConversion(let value, _), .array(let value), .enumeration(let value, _), .enumerationList(let value, _),
      .choiceObject(let value), .alternative(let value, _, _), .objectCast(let value, _), .anyCast(let value, _):
      return text(value)
    case .listToBytes(let list): return "string.char(table.unpack(\(text(list))))"
    case .bytesToList(let bytes, _): return "{string.byte(\(text(bytes)), 1, -1)}"
    case .enumIsKnown(let value, let spec): return "\(LuaPrinter.enumName(spec))[number(\(text(value)))] ~= nil"
    case .subscripted(let base, let index): return "item(\(text(base)), number(\(text(index))))"
    case .call(let function, let arguments): return call(function, arguments.map(text))
    case .joined(let parts): return "(" + parts.map(text).joined(separator: " .. ") + ")"
    // Messages have no such expressions.
    case .isLittleEndian, .parent, .root, .memberOfAny: return "nil"
    }
  }

  private func base(_ key: AncestorMember.Key) -> String {
    switch key.anchor {
    case .root: "s._root"
    case .parent(let generation): "s" + String(repeating: "._parent", count: generation)
    }
  }

  /// Beyond 53 bits a number would not be exact.
  private func integer(_ value: Int128) -> String {
    guard value.magnitude >= 1 << 53 else { return String(value) }
    let bits = UInt64(truncatingIfNeeded: value)
    return "\(value < 0 ? "Int64" : "UInt64").new(\(bits & 0xFFFF_FFFF), \(bits >> 32))"
  }

  private func arithmetic(_ op: BinaryOperator, _ a: String, _ b: String) -> String {
    switch op {
    case .add: "add(\(a), \(b))"
    case .subtract: "sub(\(a), \(b))"
    case .multiply: "mul(\(a), \(b))"
    case .divide: "div(\(a), \(b))"
    case .modulo: "mod(\(a), \(b))"
    case .shiftLeft: "shl(\(a), number(\(b)))"
    case .shiftRight: "shr(\(a), number(\(b)))"
    case .bitAnd: "band(\(a), \(b))"
    case .bitOr: "bor(\(a), \(b))"
    default: "bxor(\(a), \(b))"
    }
  }

  private func comparison(_ op: BinaryOperator, _ left: ProgramExpression, _ right: ProgramExpression) -> String {
    let (a, b) = (text(left), text(right))
    if case .float = left.representation {
      return "(number(\(a)) \(op == .notEqual ? "~=" : op.rawValue) number(\(b)))"
    }
    switch op {
    case .less: return "lt(\(a), \(b))"
    case .lessOrEqual: return "le(\(a), \(b))"
    case .greater: return "lt(\(b), \(a))"
    case .greaterOrEqual: return "le(\(b), \(a))"
    case .notEqual: return "(not eq(\(a), \(b)))"
    default: return "eq(\(a), \(b))"
    }
  }

  private func call(_ function: ProgramExpression.Function, _ arguments: [String]) -> String {
    let first = arguments[0]
    return switch function {
    case .integerText, .floatText, .enumText, .booleanText: "tostring(\(first))"
    case .floatInteger: "math.floor(\(first))"
    case .booleanInteger: "(\(first) and 1 or 0)"
    case .enumInteger, .bytesText: first
    case .stringLength, .bytesLength, .listSize: "#(\(first))"
    case .stringReverse: "string.reverse(\(first))"
    case .stringSubstring: "string.sub(\(first), \(arguments[1]) + 1, \(arguments[2]))"
    case .stringInteger: "tonumber(\(first), \(arguments[1]))"
    case .bytesFirst: "string.byte(\(first), 1)"
    case .bytesLast: "string.byte(\(first), -1)"
    case .bytesMinimum: "extreme({string.byte(\(first), 1, -1)}, lt)"
    case .bytesMaximum: "extreme({string.byte(\(first), 1, -1)}, function(a, b) return lt(b, a) end)"
    case .listFirst: "item(\(first), 0)"
    case .listLast: "item(\(first), #(\(first)) - 1)"
    case .listMinimum, .listMinimumText: "extreme(\(first), lt)"
    case .listMaximum, .listMaximumText: "extreme(\(first), function(a, b) return lt(b, a) end)"
    case .streamPosition: "(\(first).pos - \(first).start)"
    case .streamSize: "(\(first).pos - \(first).start + rest(\(first)))"
    case .streamIsAtEnd: "at_end(\(first))"
    case .floatModulo: "(number(\(first)) % number(\(arguments[1])))"
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

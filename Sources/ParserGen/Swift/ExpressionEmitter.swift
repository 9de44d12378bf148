/// Swift code of an expression.
struct Code {
  var text: String
  /// Whether it needs a `try`.
  var throwing = false
  /// The Swift type of an integer; empty for a literal, which takes any.
  var integer = "Int"

  /// With `try` in front if needed.
  var tried: String { throwing ? "try \(text)" : text }
}

/// Turns expressions into Swift.
///
/// Integers are computed in a type that provably holds both operands and the result, so that plain operators can be
/// used; where no such proof exists, the runtime's checked operators throw instead of trapping.
struct ExpressionEmitter {
  /// What the names in an expression are in Swift, where it stands.
  struct Names {
    /// Code of a field of the type itself.
    var field: (Field) -> Code
    /// Code of an instance; nil: put its expression in its place.
    var instance: (Instance) -> Code?
    var element = "element"
    var index = "elementIndex"
    var stream = "reader"
  }

  let names: Names

  /// Names inside of a parser: fields are local constants, and so are the instances computed so far.
  static func local(instances: [String] = [], stream: String = "reader") -> ExpressionEmitter {
    ExpressionEmitter(
      names: Names(
        field: { Code(text: SwiftNames.member($0.name)) },
        instance: { instances.contains($0.name) ? Code(text: SwiftNames.member($0.name)) : nil }, stream: stream))
  }

  /// Names inside of a value: everything is a property of `base`, which is empty or ends with a dot.
  static func property(of base: String = "") -> ExpressionEmitter {
    ExpressionEmitter(
      names: Names(
        field: { Code(text: base + SwiftNames.member($0.name)) },
        instance: { Code(text: base + SwiftNames.member($0.name), throwing: $0.isThrowing) }))
  }

  // MARK: Expressions

  func emit(_ e: TypedExpression) -> Code {
    switch e.kind {
    case .integer(let value): return Code(text: literal(value), integer: "")
    case .float(let value): return Code(text: "\(value)")
    case .string(let value): return Code(text: swiftLiteral(value))
    case .boolean(let value): return Code(text: "\(value)")
    case .bytes(let value): return Code(text: "(\(swiftBytes(value)) as [UInt8])")
    case .array(let elements):
      guard case .array(let type, _) = e.type else { return Code(text: "[]") }
      let codes = elements.map { convert(emit($0), to: type, from: $0.storedType) }
      return Code(
        text: "([\(codes.map(\.text).joined(separator: ", "))] as \(e.type.swift))",
        throwing: codes.contains(where: \.throwing))
    case .enumMember(let spec, let member):
      return Code(text: SwiftNames.path(spec) + "." + SwiftNames.enumCase(member.name))
    case .own(let member): return own(member, e)
    case .need(let need, let member): return unwrapped(Code(text: SwiftNames.need(need)), member, e)
    case .member(let base, let member):
      let base = emit(base)
      var code = Code(text: "\(base.text).\(SwiftNames.member(member.name))", throwing: base.throwing)
      if case .instance(let instance) = member, instance.isThrowing { code.throwing = true }
      if case .field(let field) = member, let constant = field.constantContents { return constant }
      return unwrapped(code, member, e)
    case .element: return typed(Code(text: names.element), e.type)
    case .repetitionIndex: return Code(text: names.index)
    case .streamPosition: return Code(text: "\(names.stream).position")
    case .streamSize: return Code(text: "\(names.stream).size()", throwing: true)
    case .streamIsAtEnd: return Code(text: "\(names.stream).isAtEnd()", throwing: true)
    case .unary(let op, let operand): return unary(op, operand)
    case .binary(let op, let left, let right): return binary(op, left, right, e)
    case .ternary(let condition, let yes, let no):
      let codes = [
        emit(condition), convert(emit(yes), to: e.type, from: yes.storedType),
        convert(emit(no), to: e.type, from: no.storedType),
      ]
      return typed(
        Code(
          text: "(\(codes[0].text) ? \(codes[1].text) : \(codes[2].text))", throwing: codes.contains(where: \.throwing)),
        e.type)
    case .call(let method, let base, let arguments): return call(method, base, arguments, e)
    case .index(let base, let index):
      let (base, index) = (emit(base), int(index))
      return typed(
        Code(text: "\(base.text).element(\(index.text))", throwing: true), e.type)
    case .cast(let base, let choice, let index):
      let base = emit(base)
      let name = SwiftNames.type(choice.cases[index].name)
      return Code(text: "required(\(base.text).as\(name), \"\(choice.name)\")", throwing: true)
    case .invalid: return Code(text: "()")
    }
  }

  /// The expression, converted to the Swift type of `type`.
  func emit(_ e: TypedExpression, as type: ValueType) -> Code { convert(emit(e), to: type, from: e.storedType) }

  /// The expression as an Int; a value beyond Int's range throws.
  func int(_ e: TypedExpression) -> Code {
    let code = emit(e)
    guard case .integer(let range) = e.type, code.integer != "", code.integer != "Int" else { return code }
    guard IntegerRange.int64.contains(range) else {
      return Code(text: "Checked.convert(\(code.text), to: Int.self)", throwing: true)
    }
    return Code(text: "Int(\(code.text))", throwing: code.throwing)
  }

  // MARK: Names

  private func own(_ member: Member, _ e: TypedExpression) -> Code {
    switch member {
    case .field(let field):
      if let constant = field.constantContents { return constant }
      return unwrapped(names.field(field), member, e)
    case .parameter(let parameter): return typed(Code(text: SwiftNames.member(parameter.name)), e.type)
    case .instance(let instance):
      if let code = names.instance(instance) { return unwrapped(code, member, e) }
      guard let value = instance.value else { return Code(text: "()") }
      let code = self.value(of: instance, value)
      guard let condition = instance.condition.map(emit) else { return code }
      return typed(
        Code(text: "required(\(condition.text) ? \(code.text) : nil, \"\(instance.name)\")", throwing: true), e.type)
    }
  }

  /// An instance's value, with its enum.
  func value(of instance: Instance, _ value: TypedExpression) -> Code {
    guard case .enumeration(let spec, _) = instance.type, case .integer = value.type else {
      return convert(emit(value), to: instance.type, from: value.storedType)
    }
    let code = emit(value)
    return Code(
      text: "\(SwiftNames.path(spec))(rawValue: Int(truncatingIfNeeded: \(anchored(code))))", throwing: code.throwing)
  }

  private func anchored(_ code: Code) -> String { code.integer.isEmpty ? "\(code.text) as Int" : code.text }

  private func unwrapped(_ code: Code, _ member: Member, _ e: TypedExpression) -> Code {
    guard member.isOptional else { return typed(code, e.type) }
    return typed(Code(text: "required(\(code.text), \"\(member.name)\")", throwing: true), e.type)
  }

  private func typed(_ code: Code, _ type: ValueType) -> Code {
    guard case .integer(let range) = type else { return code }
    var code = code
    code.integer = range.swift
    return code
  }

  // MARK: Conversions

  private func literal(_ value: Int128) -> String {
    value < 256 ? "\(value)" : "0x" + String(value, radix: 16, uppercase: true)
  }

  func convert(_ code: Code, to type: ValueType, from: ValueType) -> Code {
    var code = code
    switch (type, from) {
    case (.integer(let range), .integer):
      if code.integer != "", code.integer != range.swift { code.text = "\(range.swift)(\(code.text))" }
      code.integer = range.swift
    case (.float, .integer): code.text = "Double(\(code.text))"
    case (.bytes(nil), .bytes(_?)): code.text = "\(code.text).bytes"
    case (.array(_, nil), .array(_, _?)): code.text = "\(code.text).elements"
    default: break
    }
    return code
  }

  /// Both operands in one type that holds their ranges and `result`.
  private func widened(
    _ left: TypedExpression, _ right: TypedExpression, _ result: IntegerRange?
  ) -> (left: Code, right: Code, type: String) {
    guard case .integer(let a) = left.type, case .integer(let b) = right.type else {
      return (emit(left), emit(right), "Int")
    }
    let (x, y) = (emit(left), emit(right))
    let needed = [b, result].compactMap(\.self).reduce(a) { $0.union($1) }
    let candidates = [x.integer, y.integer].filter {
      !$0.isEmpty && x.integer.isEmpty != y.integer.isEmpty || x.integer == y.integer && !$0.isEmpty
    }
    let type =
      (candidates + ["Int", "UInt64"]).first { IntegerRange(swift: $0).contains(needed) } ?? "Int128"
    func widen(_ code: Code) -> Code {
      if code.integer == type { return code }
      if code.integer.isEmpty {
        return type == "Int" ? code : Code(text: "\(code.text)", throwing: code.throwing, integer: type)
      }
      return Code(text: "\(type)(\(code.text))", throwing: code.throwing, integer: type)
    }
    return (widen(x), widen(y), type)
  }

  // MARK: Operators

  private func unary(_ op: UnaryOperator, _ operand: TypedExpression) -> Code {
    let code = emit(operand)
    switch op {
    case .not: return Code(text: "!\(parenthesized(code.text))", throwing: code.throwing)
    case .minus:
      guard case .integer = operand.type else {
        return Code(text: "-\(parenthesized(code.text))", throwing: code.throwing)
      }
      let zero = TypedExpression(.integer(0), .integer(IntegerRange(lower: 0, upper: 0)), at: operand.location)
      return arithmetic(.subtract, zero, operand)
    case .complement: return Code(text: "~\(int(operand).text)", throwing: int(operand).throwing)
    }
  }

  private func parenthesized(_ text: String) -> String {
    text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" } ? text : "(\(text))"
  }

  private func binary(
    _ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, _ e: TypedExpression
  ) -> Code {
    switch (left.type, right.type) {
    case (.integer, .integer): return op.isComparison ? compared(op, left, right) : arithmetic(op, left, right)
    case (.float, _), (_, .float):
      let (x, y) = (emit(left, as: .float), emit(right, as: .float))
      return Code(text: "(\(x.text) \(op.rawValue) \(y.text))", throwing: x.throwing || y.throwing)
    case (.bytes, .bytes): return bytes(op, left, right)
    case (.boolean, .boolean) where op == .and || op == .or:
      let (x, y) = (emit(left), emit(right))
      // The right side of && is a closure, which cannot throw a typed error; ?: has none.
      if y.throwing {
        return Code(
          text: op == .and ? "(\(x.text) ? \(y.text) : false)" : "(\(x.text) ? true : \(y.text))", throwing: true)
      }
      return Code(text: "(\(x.text) \(op == .and ? "&&" : "||") \(y.text))", throwing: x.throwing)
    default:
      let (x, y) = (emit(left), emit(right))
      return Code(text: "(\(x.text) \(op.rawValue) \(y.text))", throwing: x.throwing || y.throwing)
    }
  }

  private func compared(_ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression) -> Code {
    let (x, y, type) = widened(left, right, nil)
    if left.constant != nil, right.constant != nil {
      return Code(text: "((\(x.text) as \(type)) \(op.rawValue) (\(y.text) as \(type)))")
    }
    return Code(text: "(\(x.text) \(op.rawValue) \(y.text))", throwing: x.throwing || y.throwing)
  }

  private func arithmetic(_ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression) -> Code {
    guard case .integer(let a) = left.type, case .integer(let b) = right.type else { return Code(text: "()") }
    let result = IntegerRange.result(op, a, b)
    let isProven = result.map { IntegerRange.int64.contains($0) || IntegerRange.uint64.contains($0) } ?? false
    switch op {
    case .shiftLeft, .shiftRight: return shift(op, left, right, result, isProven)
    case .divide where !isProven || a.lower < 0 || b.lower <= 0, .modulo where !isProven || a.lower < 0 || b.lower <= 0:
      return checked(op, left, right, result)
    case .add, .subtract, .multiply: if !isProven { return checked(op, left, right, result) }
    default: break
    }
    let (x, y, type) = widened(left, right, result)
    return Code(
      text: "(\(x.text) \(op.rawValue) \(y.text))", throwing: x.throwing || y.throwing,
      integer: bothLiteral(x, y) ? "Int" : type)
  }

  private func bothLiteral(_ x: Code, _ y: Code) -> Bool { x.integer.isEmpty && y.integer.isEmpty }

  private func shift(
    _ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, _ result: IntegerRange?, _ isProven: Bool
  ) -> Code {
    guard let count = right.constant, isProven else {
      let name = op == .shiftLeft ? "shiftLeft" : "shiftRight"
      return narrowed("Checked.\(name)(Int128(\(emit(left).text)), Int128(\(emit(right).text)))", result)
    }
    // A right shift stays in its operand's type; a left shift needs room for the result.
    let (x, _, type) = widened(left, TypedExpression(.integer(count), right.type, at: right.location), result)
    return Code(
      text: "(\(x.text) \(op.rawValue) \(count))", throwing: x.throwing, integer: x.integer.isEmpty ? "Int" : type)
  }

  private func checked(
    _ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression, _ result: IntegerRange?
  ) -> Code {
    let names: [BinaryOperator: String] = [
      .add: "add", .subtract: "subtract", .multiply: "multiply", .divide: "divide", .modulo: "modulo",
    ]
    let (x, y) = (emit(left), emit(right))
    return narrowed("Checked.\(names[op] ?? "")(Int128(\(x.text)), Int128(\(y.text)))", result)
  }

  /// A 128-bit result brought back to 64 bits.
  private func narrowed(_ text: String, _ result: IntegerRange?) -> Code {
    let type = (result ?? .int64).clipped.swift
    return Code(text: "Checked.convert(\(text), to: \(type).self)", throwing: true, integer: type)
  }

  private func bytes(_ op: BinaryOperator, _ left: TypedExpression, _ right: TypedExpression) -> Code {
    let (x, y) = (emit(left), emit(right))
    let throwing = x.throwing || y.throwing
    switch op {
    case .equal, .notEqual:
      let not = op == .notEqual ? "!" : ""
      // Comparing with zeros is how protocols look for sentinels: no array is needed for that.
      if case .bytes(let literal) = right.kind, case .bytes(let count) = left.type, count == literal.count,
        literal.allSatisfy({ $0 == 0 })
      {
        return Code(text: "\(not)\(x.text).isZero", throwing: throwing)
      }
      return Code(text: "\(not)\(x.text).equals(\(y.text))", throwing: throwing)
    default: return Code(text: "(\(x.text).compare(\(y.text)) \(op.rawValue) 0)", throwing: throwing)
    }
  }

  // MARK: Methods

  private func call(
    _ method: TypedExpression.Method, _ base: TypedExpression, _ arguments: [TypedExpression], _ e: TypedExpression
  ) -> Code {
    let code = emit(base)
    let arguments = arguments.map(int)
    let throwing = code.throwing || arguments.contains(where: \.throwing)
    func made(_ text: String, _ canThrow: Bool = false) -> Code { Code(text: text, throwing: throwing || canThrow) }
    switch method {
    case .integerText: return made("String(\(code.text))")
    case .floatInteger: return made("Checked.truncate(\(code.text))", true)
    case .booleanInteger: return made("(\(code.text) ? 1 : 0)")
    case .enumInteger:
      let type = e.type.swift
      return typed(
        made(type == "Int" ? "\(code.text).rawValue" : "\(type)(truncatingIfNeeded: \(code.text).rawValue)"), e.type)
    case .stringLength: return made("\(code.text).count")
    case .stringReverse: return made("String(\(code.text).reversed())")
    case .stringSubstring: return made("\(code.text).substring(\(arguments[0].text), \(arguments[1].text))", true)
    case .stringInteger: return made("\(code.text).integer(radix: \(arguments.first?.text ?? "10"))", true)
    case .bytesLength: return made("\(code.text).byteCount")
    case .bytesText(let encoding): return made("\(code.text).text(.\(encoding))", true)
    case .arrayFirst: return typed(made("\(list(code, base)).firstElement()", true), e.type)
    case .arrayLast: return typed(made("\(list(code, base)).lastElement()", true), e.type)
    case .arraySize: return made("\(code.text).count")
    case .arrayMinimum: return typed(made("\(list(code, base)).smallest()", true), e.type)
    case .arrayMaximum: return typed(made("\(list(code, base)).largest()", true), e.type)
    }
  }

  private func list(_ code: Code, _ base: TypedExpression) -> String {
    if case .array(_, _?) = base.storedType { "\(code.text).elements" } else { code.text }
  }
}

extension Member {
  var name: String {
    switch self {
    case .field(let field): field.name
    case .instance(let instance): instance.name
    case .parameter(let parameter): parameter.name
    }
  }
}

extension Field {
  /// A field with fixed contents is not stored: its value is known.
  var constantContents: Code? {
    guard case .contents(let bytes) = format else { return nil }
    return Code(text: "(\(swiftBytes(bytes)) as [UInt8])")
  }
}

extension Instance {
  /// Whether computing it can fail.
  var isThrowing: Bool {
    let emitter = ExpressionEmitter.property()
    return [value, condition].compactMap(\.self).contains { emitter.emit($0).throwing }
  }
}

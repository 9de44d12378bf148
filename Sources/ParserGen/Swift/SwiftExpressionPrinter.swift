/// Prints the expressions of a program as Swift.
struct SwiftExpressionPrinter {
  /// What names mean in the code of a message's type.
  struct Values {
    /// Of the expressions.
    let owner: TypeDeclaration
    /// Code of the value that the expressions are about, with a dot; empty in the value itself and in its parser.
    var base = ""
    var element = "element"
    var index = "elementIndex"
    var part = "part"
    var selector = "selector"
    var reader = "reader"
  }

  let names: SwiftNames
  /// nil in the code of objects.
  var values: Values?

  /// With `try` in front if needed.
  func tried(_ e: ProgramExpression) -> String { (e.canThrow ? "try " : "") + text(e) }

  /// What a statement decides by. A constant, and that there are two booleans only, is hidden from the compiler, which
  /// would warn of what is never executed.
  func condition(_ e: ProgramExpression) -> String {
    switch e.kind {
    case .boolean(let known): "unfolded(\(known))"
    case .comparison(_, _, let left, _) where left.isSelector && left.representation.isBoolean:
      (e.canThrow ? "try " : "") + "unfolded(\(text(e)))"
    default: tried(e)
    }
  }

  /// The statement that keeps the value which the conditions of a switch compare, if they do.
  func selector(_ e: ProgramExpression, for conditions: [String]) -> String {
    guard conditions.contains(where: { $0.contains("selector") }) else { return "_ = \(tried(e))" }
    let value =
      switch e.kind {
      case .integer, .boolean, .string, .float, .enumCase: "unfolded(\(text(e)))"
      default: tried(e)
      }
    return "let selector: \(names.swift(e.representation)) = \(value)"
  }

  /// Without `try`, which one in front of the whole statement stands for.
  func text(_ e: ProgramExpression) -> String {
    switch e.kind {
    case .integer(let value): return literal(value, e.width ?? .s64)
    case .float(let value): return value.isFinite ? "\(value)" : "Double.infinity"
    case .string(let value): return swiftLiteral(value)
    case .boolean(let value): return "\(value)"
    case .bytes(let value): return "(\(swiftBytes(value)) as [UInt8])"
    case .list(let parts, let element):
      return "([\(parts.map(text).joined(separator: ", "))] as [\(names.swift(element))])"
    case .enumCase(let spec, let member): return "\(names.path(spec)).\(names.enumCase(spec, member))"
    case .this: return "self"
    case .element: return values?.element ?? "element"
    case .elementIndex: return values?.index ?? "elementIndex"
    case .selector: return values?.selector ?? "selector"
    case .candidate: return "candidate"
    case .part: return values?.part ?? "part"
    case .isLittleEndian: return "known(self.isLittleEndian, \"_is_le\")"
    case .parent(let base): return "\(text(base)).parentObject"
    case .root(let base): return "\(text(base)).__root"
    case .stream(let base): return values?.reader ?? "\(text(base)).stream"
    case .field(let base, let attribute):
      return values == nil ? "\(text(base)).\(names.storage(attribute))" : of(base) + names.member(attribute)
    case .instance(let base, let attribute):
      return values == nil ? "\(text(base)).\(names.member(attribute))" : of(base) + names.member(attribute)
    case .parameter(let base, let parameter):
      return values == nil ? "\(text(base)).\(names.storage(parameter))" : of(base) + names.member(parameter)
    case .ancestorMember(let key):
      return values.map { $0.base + names.handed(key, to: $0.owner) } ?? "()"
    case .outcome(let attribute): return "\(names.local(attribute, "result")).get()"
    case .conditional(let condition, let value): return "(\(text(condition)) ? \(text(value)) : nil)"
    case .memberOfAny(let base, let candidates, let representation):
      return memberOfAny(base, candidates, representation)
    case .known(let value, let name):
      return "\(values == nil ? "known" : "required")(\(text(value)), \(swiftLiteral(name)))"
    case .negated(let operand): return "(-\(text(operand)))"
    case .not(let operand): return "(!\(text(operand)))"
    case .complement(let operand): return "(~\(text(operand)))"
    case .arithmetic(let op, let left, let right): return chain(op, left, right)
    case .checkedArithmetic(let op, let left, let right):
      return "\(checked(op))(\(text(left)), \(text(right)))"
    case .comparison(let op, let how, let left, let right):
      // The left side says which type a number on the right is of.
      if case .integer(let value) = right.kind, !left.isLiteral {
        return comparison(op, how, text(left), digits(value))
      }
      return comparison(op, how, text(left), text(right))
    case .logical(let isAnd, _, let right):
      // The right side of && is a closure, which cannot throw a typed error; ?: has none.
      if case .logical(_, let left, _) = e.kind, right.canThrow {
        return isAnd ? "(\(text(left)) ? \(text(right)) : false)" : "(\(text(left)) ? true : \(text(right)))"
      }
      return logical(isAnd, e)
    case .ternary(let condition, let yes, let no): return "(\(text(condition)) ? \(text(yes)) : \(text(no)))"
    case .integerConversion(let value, let width, let isChecked):
      if isChecked { return "Checked.convert(\(text(value)), to: \(width.rawValue).self)" }
      // A value that is known to fit needs no check, which Swift makes wherever the types do not say it.
      let fitsAlways = value.width.map { width.range.contains($0.range) } ?? false
      return "\(width.rawValue)(\(fitsAlways ? "" : "truncatingIfNeeded: ")\(text(value)))"
    case .clamped(let value): return "Int(clamping: \(text(value)))"
    case .floatConversion(let value): return "Double(\(text(value)))"
    case .listConversion(let list, let width): return "Checked.convert(list: \(text(list)), to: \(width.rawValue).self)"
    case .listToBytes(let list): return "Checked.convert(list: \(text(list)), to: UInt8.self)"
    case .array(let value):
      if case .fixedBytes = value.representation { return "\(text(value)).bytes" }
      return "\(text(value)).elements"
    case .isZero(let bytes): return "\(text(bytes)).isZero"
    case .bytesToList(let bytes, let width):
      return width == .u8 ? text(bytes) : "\(text(bytes)).map { \(width.rawValue)(truncatingIfNeeded: $0) }"
    case .enumeration(let value, let spec):
      return "\(names.path(spec))(rawValue: \(converted(text(value), from: value.width, to: names.rawType(spec))))"
    case .enumerationList(let list, let spec):
      return "\(text(list)).map { \(names.path(spec))"
        + "(rawValue: \(names.rawType(spec).rawValue)(truncatingIfNeeded: $0)) }"
    case .enumIsKnown(let value, _): return "\(text(value)).isKnown"
    case .choiceObject(let value): return "\(text(value)).object"
    case .alternative(let value, let choice, let index):
      return "known(\(text(value)).\(ObjectChoicePrinter.accessor(names.alternative(choice, index))), "
        + "\(swiftLiteral(choice.attribute.name)))"
    case .objectCast(let value, let representation):
      if case .object(let type) = representation {
        return "castObject(\(text(value)), to: \(names.path(type)).self, \(swiftLiteral(type.spec.name)))"
      }
      return "known(\(text(value)), \"_parent\")"
    case .anyCast(let value, let representation):
      return "castValue(\(text(value)), to: (\(names.swift(representation))).self)"
    case .subscripted(let base, let index): return "\(text(base)).element(\(text(index)))"
    case .call(.enumInteger, let arguments):
      guard let value = arguments.first, case .enumeration(let spec) = value.representation, let width = e.width else {
        return "0"
      }
      return converted("\(text(value)).rawValue", from: names.rawType(spec), to: width)
    case .call(let function, let arguments): return call(function, arguments.map(text))
    case .joined(let parts): return "([\(flattened(parts).map(text).joined(separator: ", "))] as [String]).joined()"
    }
  }

  /// Code of a value of messages, with a dot.
  private func of(_ base: ProgramExpression) -> String {
    if case .this = base.kind { return values?.base ?? "" }
    return text(base) + "."
  }

  /// An integer in a type that is known to hold it.
  private func converted(_ code: String, from: IntegerWidth?, to width: IntegerWidth) -> String {
    from == width ? code : "\(width.rawValue)(truncatingIfNeeded: \(code))"
  }

  /// `a + b + c` of strings is one text of three parts.
  private func flattened(_ parts: [ProgramExpression]) -> [ProgramExpression] {
    var (result, rest): ([ProgramExpression], [ProgramExpression]) = ([], parts.reversed())
    while let part = rest.popLast() {
      if case .joined(let inner) = part.kind { rest += inner.reversed() } else { result.append(part) }
    }
    return result
  }

  private func literal(_ value: Int128, _ width: IntegerWidth) -> String {
    let digits = digits(value)
    return width == .s64 ? (value < 0 ? "(\(digits))" : digits) : "(\(digits) as \(width.rawValue))"
  }

  /// A constant as a pattern of a Swift `switch`.
  func pattern(_ e: ProgramExpression) -> String {
    if case .integer(let value) = e.kind { digits(value) } else { text(e) }
  }

  private func digits(_ value: Int128) -> String {
    value < 256 ? "\(value)" : "0x" + String(value, radix: 16, uppercase: true)
  }

  /// A sum of thousands of terms is one list for the compiler, which takes ages for as many operators.
  private func chain(_ op: BinaryOperator, _ left: ProgramExpression, _ right: ProgramExpression) -> String {
    let type = names.swift(left.representation)
    var terms = [right]
    var first = left
    while op == .add, case .arithmetic(.add, let inner, let term) = first.kind,
      names.swift(inner.representation) == type
    {
      terms.append(term)
      first = inner
    }
    guard terms.count > 8 else { return "(\(text(left)) \(op.rawValue) \(text(right)))" }
    terms.append(first)
    return "([\(terms.reversed().map(text).joined(separator: ", "))] as [\(type)]).reduce(0, +)"
  }

  /// A chain of one operator is a flat one, and a long one a list: the compiler takes ages for as many operators.
  private func logical(_ isAnd: Bool, _ e: ProgramExpression) -> String {
    var terms: [ProgramExpression] = []
    var first = e
    while case .logical(isAnd, let left, let right) = first.kind, !right.canThrow {
      terms.append(right)
      first = left
    }
    terms.append(first)
    let texts = terms.reversed().map(text)
    guard texts.count > 8 else { return "(\(texts.joined(separator: isAnd ? " && " : " || ")))" }
    return "\(isAnd ? "!" : "")([\(texts.joined(separator: ", "))] as [Bool]).contains(\(!isAnd))"
  }

  private func checked(_ op: BinaryOperator) -> String {
    switch op {
    case .add: "Checked.add"
    case .subtract: "Checked.subtract"
    case .multiply: "Checked.multiply"
    case .divide: "Integer.floorDivide"
    case .modulo: "Integer.floorModulo"
    case .shiftLeft: "Checked.shiftLeft"
    case .shiftRight: "Checked.shiftRight"
    case .bitAnd: "Checked.and"
    case .bitOr: "Checked.or"
    default: "Checked.xor"
    }
  }

  private func comparison(
    _ op: BinaryOperator, _ how: ProgramExpression.Comparison, _ left: String, _ right: String
  ) -> String {
    switch how {
    case .plain: "(\(left) \(op.rawValue) \(right))"
    case .text:
      switch op {
      case .equal: "Text.equal(\(left), \(right))"
      case .notEqual: "(!Text.equal(\(left), \(right)))"
      default: "(Text.compare(\(left), \(right)) \(op.rawValue) 0)"
      }
    case .bytes: "(Bytes.compare(\(left), \(right)) \(op.rawValue) 0)"
    case .storedBytes:
      switch op {
      case .equal: "\(left).equals(\(right))"
      case .notEqual: "(!\(left).equals(\(right)))"
      default: "(\(left).compare(\(right)) \(op.rawValue) 0)"
      }
    case .identity: "(\(left) \(op.rawValue)= \(right))"
    }
  }

  private func memberOfAny(
    _ base: ProgramExpression, _ candidates: [(TypeDeclaration, ProgramExpression)], _ representation: Representation
  ) -> String {
    let cases = candidates.map { type, value in
      "case let candidate as \(names.path(type)): return \(tried(value))"
    }
    let expected = candidates.map(\.0.spec.name).joined(separator: " or ")
    return "{ (object: any ParsedObject) throws(ParseError) -> \(names.swift(representation)) in switch object { "
      + cases.joined(separator: "; ")
      + "; default: throw wrongType(object, expected: \(swiftLiteral(expected))) } }(\(text(base)))"
  }

  private func call(_ function: ProgramExpression.Function, _ arguments: [String]) -> String {
    let first = arguments[0]
    switch function {
    case .integerText, .floatText, .booleanText: return "Text.of(\(first))"
    case .enumText: return "Text.of(\(first).rawValue)"
    case .floatInteger: return "Checked.truncate(\(first))"
    case .booleanInteger: return "(\(first) ? 1 : 0)"
    case .enumInteger: return "\(first).rawValue"
    case .stringLength: return "Text.length(\(first))"
    case .stringReverse: return "Text.reverse(\(first))"
    case .stringSubstring: return "Text.substring(\(first), from: \(arguments[1]), to: \(arguments[2]))"
    case .stringInteger: return "(Text.integer(\(first), radix: \(arguments[1])) as Int)"
    case .bytesLength, .listSize: return "\(first).count"
    case .bytesText: return "Text.decode(\(first), encoding: \(arguments[1]))"
    case .bytesFirst: return "Bytes.first(\(first))"
    case .bytesLast: return "Bytes.last(\(first))"
    case .bytesMinimum: return "Bytes.min(\(first))"
    case .bytesMaximum: return "Bytes.max(\(first))"
    case .listFirst: return "\(first).firstElement()"
    case .listLast: return "\(first).lastElement()"
    case .listMinimum: return "\(first).smallest()"
    case .listMaximum: return "\(first).largest()"
    case .listMinimumText: return "Text.smallest(\(first))"
    case .listMaximumText: return "Text.largest(\(first))"
    case .streamPosition: return "\(first).position"
    case .streamSize: return values == nil ? "\(first).size" : "\(first).size()"
    case .streamIsAtEnd: return values == nil ? "\(first).isAtEnd" : "\(first).isAtEnd()"
    case .floatModulo: return "Checked.modulo(\(arguments[0]), \(arguments[1]))"
    }
  }
}

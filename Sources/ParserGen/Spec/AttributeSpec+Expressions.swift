// The expressions of an attribute, for whoever asks something of all of them.

extension AttributeSpec {
  /// All expressions with the key they belong to, in the order in which they are evaluated; arguments of types too.
  var expressions: [(key: String, expression: Expression)] {
    var all: [(String, Expression?)] = [("if", condition), ("value", value), ("io", io), ("pos", position)]
    switch repetition {
    case .count(let count): all.append(("repeat-expr", count))
    case .until(let end): all.append(("repeat-until", end))
    case .toEnd, nil: break
    }
    all.append(("size", size))
    if case .value(let parent)? = parent { all.append(("parent", parent)) }
    all += process?.arguments.map { ("process", $0) } ?? []
    switch type {
    case .plain(let name): all += name.arguments.map { ("type", $0) }
    case .choice(let choice):
      all.append(("type/switch-on", choice.on))
      for one in choice.cases {
        all.append(("type/cases/\(one.key)", one.match))
        all += one.type.arguments.map { ("type/cases/\(one.key)", $0) }
      }
    case nil: break
    }
    all += valid?.expressions ?? []
    return all.compactMap { key, expression in expression.map { (key, $0) } }
  }
}

extension Constraint {
  /// The expressions with the key they belong to.
  var expressions: [(String, Expression?)] {
    switch self {
    case .equal(let value, let isShort): [(isShort ? "valid" : "valid/eq", value)]
    case .range(let minimum, let maximum): [("valid/min", minimum), ("valid/max", maximum)]
    case .anyOf(let values): values.enumerated().map { ("valid/any-of/\($0)", $1) }
    case .expression(let condition): [("valid/expr", condition)]
    case .inEnum: []
    }
  }
}

extension Expression {
  /// The expressions that this one is made of.
  var operands: [Expression] {
    switch kind {
    case .integer, .float, .string, .boolean, .name, .enumMember: []
    case .array(let elements), .interpolated(let elements): elements
    case .unary(_, let operand): [operand]
    case .binary(_, let left, let right): [left, right]
    case .ternary(let condition, let yes, let no): [condition, yes, no]
    case .member(let base, _, let arguments): [base] + (arguments ?? [])
    case .index(let base, let index): [base, index]
    case .cast(let base, let type): [base] + type.arguments
    case .size(let type, inBits: _): type.arguments
    }
  }
}

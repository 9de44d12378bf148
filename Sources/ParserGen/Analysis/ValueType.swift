/// The type of a field or an expression.
indirect enum ValueType {
  case integer(IntegerRange)
  case float
  case boolean
  case string
  /// `count` bytes; nil where the length varies.
  case bytes(count: Int?)
  /// The range is that of the raw value.
  case enumeration(EnumSpec, IntegerRange)
  case user(ResolvedType)
  case choice(Choice)
  case array(ValueType, count: Int?)
  case stream
  /// The value of something that has an error elsewhere; fits everywhere.
  case unknown

  /// What to call it in a message.
  var name: String {
    switch self {
    case .integer: "an integer"
    case .float: "a floating-point number"
    case .boolean: "a boolean"
    case .string: "a string"
    case .bytes: "bytes"
    case .enumeration(let spec, _): "the enum '\(spec.name)'"
    case .user(let type): "the type '\(type.spec.name)'"
    case .choice: "a switched type"
    case .array(let element, _): "a list of \(element.name)"
    case .stream: "a stream"
    case .unknown: "unknown"
    }
  }

  /// The enum whose values these are.
  var enumeration: EnumSpec? { if case .enumeration(let spec, _) = self { spec } else { nil } }

  var isUnknown: Bool { if case .unknown = self { true } else { false } }

  /// Whether a value of the other type may be used where this is wanted.
  func accepts(_ other: ValueType) -> Bool {
    switch (self, other) {
    case (.unknown, _), (_, .unknown): true
    case (.integer, .integer), (.float, .float), (.float, .integer), (.boolean, .boolean), (.string, .string),
      (.bytes, .bytes), (.stream, .stream):
      true
    case (.enumeration(let left, _), .enumeration(let right, _)): left == right
    case (.user(let left), .user(let right)): left === right
    case (.choice(let left), .choice(let right)): left === right
    case (.array(let left, _), .array(let right, _)): left.accepts(right)
    default: false
    }
  }

  /// The type of a value that is one or the other; nil where they do not fit.
  func joined(with other: ValueType) -> ValueType? {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): .integer(left.union(right))
    case (.integer, .float), (.float, .integer): .float
    case (.enumeration(let left, let a), .enumeration(let right, let b)) where left == right:
      .enumeration(left, a.union(b))
    case (.bytes(let left), .bytes(let right)): .bytes(count: left == right ? left : nil)
    case (.array(let left, _), .array(let right, _)): left.joined(with: right).map { .array($0, count: nil) }
    default: accepts(other) ? (isUnknown ? other : self) : nil
    }
  }
}

/// A `switch-on` type: one of several, by a value.
final class Choice {
  struct Case {
    /// Name of the case in the generated enum.
    var name: String
    var type: ValueType
  }

  struct Branch {
    /// nil for `_`.
    var match: TypedExpression?
    /// Index into `cases`.
    var caseIndex: Int
    var format: FieldFormat
    var location: SourceLocation
  }

  let name: String
  unowned let owner: ResolvedType
  var on: TypedExpression?
  var cases: [Case] = []
  var branches: [Branch] = []
  /// The case for bytes that no branch matches, where a size is declared.
  var rawCaseIndex: Int?

  init(name: String, owner: ResolvedType) {
    self.name = name
    self.owner = owner
  }

  var hasDefault: Bool { rawCaseIndex != nil || branches.contains { $0.match == nil } }
}

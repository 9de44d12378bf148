/// An element of `seq`, as written.
final class AttributeSpec {
  let name: String
  let location: SourceLocation
  let path: String
  /// An attribute without an `id` is parsed, but not kept.
  let isNamed: Bool

  /// Where each key stands.
  var places: [String: SourceLocation] = [:]
  /// Whether something is wrong with it already, so that what follows from that is not worth a word.
  var isBroken = false
  var doc = Documentation()
  var type: TypeUse?
  var contents: [UInt8]?
  var condition: Expression?
  var repetition: Repetition?
  var size: Expression?
  var sizeToEnd = false
  var terminator: Terminator?
  var padRight: UInt8?
  var encoding: NameReference?
  var enumName: NameReference?
  var valid: Constraint?
  var sql = AttributeSQL()

  init(name: String, isNamed: Bool, location: SourceLocation, path: String) {
    self.name = name
    self.isNamed = isNamed
    self.location = location
    self.path = path
  }
}

extension AttributeSpec: Hashable {
  static func == (left: AttributeSpec, right: AttributeSpec) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// An instance by value; instances that are parsed are not supported yet.
final class InstanceSpec {
  let name: String
  let location: SourceLocation
  let path: String
  let value: Expression
  var doc = Documentation()
  var condition: Expression?
  var enumName: NameReference?
  var valid: Constraint?
  /// nil: no column, as is the default for instances.
  var sql: AttributeSQL?

  init(name: String, location: SourceLocation, path: String, value: Expression) {
    self.name = name
    self.location = location
    self.path = path
    self.value = value
  }
}

extension InstanceSpec: Hashable {
  static func == (left: InstanceSpec, right: InstanceSpec) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// What `type` says.
enum TypeUse {
  case plain(TypeName)
  case choice(on: Expression, cases: [ChoiceCase])
}

/// A case of a `switch-on`; `match` is nil for `_`.
struct ChoiceCase {
  var match: Expression?
  var type: TypeName
  var location: SourceLocation
}

enum Repetition {
  case toEnd
  case count(Expression)
  case until(Expression)
}

/// A byte that ends a field.
struct Terminator {
  var byte: UInt8
  var include = false
  var consume = true
  var required = true
}

/// What `valid` says.
enum Constraint {
  case equal(Expression)
  case range(minimum: Expression?, maximum: Expression?)
  case anyOf([Expression])
  case expression(Expression)
  case inEnum

  var expressions: [Expression] {
    switch self {
    case .equal(let value), .expression(let value): [value]
    case .range(let minimum, let maximum): [minimum, maximum].compactMap(\.self)
    case .anyOf(let values): values
    case .inEnum: []
    }
  }
}

/// An element of `seq` or an instance, as written. An instance is an attribute with `pos`, `io` or `value`.
///
/// A class, because attributes are compared and looked up by identity. Nothing of it changes once it has been read.
final class AttributeSpec {
  enum Role: Equatable {
    /// An element of `seq`, by its place there.
    case field(Int)
    case instance
  }

  /// The `id`, or the key of an instance; `_unnamed3` for the fourth element of `seq` where it has none.
  let name: String
  let role: Role
  let location: SourceLocation
  /// Kaitai path, `/types/header/seq/0`; a key's path is this, `/` and the key.
  let path: String
  /// An attribute without an `id` is parsed, but not kept.
  let isNamed: Bool

  /// Where each key stands.
  var places: [String: SourceLocation] = [:]
  /// Where the value of each key stands.
  var valuePlaces: [String: SourceLocation] = [:]
  /// Whether something is wrong with it already, so that what follows from that is not worth a word.
  var isBroken = false
  var doc = Documentation()
  var type: TypeUse?
  var contents: [UInt8]?
  var condition: Expression?
  var repetition: Repetition?
  var size: Expression?
  var sizeToEnd = false
  /// The bytes of `terminator`; nil where there is none. A `strz` has one by its type, without this.
  var terminator: [UInt8]?
  var include: Bool?
  var consume: Bool?
  /// `eos-error`
  var requiresTerminator: Bool?
  var padRight: UInt8?
  var encoding: NameReference?
  var enumName: NameReference?
  var valid: Constraint?
  var process: ProcessSpec?
  var parent: ParentSpec?
  var position: Expression?
  var io: Expression?
  var value: Expression?
  /// nil where the attribute says nothing: a field gets a column, an instance does not.
  var sql: AttributeSQL?

  init(name: String, role: Role, isNamed: Bool, location: SourceLocation, path: String) {
    self.name = name
    self.role = role
    self.isNamed = isNamed
    self.location = location
    self.path = path
  }

  /// Whether it is computed from others and has no bytes of its own.
  var isComputed: Bool { value != nil }

  /// The place of a key's value, else of the attribute.
  func place(_ key: String) -> SourceLocation { valuePlaces[key] ?? places[key] ?? location }
}

extension AttributeSpec: Hashable {
  static func == (left: AttributeSpec, right: AttributeSpec) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// What `type` says.
enum TypeUse {
  case plain(TypeName)
  case choice(SwitchSpec)
}

/// `switch-on` with its `cases`.
struct SwitchSpec {
  var on: Expression
  var cases: [SwitchCase]
}

/// A case of a switch; `match` is nil for `_`.
struct SwitchCase {
  /// As it is spelled.
  var key: String
  var match: Expression?
  var type: TypeName
  /// Of the key.
  var location: SourceLocation
}

enum Repetition {
  case toEnd
  case count(Expression)
  case until(Expression)
}

/// `process`: how the bytes are transformed before they are parsed.
struct ProcessSpec {
  /// `xor`, `rol`, `ror`, `zlib`, or the parts of a custom processor's name, split at the dots.
  var name: [String]
  var arguments: [Expression]
  var location: SourceLocation

  /// Kaitai's own processors, and the number of arguments each takes.
  static let builtins = ["xor": 1, "rol": 1, "ror": 1, "zlib": 0]

  var isBuiltin: Bool { name.count == 1 && Self.builtins[name[0]] != nil }
}

/// `parent`: what the value's `_parent` is instead of the value around it.
enum ParentSpec {
  /// `parent: false`
  case none
  case value(Expression)
}

/// What `valid` says.
enum Constraint {
  /// `isShort` where the value stands right behind `valid:`, without `eq`.
  case equal(Expression, isShort: Bool)
  case range(minimum: Expression?, maximum: Expression?)
  case anyOf([Expression])
  case expression(Expression)
  case inEnum
}

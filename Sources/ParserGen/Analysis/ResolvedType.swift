/// A type whose names and types are resolved: what the emitters work from.
final class ResolvedType {
  let spec: TypeSpec
  var fields: [Field] = []
  var instances: [Instance] = []
  var parameters: [Parameter] = []
  /// Members of ancestors that the type uses; they are passed to its parser.
  var needs: [Need] = []
  /// What each need is.
  var needMembers: [Need: Member] = [:]
  /// The needs that instances use, so that a parsed value has to keep them.
  var keptNeeds: Set<Need> = []
  /// The types that have a field of this type.
  var users: [ResolvedType] = []
  var choices: [Choice] = []
  /// Whether a value can contain another of the same type.
  var isRecursive = false
  /// Bytes, where every value has the same size.
  var fixedSize: Int?
  /// At least as many bytes as this.
  var minimumSize: Int { knownMinimumSize ?? 0 }
  /// nil as long as nobody has asked.
  var knownMinimumSize: Int?
  var answeredBy: StreamUse?
  var followedBy: StreamUse?

  init(_ spec: TypeSpec) { self.spec = spec }

  var isRoot: Bool { spec.parent == nil }

  func field(_ name: String) -> Field? { fields.first { $0.name == name && $0.spec.isNamed } }
  func instance(_ name: String) -> Instance? { instances.first { $0.name == name } }
  func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

  /// The part of a message that its kind decides: the last field that a switch chooses the type of.
  var content: (field: Field, choice: Choice)? {
    for field in fields.reversed() where field.repetition == nil && field.spec.isNamed {
      if case .choice(let choice) = field.elementType { return (field, choice) }
    }
    return nil
  }

  /// All names that an expression may use after a dot.
  var memberNames: [String] {
    fields.filter(\.spec.isNamed).map(\.name) + instances.map(\.name) + parameters.map(\.name)
  }
}

/// A response stream and the arguments for it.
struct StreamUse {
  var type: ResolvedType
  var arguments: [TypedExpression]
}

/// A resolved element of `seq`.
final class Field {
  let spec: AttributeSpec
  unowned let owner: ResolvedType
  /// Place in `seq`.
  let index: Int
  /// Of one element, where the field is repeated.
  var elementType = ValueType.unknown
  var format = FieldFormat.bytes
  var sizing = Sizing.natural
  var condition: TypedExpression?
  var repetition: ResolvedRepetition?
  var constraint: ResolvedConstraint?
  /// Whether the layout of what follows depends on the value, so that a wrong one ends the message.
  var decidesLayout = false

  init(_ spec: AttributeSpec, owner: ResolvedType, index: Int) {
    self.spec = spec
    self.owner = owner
    self.index = index
  }

  var name: String { spec.isNamed ? spec.name : "unnamed\(index)" }

  /// A field gets a column where it says nothing else.
  var sql: AttributeSQL { spec.sql ?? AttributeSQL() }

  var terminator: Terminator? { Terminator(spec) }

  /// Whether a value may lack the field: it has an `if`, or no case of its switch may match.
  var isOptional: Bool {
    if condition != nil { return true }
    if case .choice(let choice) = elementType { return spec.repetition == nil && !choice.hasDefault }
    return false
  }

  /// The type of the whole field.
  var type: ValueType {
    spec.repetition == nil ? elementType : .array(elementType, count: repetition?.inlineCount)
  }
}

/// How the bytes of a field are read.
enum FieldFormat {
  case integer(bytes: Int, isSigned: Bool, Endianness)
  case float(bytes: Int, Endianness)
  case bytes
  case contents([UInt8])
  case string(encoding: String)
  case user(ResolvedType, arguments: [TypedExpression])
  case choice(Choice)
}

/// Where a field's bytes end.
enum Sizing {
  /// As its format says.
  case natural
  case constant(Int)
  case computed(TypedExpression)
  case toEnd
  case terminated(Terminator)
}

/// A byte that ends a field.
struct Terminator {
  var byte: UInt8
  var include: Bool
  var consume: Bool
  var required: Bool

  init?(_ spec: AttributeSpec) {
    // A `strz` has a terminator without saying so.
    let implied: [UInt8]? = if case .plain(let name)? = spec.type, name.text == "strz" { [0] } else { nil }
    guard let byte = (spec.terminator ?? implied)?.first else { return nil }
    self.byte = byte
    include = spec.include ?? false
    consume = spec.consume ?? true
    required = spec.requiresTerminator ?? true
  }
}

enum ResolvedRepetition {
  /// `inline`: few enough and of fixed size, so that the elements are stored in the value itself.
  case fixed(Int)
  case count(TypedExpression)
  case toEnd
  case until(TypedExpression)

  var inlineCount: Int? { if case .fixed(let count) = self { count } else { nil } }
}

/// A `valid` whose expressions are resolved.
enum ResolvedConstraint {
  case equal(TypedExpression)
  case range(minimum: TypedExpression?, maximum: TypedExpression?)
  case anyOf([TypedExpression])
  case expression(TypedExpression)
  case inEnum(EnumSpec)

  var expressions: [TypedExpression] {
    switch self {
    case .equal(let value), .expression(let value): [value]
    case .range(let minimum, let maximum): [minimum, maximum].compactMap(\.self)
    case .anyOf(let values): values
    case .inEnum: []
    }
  }
}

/// A resolved instance by value.
final class Instance {
  let spec: AttributeSpec
  unowned let owner: ResolvedType
  var value: TypedExpression?
  var condition: TypedExpression?
  var constraint: ResolvedConstraint?
  var type = ValueType.unknown
  var decidesLayout = false
  enum Progress { case waiting, running, done }
  var progress = Progress.waiting

  init(_ spec: AttributeSpec, owner: ResolvedType) {
    self.spec = spec
    self.owner = owner
  }

  var name: String { spec.name }
  var isOptional: Bool { condition != nil }

  /// The place in `seq` of the last field that the instance is computed from; -1 if there is none.
  var lastField: Int {
    var last = -1
    for expression in [value, condition].compactMap(\.self) + (constraint?.expressions ?? []) {
      expression.walk { part in
        if case .own(.field(let field)) = part.kind { last = max(last, field.index) }
        if case .own(.instance(let inner)) = part.kind, inner !== self { last = max(last, inner.lastField) }
      }
    }
    return last
  }
}

final class Parameter {
  let spec: ParamSpec
  unowned let owner: ResolvedType
  var type = ValueType.unknown
  /// Set where a layout depends on it: then it depends on the arguments too.
  var decidesLayout = false

  init(_ spec: ParamSpec, owner: ResolvedType) {
    self.spec = spec
    self.owner = owner
  }

  var name: String { spec.name }
}

/// A member of an ancestor that is passed down.
struct Need: Hashable {
  enum Anchor: Hashable {
    case root
    /// 1 is `_parent`, 2 is `_parent._parent`.
    case parent(Int)
  }

  var anchor: Anchor
  var member: String
}

/// A field, instance or parameter: what a name in an expression can mean.
enum Member {
  case field(Field)
  case instance(Instance)
  case parameter(Parameter)

  var type: ValueType {
    switch self {
    case .field(let field): field.type
    case .instance(let instance): instance.type
    case .parameter(let parameter): parameter.type
    }
  }

  var isOptional: Bool {
    switch self {
    case .field(let field): field.isOptional
    case .instance(let instance): instance.isOptional
    case .parameter: false
    }
  }
}

extension ResolvedType {
  func member(_ name: String) -> Member? {
    field(name).map(Member.field) ?? instance(name).map(Member.instance) ?? parameter(name).map(Member.parameter)
  }
}

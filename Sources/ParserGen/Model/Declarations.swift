/// A type that a description declares, and what is known of it.
final class TypeDeclaration {
  let spec: TypeSpec
  unowned let model: Model
  /// The type around it.
  private(set) weak var enclosing: TypeDeclaration?
  private(set) var parameters: [ParameterDeclaration] = []
  /// The elements of `seq`.
  private(set) var fields: [AttributeDeclaration] = []
  private(set) var instances: [AttributeDeclaration] = []
  private(set) var types: [TypeDeclaration] = []

  /// Members and types by their names: descriptions have thousands of them.
  private var members: [String: MemberDeclaration] = [:]
  private var typesByName: [String: TypeDeclaration] = [:]

  let parentTypes = Query<[TypeDeclaration]>()
  let bitCount = Query<Int?>()
  let minimumQuery = Query<Int>()
  let recursionQuery = Query<Bool>()
  let valueSizeQuery = Query<Int>()
  let directTypesQuery = Query<[TypeDeclaration]>()

  init(_ spec: TypeSpec, model: Model, enclosing: TypeDeclaration?) {
    self.spec = spec
    self.model = model
    self.enclosing = enclosing
    parameters = spec.params.map { ParameterDeclaration($0, owner: self) }
    fields = spec.seq.map { AttributeDeclaration($0, owner: self) }
    instances = spec.instances.map { AttributeDeclaration($0, owner: self) }
    types = spec.types.map { TypeDeclaration($0, model: model, enclosing: self) }
    func add(_ name: String, _ member: MemberDeclaration) { members[name] = members[name] ?? member }
    for field in fields where field.spec.isNamed { add(field.spec.name, .attribute(field)) }
    for instance in instances { add(instance.spec.name, .attribute(instance)) }
    for parameter in parameters { add(parameter.spec.name, .parameter(parameter)) }
    typesByName = Dictionary(types.map { ($0.spec.name, $0) }) { first, _ in first }
  }

  /// The root type of its file.
  var root: TypeDeclaration { enclosing?.root ?? self }
  var isRoot: Bool { enclosing == nil }
  /// This type and all below it.
  var withDescendants: [TypeDeclaration] { [self] + types.flatMap(\.withDescendants) }
  var attributes: [AttributeDeclaration] { fields + instances }
  /// `png::chunk`
  var qualifiedName: String { spec.qualifiedName }

  func member(_ name: String) -> MemberDeclaration? { members[name] }

  /// The type that is declared in this one by a name.
  func inner(_ name: String) -> TypeDeclaration? { typesByName[name] }

  /// All names that an expression may use after a dot.
  var memberNames: [String] {
    fields.filter(\.spec.isNamed).map(\.spec.name) + instances.map(\.spec.name) + parameters.map(\.spec.name)
  }
}

/// An element of `seq` or an instance.
final class AttributeDeclaration {
  let spec: AttributeSpec
  unowned let owner: TypeDeclaration

  let elementTypeQuery = Query<DataType>()
  let valueQuery = Query<ResolvedExpression?>()
  let switchQuery = Query<SwitchDeclaration?>()
  let formatQuery = Query<ElementFormat>()
  let usesQuery = Query<[ExpressionUse]>()
  let typeUsesQuery = Query<[ParsedTypeUse]>()
  let throwsQuery = Query<Bool>()

  init(_ spec: AttributeSpec, owner: TypeDeclaration) {
    self.spec = spec
    self.owner = owner
  }

  var name: String { spec.name }
  var isInstance: Bool { spec.role == .instance }
  var isRepeated: Bool { spec.repetition != nil }
  func path(_ key: String) -> String { "\(spec.path)/\(key)" }
}

final class ParameterDeclaration {
  let spec: ParamSpec
  unowned let owner: TypeDeclaration
  let typeQuery = Query<DataType>()

  init(_ spec: ParamSpec, owner: TypeDeclaration) {
    self.spec = spec
    self.owner = owner
  }

  var name: String { spec.name }
}

/// What a name in an expression can mean.
enum MemberDeclaration {
  case attribute(AttributeDeclaration)
  case parameter(ParameterDeclaration)

  var name: String {
    switch self {
    case .attribute(let attribute): attribute.name
    case .parameter(let parameter): parameter.name
    }
  }

  var type: DataType {
    switch self {
    case .attribute(let attribute): attribute.type
    case .parameter(let parameter): parameter.type
    }
  }

  /// Whether an object may lack it.
  var isOptional: Bool {
    switch self {
    case .attribute(let attribute): attribute.isOptional
    case .parameter: false
    }
  }
}

/// What a `switch-on` chooses from.
final class SwitchDeclaration {
  /// A kind of value that the attribute can have.
  struct Alternative {
    /// As a description would write its type; `bytes` for what no case matches.
    var name: String
    var type: DataType
  }

  struct Branch {
    /// nil for `_`, and for what no case matches where a size is declared.
    var spec: SwitchCase?
    var format: ElementFormat
    var alternative: Int
  }

  unowned let attribute: AttributeDeclaration
  let spec: SwitchSpec
  let alternatives: [Alternative]
  let branches: [Branch]

  init(
    _ attribute: AttributeDeclaration, _ spec: SwitchSpec, alternatives: [Alternative], branches: [Branch]
  ) {
    self.attribute = attribute
    self.spec = spec
    self.alternatives = alternatives
    self.branches = branches
  }

  /// Whether some branch is taken whatever the value.
  var isComplete: Bool { branches.contains { $0.spec?.match == nil } }

  /// The one type that all alternatives have in common, if there is one: then no value needs to say which it is.
  var joined: DataType? {
    var result: DataType?
    for alternative in alternatives {
      guard let known = result else {
        result = alternative.type
        continue
      }
      switch (known, alternative.type) {
      case (.object(let left), .object(let right)) where left !== right: return nil
      default: break
      }
      guard let both = known.joined(with: alternative.type) else { return nil }
      result = both
    }
    return result
  }
}

/// How the bytes of one element are read.
enum ElementFormat {
  case integer(bytes: Int, isSigned: Bool, ByteOrder)
  case float(bytes: Int, ByteOrder)
  case bits(Int, Endianness)
  case bytes
  case contents([UInt8])
  /// A `strz` ends with a zero unit of its encoding unless a `terminator` is given.
  case string(encoding: String, isZeroTerminated: Bool)
  case object(TypeDeclaration, TypeName)
  case opaque(TypeName)
  case unknown

  /// Whether it has bytes of a size of its own.
  var hasOwnSize: Bool {
    switch self {
    case .integer, .float, .bits, .contents: true
    default: false
    }
  }
}

/// The byte order of a number: one that is known, or the one that the type has found out.
enum ByteOrder {
  case fixed(Endianness)
  case computed
}

/// A description whose names mean something: its declarations, and questions about them.
///
/// Questions are answered when they are asked, in any order, once, and always with the same answer; what is wrong is
/// reported by whoever finds it. Nothing of a declaration is changed.
final class Model {
  /// The root types of all files: the description's own, then what it imports, then those of opaque types.
  private(set) var roots: [TypeDeclaration] = []
  let diagnostics: Diagnostics
  let queries = QueryLog()
  private var declarations: [TypeSpec: TypeDeclaration] = [:]
  private let users = Query<[ObjectIdentifier: [TypeUser]]>()
  let ancestorMembers = Query<[ObjectIdentifier: [AncestorMember]]>()
  let layoutMembers = Query<Set<ObjectIdentifier>>()
  let messageTypesQuery = Query<[TypeDeclaration]>()
  private let enumRanges = Query<[ObjectIdentifier: IntegerRange]>()

  /// - Parameters:
  ///   - root: the description's root type, with its imports.
  ///   - opaque: root types of descriptions of opaque types.
  init(_ root: TypeSpec, opaque: [TypeSpec] = [], diagnostics: Diagnostics) {
    self.diagnostics = diagnostics
    var files = [root] + opaque
    var next = 0
    while next < files.count {
      files += files[next].imports.filter { !files.contains($0) }
      next += 1
    }
    roots = files.map { TypeDeclaration($0, model: self, enclosing: nil) }
    for type in types { declarations[type.spec] = type }
  }

  var root: TypeDeclaration { roots[0] }
  /// All types of all files, in the order in which they are written.
  var types: [TypeDeclaration] { roots.flatMap(\.withDescendants) }

  var enums: [EnumSpec] { types.flatMap(\.spec.enums) }
  var transport: TransportSpec { root.spec.meta.stream ?? TransportSpec() }

  func declaration(_ spec: TypeSpec) -> TypeDeclaration? { declarations[spec] }

  /// Where a type is parsed: by which attribute of which type.
  struct TypeUser {
    var attribute: AttributeDeclaration
  }

  /// The attributes of any type that parse values of this type.
  func users(of type: TypeDeclaration) -> [TypeUser] {
    let all = users.answer(queries, cycle: [:]) {
      var found: [ObjectIdentifier: [TypeUser]] = [:]
      for attribute in types.flatMap(\.attributes) {
        for inner in attribute.parsedTypes {
          found[ObjectIdentifier(inner), default: []].append(TypeUser(attribute: attribute))
        }
      }
      return found
    }
    return all[ObjectIdentifier(type)] ?? []
  }

  /// The integers that values of an enum can be, whether it lists them or not.
  func range(of spec: EnumSpec) -> IntegerRange {
    let all = enumRanges.answer(queries, cycle: [:]) {
      var found: [ObjectIdentifier: IntegerRange] = [:]
      func add(_ type: DataType) {
        switch type {
        case .enumeration(let spec, let range):
          found[ObjectIdentifier(spec), default: range] = found[ObjectIdentifier(spec), default: range].union(range)
        case .array(let element): add(element)
        case .choice(let choice): choice.alternatives.forEach { add($0.type) }
        default: break
        }
      }
      for type in types {
        type.attributes.forEach { add($0.elementType) }
        type.parameters.forEach { add($0.type) }
      }
      return found
    }
    let listed = spec.members.map { IntegerRange(lower: $0.value, upper: $0.value) }
    return listed.reduce(all[ObjectIdentifier(spec)] ?? IntegerRange(lower: 0, upper: 0)) { $0.union($1) }
  }
}

extension TypeDeclaration {
  /// The types whose attributes parse values of this type.
  var userTypes: [TypeDeclaration] {
    model.users(of: self).map(\.attribute.owner).reduce(into: []) { found, type in
      if !found.contains(where: { $0 === type }) { found.append(type) }
    }
  }
}

extension AttributeDeclaration {
  /// The user types that a value of the attribute can be parsed as.
  var parsedTypes: [TypeDeclaration] {
    guard !spec.isComputed else { return [] }
    let names: [TypeName] =
      switch spec.type {
      case nil: []
      case .plain(let name): [name]
      case .choice(let choice): choice.cases.map(\.type)
      }
    return names.compactMap { name in
      PrimitiveType(name) == nil ? owner.type(named: name) : nil
    }
  }
}

extension TypeDeclaration {
  /// What `_parent` can be: the types whose attributes parse values of this type, or what `parent` says there.
  var parents: [TypeDeclaration] {
    parentTypes.answer(model.queries, cycle: []) {
      var found: [TypeDeclaration] = []
      var seen: Set<ObjectIdentifier> = []
      func add(_ type: TypeDeclaration) {
        if seen.insert(ObjectIdentifier(type)).inserted { found.append(type) }
      }
      for user in model.users(of: self) {
        switch user.attribute.spec.parent {
        case .some(.none): continue
        case .value(let expression):
          let typing = ExpressionTyping(user.attribute.context(for: "parent"), isQuiet: true)
          typing.type(expression).type.objects.forEach(add)
        case nil:
          // What another file describes knows nothing of this one.
          if user.attribute.owner.root === root { add(user.attribute.owner) }
        }
      }
      return found
    }
  }

  /// The size of a value in bits, where it never changes.
  var fixedBits: Int? {
    bitCount.answer(model.queries, cycle: nil) {
      var total = 0
      for field in fields {
        guard let bits = field.fixedBits else { return nil }
        // A field that is no bit field begins at a byte.
        if !field.isBitField { total = (total + 7) / 8 * 8 }
        let (sum, overflow) = total.addingReportingOverflow(bits)
        guard !overflow, sum < 1 << 40 else { return nil }
        total = sum
      }
      return total
    }
  }
}

extension AttributeDeclaration {
  var isBitField: Bool { if case .bits = format { true } else { false } }

  /// The size in bits, where it never changes.
  var fixedBits: Int? {
    guard spec.condition == nil else { return nil }
    guard let element = elementBits else { return nil }
    switch spec.repetition {
    case nil: return element
    case .count(let count):
      guard case .integer(let count) = count.kind, let count = Int(exactly: count) else { return nil }
      let (product, overflow) = element.multipliedReportingOverflow(by: count)
      return overflow ? nil : product
    default: return nil
    }
  }

  /// The size of one element in bits, where it never changes.
  var elementBits: Int? {
    if let size = spec.size {
      guard let value = sizeExpression(size).constant, let bytes = Int(exactly: value), bytes < 1 << 36 else {
        return nil
      }
      return bytes * 8
    }
    guard !spec.sizeToEnd, spec.terminator == nil else { return nil }
    switch format {
    case .integer(let bytes, _, _), .float(let bytes, _): return bytes * 8
    case .bits(let count, _): return count
    case .contents(let bytes): return bytes.count * 8
    case .object(let type, _): return type.fixedBits
    default: return nil
    }
  }
}

// Types and enums are found by name from a type outwards, as in Kaitai: the type itself, those in it, those of the types
// around it, then the root types of all files.
extension TypeDeclaration {
  /// The type that a name means here.
  func type(named name: TypeName) -> TypeDeclaration? {
    type(path: name.scope + [name.name], isAbsolute: name.isAbsolute)
  }

  func type(path: [String], isAbsolute: Bool = false) -> TypeDeclaration? {
    guard let first = path.first else { return nil }
    return path.dropFirst().reduce(isAbsolute ? rootType(first) : firstType(first)) { owner, name in
      owner?.inner(name)
    }
  }

  private func firstType(_ name: String) -> TypeDeclaration? {
    for owner in outwards {
      if let found = owner.inner(name) { return found }
      if owner.spec.name == name { return owner }
    }
    return rootType(name)
  }

  private func rootType(_ name: String) -> TypeDeclaration? { model.roots.first { $0.spec.name == name } }

  /// The enum that a path means here; its last part is the enum's name.
  func enumeration(path: [String], isAbsolute: Bool = false) -> EnumSpec? {
    guard let name = path.last else { return nil }
    let scope = Array(path.dropLast())
    guard !scope.isEmpty || isAbsolute else {
      return outwards.lazy.compactMap { $0.spec.enums.first { $0.name == name } }.first
    }
    return type(path: scope, isAbsolute: isAbsolute)?.spec.enums.first { $0.name == name }
  }

  /// The type and those around it, from the inside.
  private var outwards: [TypeDeclaration] { Array(sequence(first: self) { $0.enclosing }) }

  /// Names of the types that can be used here without a scope, for suggestions.
  var visibleTypes: [String] { outwards.flatMap { $0.types.map(\.spec.name) } + model.roots.map(\.spec.name) }
  var visibleEnums: [String] { outwards.flatMap { $0.spec.enums.map(\.name) } }

  /// The nearest `meta` from here outwards that says something.
  func inherited<Value>(_ key: (MetaSpec) -> Value?) -> (value: Value, owner: TypeDeclaration)? {
    for type in outwards {
      if let value = key(type.spec.meta) { return (value, type) }
    }
    return nil
  }
}

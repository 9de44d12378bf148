/// Finds types and enums by name, from a type outwards as Kaitai does: own types, those of the types around, imports.
struct TypeScope {
  /// Every type of every file.
  let types: [TypeSpec: ResolvedType]

  func type(_ scope: [String], _ name: String, from origin: TypeSpec) -> ResolvedType? {
    search(scope + [name], from: origin) { owner, name in owner.types.first { $0.name == name } }.flatMap { types[$0] }
  }

  func enumeration(_ path: [String], from origin: TypeSpec) -> EnumSpec? {
    guard let name = path.last else { return nil }
    for owner in owners(of: Array(path.dropLast()), from: origin) {
      if let found = owner.enums.first(where: { $0.name == name }) { return found }
    }
    return nil
  }

  /// Names of the types that can be used without a scope, for suggestions.
  func visibleTypes(from origin: TypeSpec) -> [String] {
    enclosing(origin).flatMap { $0.types.map(\.name) } + [origin.root.name] + origin.root.imports.map(\.name)
  }

  func visibleEnums(from origin: TypeSpec) -> [String] {
    enclosing(origin).flatMap { $0.enums.map(\.name) }
  }

  private func enclosing(_ origin: TypeSpec) -> [TypeSpec] {
    Array(sequence(first: origin) { $0.parent })
  }

  private func search(
    _ path: [String], from origin: TypeSpec, _ child: (TypeSpec, String) -> TypeSpec?
  ) -> TypeSpec? {
    func descend(_ start: TypeSpec, _ rest: ArraySlice<String>) -> TypeSpec? {
      rest.reduce(start) { owner, name in owner.flatMap { child($0, name) } }
    }
    for owner in enclosing(origin) {
      if let found = descend(owner, path[...]) { return found }
    }
    let roots = [origin.root] + origin.root.imports
    return roots.first { $0.name == path[0] }.flatMap { descend($0, path.dropFirst()) }
  }

  /// The types in which the last part of a scoped name is to be looked for.
  private func owners(of scope: [String], from origin: TypeSpec) -> [TypeSpec] {
    guard !scope.isEmpty else { return enclosing(origin) + origin.root.imports }
    return search(scope, from: origin) { owner, name in owner.types.first { $0.name == name } }.map { [$0] } ?? []
  }
}

extension ArraySlice<String> {
  fileprivate func reduce(_ start: TypeSpec, _ step: (TypeSpec?, String) -> TypeSpec?) -> TypeSpec? {
    var current: TypeSpec? = start
    for name in self { current = step(current, name) }
    return current
  }
}

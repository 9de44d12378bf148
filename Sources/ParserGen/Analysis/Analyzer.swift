/// A description with every name, type and size found out.
final class AnalyzedSpecification {
  let root: ResolvedType
  /// All types of all files, in the order in which they are written.
  let types: [ResolvedType]
  let enums: [EnumSpec]

  init(root: ResolvedType, types: [ResolvedType]) {
    self.root = root
    self.types = types
    enums = types.flatMap(\.spec.enums)
  }

  var transport: TransportSpec { root.spec.meta.stream ?? TransportSpec() }
}

/// Runs the analyses in order; each finds what the next builds on.
struct Analyzer {
  private let root: TypeSpec
  private let diagnostics: Diagnostics
  private let scope: TypeScope
  private let types: [ResolvedType]

  /// - Returns: nil if there are errors, which are then in `diagnostics`.
  static func analyze(_ root: TypeSpec, _ diagnostics: Diagnostics) -> AnalyzedSpecification? {
    let analyzer = Analyzer(root, diagnostics)
    analyzer.run()
    guard diagnostics.isEmpty, let resolved = analyzer.scope.types[root] else { return nil }
    return AnalyzedSpecification(root: resolved, types: analyzer.types)
  }

  private init(_ root: TypeSpec, _ diagnostics: Diagnostics) {
    self.root = root
    self.diagnostics = diagnostics
    var files = [root]
    var next = 0
    while next < files.count {
      files += files[next].imports.filter { !files.contains($0) }
      next += 1
    }
    types = files.flatMap(\.withDescendants).map(ResolvedType.init)
    scope = TypeScope(types: Dictionary(uniqueKeysWithValues: types.map { ($0.spec, $0) }))
  }

  private func run() {
    // What builds on something unsupported would only be complained of once more.
    guard UnsupportedFeatures(diagnostics: diagnostics).check(types.map(\.spec)) else { return }
    NameConflicts(diagnostics: diagnostics).check(types.filter(\.isRoot).map(\.spec))
    let instances = InstanceAnalyzer(scope: scope, diagnostics: diagnostics)
    let fields = FieldAnalyzer(scope: scope, checker: instances.checker, diagnostics: diagnostics)
    for type in types { declare(type, fields) }
    for type in types { type.fields.forEach(fields.resolveType) }
    for type in types { type.instances.forEach(instances.resolve) }
    for type in types { type.fields.forEach(fields.resolveExpressions) }
    for type in types { instances.resolveConstraints(of: type, fields) }
    ConversationAnalyzer(scope: scope, fields: fields, diagnostics: diagnostics).analyze(types)
    // Sizes and dependencies of broken expressions would only produce more, misleading errors.
    guard diagnostics.isEmpty else { return }
    LayoutAnalyzer(diagnostics: diagnostics).analyze(types)
    DependencyAnalyzer(diagnostics: diagnostics).analyze(types)
  }

  /// Gives a type its members.
  private func declare(_ type: ResolvedType, _ fields: FieldAnalyzer) {
    let spec = type.spec
    type.fields = spec.seq.enumerated().map { Field($1, owner: type, index: $0) }
    type.instances = spec.instances.map { Instance($0, owner: type) }
    type.parameters = spec.params.map { Parameter($0, owner: type) }
    for parameter in type.parameters { parameter.type = parameterType(parameter, type, fields) }

    if type.isRoot, spec !== root, spec.stream != nil {
      diagnostics.error(spec.location, path: "/-stream", "an imported description's root type cannot have '-stream'")
    }
  }

  private func parameterType(_ parameter: Parameter, _ type: ResolvedType, _ fields: FieldAnalyzer) -> ValueType {
    let spec = parameter.spec
    let result: ValueType
    switch spec.type?.text {
    case "u1", "u2", "u4", "u8", "s1", "s2", "s4", "s8":
      let width = spec.type?.name.last?.wholeNumberValue ?? 8
      result = .integer(IntegerRange(bytes: width, isSigned: spec.type?.name.first == "s"))
    case "f4", "f8": result = .float
    case "bool", "b1": result = .boolean
    case "str": result = .string
    case "bytes", nil: result = .bytes(count: nil)
    case .some(let name):
      guard let use = spec.type, let found = scope.type(use.scope, use.name, from: type.spec) else {
        let known =
          scope.visibleTypes(from: type.spec) + [
            "u1", "u2", "u4", "u8", "s1", "s2", "s4", "s8", "f4", "f8", "bool", "str", "bytes",
          ]
        diagnostics.error(
          spec.typeLocation, path: spec.path + "/type",
          "unknown or unsupported parameter type '\(name)'\(suggestion(for: name, among: known))")
        return .unknown
      }
      result = .user(found)
    }
    guard let name = spec.enumName, let found = fields.enumeration(name, type, path: spec.path) else { return result }
    if case .integer(let range) = result { return .enumeration(found, range) }
    diagnostics.error(spec.location, path: spec.path + "/enum", "only an integer can have an 'enum'")
    return result
  }
}

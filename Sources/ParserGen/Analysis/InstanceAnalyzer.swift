/// Finds out the types of instances, each when it is first asked for: instances may use one another in any order.
final class InstanceAnalyzer {
  private let scope: TypeScope
  private let diagnostics: Diagnostics

  init(scope: TypeScope, diagnostics: Diagnostics) {
    self.scope = scope
    self.diagnostics = diagnostics
  }

  var checker: ExpressionChecker {
    ExpressionChecker(scope: scope, diagnostics: diagnostics) { [unowned self] instance in resolve(instance) }
  }

  func resolve(_ instance: Instance) {
    guard instance.progress != .done else { return }
    guard instance.progress == .waiting else {
      diagnostics.error(
        instance.spec.location, path: instance.spec.path, "the instance '\(instance.name)' depends on itself")
      return
    }
    instance.progress = .running
    var context = ExpressionChecker.Context(type: instance.owner, path: instance.spec.path)
    context.hasStream = false
    let value = instance.spec.value.map { checker.check($0, in: context.of("value")) }
    instance.value = value
    instance.type = value?.type ?? .unknown
    instance.condition = instance.spec.condition.map { checker.check($0, as: .boolean, "'if'", in: context.of("if")) }
    if let name = instance.spec.enumName, case .integer(let range) = instance.type {
      let fields = FieldAnalyzer(scope: scope, checker: checker, diagnostics: diagnostics)
      if let found = fields.enumeration(name, instance.owner, path: instance.spec.path) {
        instance.type = .enumeration(found, range)
      }
    } else if instance.spec.enumName != nil, !instance.type.isUnknown {
      diagnostics.error(
        instance.spec.location, path: instance.spec.path + "/enum", "only an integer can have an 'enum'")
    }
    instance.progress = .done
  }

  func resolveConstraints(of type: ResolvedType, _ fields: FieldAnalyzer) {
    for instance in type.instances {
      instance.constraint = fields.constraint(
        instance.spec.valid, of: instance.type, false, type, path: instance.spec.path, at: instance.spec.location)
    }
  }
}

/// Resolves `-stream`: which response streams follow which messages.
struct ConversationAnalyzer {
  let scope: TypeScope
  let fields: FieldAnalyzer
  let diagnostics: Diagnostics

  func analyze(_ types: [ResolvedType]) {
    for type in types {
      guard let conversation = type.spec.stream else { continue }
      type.answeredBy = conversation.answeredBy.flatMap { use($0, type, conversation.path + "/answered-by") }
      type.followedBy = conversation.followedBy.flatMap { use($0, type, conversation.path + "/followed-by") }
      guard isMessage(type) else {
        diagnostics.error(
          type.spec.location, path: conversation.path,
          "'-stream' belongs to the root type or to a type of one of its attributes: '\(type.spec.name)' is neither")
        continue
      }
    }
  }

  private func use(_ name: TypeName, _ type: ResolvedType, _ path: String) -> StreamUse? {
    guard let stream = scope.type(name.scope, name.name, from: type.spec) else {
      let known = scope.visibleTypes(from: type.spec)
      diagnostics.error(
        name.location, path: path, "unknown type '\(name.text)'\(suggestion(for: name.text, among: known))")
      return nil
    }
    var context = ExpressionChecker.Context(type: type, path: path)
    context.hasStream = false
    return StreamUse(type: stream, arguments: fields.arguments(name, for: stream, context))
  }

  private func isMessage(_ type: ResolvedType) -> Bool {
    type.isRoot || type.users.contains { $0.isRoot }
  }
}

// How a message says by which key it finds the one that it answers, or that answers it.
extension FormatPrinter {
  /// Sets `match` where the message has a key.
  func emitMatch(_ use: Conversation, _ out: inout CodeWriter) {
    guard let match = use.type.match else { return }
    let lowering = ExpressionLowering(message: MessagePlace(owner: use.type, kind: .value))
    let printer = SwiftExpressionPrinter(
      names: names, values: SwiftExpressionPrinter.Values(owner: use.type, base: "value."))
    let key = lowering.lower(match.key)
    let type = names.swift(key.representation)
    func body(_ out: inout CodeWriter) {
      // A message whose key cannot be had is one all the same.
      out.line("let key: \(type)\(key.canThrow ? "?" : "") = \(key.canThrow ? "try? " : "")\(printer.text(key))")
      if let condition = match.isRequest.map({ lowering.lower($0) }) {
        out.line(
          "let isRequest = "
            + (condition.canThrow ? "(try? \(printer.text(condition))) ?? false" : printer.condition(condition)))
      }
      let value = "\(match.kind == .number && key.representation.isEnumeration ? "$0.rawValue" : "$0")"
      let made = "Match($0\(roles(of: use.type, match)))"
      if key.canThrow {
        out.line("match = key.flatMap { MatchKey(\(value)) }.map { \(made) }")
      } else {
        out.line("match = MatchKey(\(value.replacing("$0", with: "key"))).map { \(made) }")
      }
    }
    if match.expressions.contains(where: \.hasMembers) {
      within(use, &out, body)
    } else {
      out.block("if \(condition(use))", body)
    }
  }

  /// What a message answers, and what it waits for.
  private func roles(of type: TypeDeclaration, _ match: MatchUse) -> String {
    let types = type.model.answerTypes
    func number(_ wanted: TypeDeclaration?) -> String? {
      types.firstIndex { $0 === wanted }.map(String.init)
    }
    var (answers, awaits) = (number(type), number(match.answer))
    if match.isRequest != nil, let awaited = awaits {
      awaits = "isRequest ? \(awaited) : nil"
      // Where both are of one type, a message is either.
      if match.answer === type { answers = "isRequest ? nil : \(awaited)" }
    }
    return (answers.map { ", answers: \($0)" } ?? "") + (awaits.map { ", awaits: \($0)" } ?? "")
  }
}

extension MatchUse {
  /// Whether every message of the type is a request that is to be answered by a message of another.
  func isAlwaysRequest(_ type: TypeDeclaration) -> Bool {
    guard let answer, answer !== type, isRequest == nil else { return false }
    return !ExpressionLowering(message: MessagePlace(owner: type, kind: .value)).lower(key).canThrow
  }
}

extension ResolvedExpression {
  /// Whether it names a member of whatever object.
  fileprivate var hasMembers: Bool {
    var found = false
    walk { part in if case .member = part.kind { found = true } }
    return found
  }
}

extension Representation {
  fileprivate var isEnumeration: Bool { if case .enumeration = self { true } else { false } }
}

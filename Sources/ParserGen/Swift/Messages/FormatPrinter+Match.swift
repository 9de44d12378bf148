// How a message says by which key it finds the one that it answers, or that answers it.
extension FormatPrinter {
  /// Sets `match` where the message has a key: of several the first that is there.
  func emitMatches(_ uses: [Conversation], _ out: inout CodeWriter) {
    out.line("var match: Match?")
    let uses = uses.filter { $0.type.match != nil }
    for use in uses {
      // Of the types of one field a message has but one.
      if uses[0].field === use.field {
        emitMatch(use, &out)
      } else {
        out.block("if match == nil") { emitMatch(use, &$0) }
      }
    }
  }

  private func emitMatch(_ use: Conversation, _ out: inout CodeWriter) {
    guard let match = use.type.match else { return }
    let lowering = ExpressionLowering(message: MessagePlace(owner: use.type, kind: .value))
    let printer = printer(of: use)
    let key = lowering.lower(match.key)
    let condition = match.isRequest.map { lowering.lower($0) }
    let type = names.swift(key.representation)
    within(use, asking: [key] + [condition].compactMap(\.self), &out) { out in
      // A message whose key cannot be had is one all the same.
      out.line("let key: \(type)\(key.canThrow ? "?" : "") = \(key.canThrow ? "try? " : "")\(printer.text(key))")
      if let condition {
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

extension TypeDeclaration {
  /// Whether every message that has the type is a request that is to be answered by a message of another.
  var isAlwaysRequest: Bool {
    guard let match, let answer = match.answer, answer !== self, match.isRequest == nil, !isMatchPreceded else {
      return false
    }
    return !ExpressionLowering(message: MessagePlace(owner: self, kind: .value)).lower(match.key).canThrow
  }
}

extension Representation {
  fileprivate var isEnumeration: Bool { if case .enumeration = self { true } else { false } }
}

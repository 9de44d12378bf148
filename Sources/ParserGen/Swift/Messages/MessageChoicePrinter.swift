/// Prints the enum of a switch whose alternatives have no type in common: a case for each.
struct MessageChoicePrinter {
  let access: String
  let names: SwiftNames

  func print(_ choice: SwitchDeclaration, _ out: inout CodeWriter) {
    let alternatives = choice.alternatives.enumerated().map { index, alternative in
      (
        name: names.alternative(choice, index), type: names.swift(Representation(alternative.type)),
        kind: choice.isIndirect(alternative) ? "indirect case" : "case"
      )
    }
    out.line("/// What `\(choice.attribute.name)` can be.")
    out.block("\(access)enum \(names.name(choice)): Sendable") { out in
      for item in alternatives { out.line("\(item.kind) \(SwiftNames.quoted(item.name))(\(item.type))") }
      for item in alternatives {
        out.line()
        out.block("\(access)var \(ObjectChoicePrinter.accessor(item.name)): \(item.type)?") { out in
          if alternatives.count == 1 {
            out.line("switch self { case .\(SwiftNames.quoted(item.name))(let value): value }")
          } else {
            out.line("if case .\(SwiftNames.quoted(item.name))(let value) = self { value } else { nil }")
          }
        }
      }
    }
  }
}

/// Prints the enum of a switch whose alternatives have no type in common: a case for each.
struct ObjectChoicePrinter {
  let access: String
  let names: SwiftNames
  let dump: ObjectDumpPrinter?

  static func accessor(_ alternative: String) -> String {
    "as" + alternative.prefix(1).uppercased() + alternative.dropFirst()
  }

  func print(_ choice: SwitchDeclaration, _ out: inout CodeWriter) {
    let alternatives = choice.alternatives.enumerated().map { index, alternative in
      (name: names.alternative(choice, index), representation: Representation(alternative.type))
    }
    out.line("/// What `\(choice.attribute.name)` can be.")
    out.block("\(access)indirect enum \(names.name(choice))") { out in
      for item in alternatives {
        out.line("case \(SwiftNames.quoted(item.name))(\(names.swift(item.representation)))")
      }
      for item in alternatives {
        out.line()
        out.block("\(access)var \(Self.accessor(item.name)): \(names.optional(item.representation))") { out in
          if alternatives.count == 1 {
            out.line("switch self { case .\(SwiftNames.quoted(item.name))(let value): return value }")
          } else {
            out.line("if case .\(SwiftNames.quoted(item.name))(let value) = self { return value }")
            out.line("return nil")
          }
        }
      }
      if alternatives.allSatisfy(\.representation.isReference) {
        out.line()
        out.line("/// The object, whatever its type.")
        out.block("\(access)var object: any ParsedObject") { out in
          out.line("switch self {")
          for item in alternatives { out.line("case .\(SwiftNames.quoted(item.name))(let value): return value") }
          out.line("}")
        }
      }
      if let dump {
        out.line()
        out.block("\(access)var dumped: DumpValue") { out in
          out.line("switch self {")
          for item in alternatives {
            out.line(
              "case .\(SwiftNames.quoted(item.name))(let value): return \(dump.value(item.representation, "value"))")
          }
          out.line("}")
        }
      }
    }
  }
}

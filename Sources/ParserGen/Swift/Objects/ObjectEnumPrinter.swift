/// Prints the Swift enum of a description's enum.
struct ObjectEnumPrinter {
  /// From more members on, an enum compares by its raw values.
  private static let manyMembers = 100

  let access: String
  let names: ObjectNames

  func print(_ spec: EnumSpec, _ out: inout SwiftWriter) {
    let cases = names.cases(spec)
    let values = spec.members.map { String($0.value) }
    let raw = names.rawType(spec).rawValue
    out.block("\(access)enum \(names.name(spec)): Sendable, Hashable") { out in
      for (name, member) in zip(cases, spec.members) {
        out.doc(member.doc)
        out.line("case \(name)")
      }
      out.line("/// A value that the description does not list.")
      out.line("case unknown(\(raw))")
      out.line()
      out.block("\(access)init(rawValue: \(raw))") { out in
        out.line("switch rawValue {")
        for (name, value) in zip(cases, values) { out.line("case \(value): self = .\(name)") }
        out.line("default: self = .unknown(rawValue)")
        out.line("}")
      }
      out.line()
      out.block("\(access)var rawValue: \(raw)") { out in
        out.line("switch self {")
        for (name, value) in zip(cases, values) { out.line("case .\(name): return \(value)") }
        out.line("case .unknown(let value): return value")
        out.line("}")
      }
      out.line()
      out.line("/// The name in the description; nil for a value that it does not list.")
      out.block("\(access)var name: String?") { out in
        out.line("switch self {")
        for (name, member) in zip(cases, spec.members) {
          out.line("case .\(name): return \(swiftLiteral(member.name))")
        }
        out.line("case .unknown: return nil")
        out.line("}")
      }
      out.line()
      out.line("/// Whether the description lists the value.")
      out.block("\(access)var isKnown: Bool") { out in
        out.line("if case .unknown = self { return false }")
        out.line("return true")
      }
      // What Swift makes itself is faster, but takes it minutes for thousands of cases.
      guard spec.members.count > Self.manyMembers else { return }
      out.line()
      out.line(
        "\(access)static func == (left: \(names.path(spec)), right: \(names.path(spec))) -> Bool { "
          + "left.rawValue == right.rawValue }")
      out.line("\(access)func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }")
    }
  }
}

/// Prints the enum of a switch whose alternatives have no type in common: a case for each.
struct ObjectChoicePrinter {
  let access: String
  let names: ObjectNames
  let dump: ObjectDumpPrinter?

  static func accessor(_ alternative: String) -> String {
    "as" + alternative.prefix(1).uppercased() + alternative.dropFirst()
  }

  func print(_ choice: SwitchDeclaration, _ out: inout SwiftWriter) {
    let alternatives = choice.alternatives.enumerated().map { index, alternative in
      (name: names.alternative(choice, index), representation: Representation(alternative.type))
    }
    out.line("/// What `\(choice.attribute.name)` can be.")
    out.block("\(access)indirect enum \(names.name(choice))") { out in
      for item in alternatives {
        out.line("case \(ObjectNames.quoted(item.name))(\(names.swift(item.representation)))")
      }
      for item in alternatives {
        out.line()
        out.block("\(access)var \(Self.accessor(item.name)): \(names.optional(item.representation))") { out in
          if alternatives.count == 1 {
            out.line("switch self { case .\(ObjectNames.quoted(item.name))(let value): return value }")
          } else {
            out.line("if case .\(ObjectNames.quoted(item.name))(let value) = self { return value }")
            out.line("return nil")
          }
        }
      }
      if alternatives.allSatisfy(\.representation.isReference) {
        out.line()
        out.line("/// The object, whatever its type.")
        out.block("\(access)var object: any ParsedObject") { out in
          out.line("switch self {")
          for item in alternatives { out.line("case .\(ObjectNames.quoted(item.name))(let value): return value") }
          out.line("}")
        }
      }
      if let dump {
        out.line()
        out.block("\(access)var dumped: DumpValue") { out in
          out.line("switch self {")
          for item in alternatives {
            out.line(
              "case .\(ObjectNames.quoted(item.name))(let value): return \(dump.value(item.representation, "value"))")
          }
          out.line("}")
        }
      }
    }
  }
}

/// Prints the Swift enum of a description's enum.
struct EnumPrinter {
  /// From more members on, an enum compares by its raw values.
  private static let manyMembers = 100

  let access: String
  let names: SwiftNames

  func print(_ spec: EnumSpec, _ out: inout CodeWriter) {
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

/// Writes the Swift enum of a description's enum.
struct EnumEmitter {
  /// From so many members on, an enum compares by its raw values.
  private static let manyMembers = 100

  let access: String

  func emit(_ spec: EnumSpec, _ out: inout SwiftWriter) {
    let name = SwiftNames.path(spec).split(separator: ".").last.map(String.init) ?? ""
    let values = spec.members.map { (SwiftNames.enumCase($0.name), "\(Int64(truncatingIfNeeded: $0.value))", $0) }
    out.block("\(access)enum \(name): Sendable, Hashable") { out in
      for (name, _, member) in values {
        out.doc(member.doc)
        out.line("case \(name)")
      }
      out.line("/// A value that the description does not list.")
      out.line("case unknown(Int)")
      out.line()
      out.block("\(access)init(rawValue: Int)") { out in
        out.line("switch rawValue {")
        for (name, value, _) in values { out.line("case \(value): self = .\(name)") }
        out.line("default: self = .unknown(rawValue)")
        out.line("}")
      }
      out.line()
      out.block("\(access)var rawValue: Int") { out in
        out.line("switch self {")
        for (name, value, _) in values { out.line("case .\(name): \(value)") }
        out.line("case .unknown(let value): value")
        out.line("}")
      }
      out.line()
      out.line("/// The name in the description; nil for a value that it does not list.")
      out.block("\(access)var name: String?") { out in
        out.line("switch self {")
        for (name, _, member) in values { out.line("case .\(name): \(swiftLiteral(member.name))") }
        out.line("case .unknown: nil")
        out.line("}")
      }
      out.line()
      out.block("\(access)var isKnown: Bool") { out in
        out.line("if case .unknown = self { false } else { true }")
      }
      // What Swift would make itself takes it minutes for thousands of cases.
      guard spec.members.count > Self.manyMembers else { return }
      out.line()
      out.line("\(access)static func == (left: \(name), right: \(name)) -> Bool { left.rawValue == right.rawValue }")
      out.line("\(access)func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }")
    }
  }
}

/// Writes the Swift enum of a `switch-on` type: a case for each type it can be.
struct ChoiceEmitter {
  let access: String

  func emit(_ choice: Choice, _ out: inout SwiftWriter) {
    out.line("/// What `\(choice.name)` can be.")
    let isRecursive = choice.cases.contains { if case .user(let type) = $0.type { type.isRecursive } else { false } }
    out.block("\(access)\(isRecursive ? "indirect " : "")enum \(SwiftNames.name(choice)): Sendable") { out in
      for item in choice.cases { out.line("case \(SwiftNames.member(item.name))(\(item.type.swift))") }
      for item in choice.cases {
        out.line()
        out.block("\(access)var as\(SwiftNames.type(item.name)): \(item.type.swift)?") { out in
          out.line("if case .\(SwiftNames.member(item.name))(let value) = self { value } else { nil }")
        }
      }
    }
  }
}

@testable import ParserGen

/// Reads a description, without looking any name up.
/// - Returns: its root type, and every problem as `line:column: message (path)`.
func read(_ text: String, files: [String: String] = [:], importPaths: [String] = []) -> (
  root: TypeSpec?, problems: [String]
) {
  let diagnostics = Diagnostics()
  let loader = DescriptionLoader(importPaths: importPaths, diagnostics: diagnostics) { path in
    path == "t.ksy" ? text : files[path]
  }
  let root = loader.load("t.ksy").root
  let problems = diagnostics.sorted.map { problem in
    "\(problem)".replacing("t.ksy:", with: "").replacing(" error:", with: "")
  }
  return (root, problems)
}

extension AttributeSpec {
  /// Everything that was read, in the order of the language's reference.
  var facts: String {
    var facts = [isNamed ? name : "(\(name))"]
    func add(_ key: String, _ value: String?) { if let value { facts.append("\(key)=\(value)") } }
    add("doc", doc.text.map { "'\($0)'" })
    for reference in doc.references { add("doc-ref", reference) }
    add("type", type?.facts)
    add("contents", contents.map { "\($0)" })
    switch repetition {
    case .toEnd: add("repeat", "eos")
    case .count(let count): add("repeat", "expr(\(count.tree))")
    case .until(let end): add("repeat", "until(\(end.tree))")
    case nil: break
    }
    add("if", condition?.tree)
    add("size", size?.tree)
    if sizeToEnd { facts.append("size-eos") }
    add("terminator", terminator.map { "\($0)" })
    add("include", include.map { "\($0)" })
    add("consume", consume.map { "\($0)" })
    add("eos-error", requiresTerminator.map { "\($0)" })
    add("pad-right", padRight.map { "\($0)" })
    add("encoding", encoding?.text)
    add("enum", enumName?.text)
    add("valid", valid?.facts)
    add("process", process.map { ([$0.name.joined(separator: ".")] + $0.arguments.map(\.tree)).joined(separator: " ") })
    switch parent {
    case ParentSpec.none?: add("parent", "none")
    case .value(let value): add("parent", value.tree)
    case nil: break
    }
    add("io", io?.tree)
    add("pos", position?.tree)
    add("value", value?.tree)
    return facts.joined(separator: " ")
  }
}

extension TypeUse {
  var facts: String {
    switch self {
    case .plain(let type): type.facts
    case .choice(let choice):
      "\(choice.on.tree){"
        + choice.cases.map { "\($0.match?.tree ?? "_"): \($0.type.facts)" }.joined(separator: ", ") + "}"
    }
  }
}

extension TypeName {
  var facts: String { text + (arguments.isEmpty ? "" : "(" + arguments.map(\.tree).joined(separator: " ") + ")") }
}

extension Constraint {
  var facts: String {
    switch self {
    case .equal(let value, let isShort): isShort ? value.tree : "eq(\(value.tree))"
    case .range(let minimum, let maximum): "\(minimum?.tree ?? "")...\(maximum?.tree ?? "")"
    case .anyOf(let values): "any-of(" + values.map(\.tree).joined(separator: " ") + ")"
    case .expression(let condition): "expr(\(condition.tree))"
    case .inEnum: "in-enum"
    }
  }
}

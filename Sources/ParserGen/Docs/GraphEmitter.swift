/// Writes the types and what they are made of as a graph for Graphviz.
struct GraphEmitter {
  let specification: AnalyzedSpecification

  func emit() -> String {
    var out = SwiftWriter()
    out.block("digraph \(quoted(specification.root.spec.name))") { out in
      out.line("rankdir=LR; node [shape=plaintext, fontname=\"sans-serif\", fontsize=10];")
      out.line("edge [fontname=\"sans-serif\", fontsize=8];")
      for type in specification.types { node(type, &out) }
      for type in specification.types { edges(type, &out) }
    }
    return out.text
  }

  private func node(_ type: ResolvedType, _ out: inout SwiftWriter) {
    let rows = type.fields.map { field in
      let size = field.elementSize.map { " \($0)" } ?? ""
      let repeated = field.repetition == nil ? "" : "[]"
      return
        "<tr><td align=\"left\" port=\"f\(field.index)\">\(htmlText(field.name))\(field.condition == nil ? "" : "?")</td>"
        + "<td align=\"left\">\(htmlText(field.typeText))\(repeated)\(size)</td></tr>"
    }
    let head = "<tr><td colspan=\"2\" bgcolor=\"#dde6f0\"><b>\(htmlText(type.spec.traceName))</b></td></tr>"
    out.line(
      "\(quoted(type.spec.traceName)) [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\">\(head)\(rows.joined())</table>>];"
    )
  }

  private func edges(_ type: ResolvedType, _ out: inout SwiftWriter) {
    func edge(_ port: String, _ target: ResolvedType, _ label: String, _ style: String = "") {
      out.line(
        "\(quoted(type.spec.traceName))\(port) -> \(quoted(target.spec.traceName)) [label=\(quoted(label))\(style)];")
    }
    for field in type.fields {
      switch field.format {
      case .user(let target, _): edge(":f\(field.index)", target, "")
      case .choice(let choice):
        for branch in choice.branches {
          guard case .user(let target, _) = branch.format else { continue }
          edge(":f\(field.index)", target, field.spec.choiceCase(at: branch)?.match?.text ?? "otherwise")
        }
      default: break
      }
    }
    if let answer = type.answeredBy { edge("", answer.type, "answered by", ", style=dashed") }
    if let next = type.followedBy { edge("", next.type, "followed by", ", style=dashed") }
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}

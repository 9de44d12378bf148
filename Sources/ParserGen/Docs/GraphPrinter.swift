/// Writes the types and what they are made of as a graph for Graphviz.
struct GraphPrinter {
  let model: Model

  func text() -> String {
    var out = CodeWriter()
    out.block("digraph \(quoted(model.root.spec.name))") { out in
      out.line("rankdir=LR; node [shape=plaintext, fontname=\"sans-serif\", fontsize=10];")
      out.line("edge [fontname=\"sans-serif\", fontsize=8];")
      for type in model.types { node(type, &out) }
      for type in model.types { edges(type, &out) }
    }
    return out.text
  }

  private func node(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    let rows = type.fields.map { field in
      let size = field.elementSize.map { " \($0)" } ?? ""
      let repeated = field.isRepeated ? "[]" : ""
      return
        "<tr><td align=\"left\" port=\"f\(field.place)\">\(htmlText(field.traceName))\(field.spec.condition == nil ? "" : "?")</td>"
        + "<td align=\"left\">\(htmlText(field.typeText))\(repeated)\(size)</td></tr>"
    }
    let head = "<tr><td colspan=\"2\" bgcolor=\"#dde6f0\"><b>\(htmlText(type.spec.traceName))</b></td></tr>"
    out.line(
      "\(quoted(type.spec.traceName)) [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\">\(head)\(rows.joined())</table>>];"
    )
  }

  private func edges(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    func edge(_ port: String, _ target: TypeDeclaration, _ label: String, _ style: String = "") {
      out.line(
        "\(quoted(type.spec.traceName))\(port) -> \(quoted(target.spec.traceName)) [label=\(quoted(label))\(style)];")
    }
    for field in type.fields {
      if let target = field.format.object { edge(":f\(field.place)", target, "") }
      for branch in field.choice?.branches ?? [] {
        guard let target = branch.format.object else { continue }
        edge(":f\(field.place)", target, branch.matchText ?? "otherwise")
      }
    }
    if let answer = type.answeredBy { edge("", answer, "answered by", ", style=dashed") }
    if let next = type.followedBy { edge("", next, "followed by", ", style=dashed") }
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}

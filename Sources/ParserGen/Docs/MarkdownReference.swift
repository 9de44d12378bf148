extension Reference {
  /// The reference as Markdown, as code forges show it.
  var markdown: String {
    var lines = ["# \(escaped(title))", ""]
    if let doc { lines += [escaped(doc), ""] }
    lines += links.map { "- <\($0)>" }
    lines += ["", "\(transport). Numbers of bytes are decimal.", "", "## Types", ""]
    for type in types { lines += entry(type) }
    if !enums.isEmpty { lines += ["## Enums", ""] }
    for entry in enums {
      lines += ["### \(entry.name)", "", "| value | name | |", "|---|---|---|"]
      lines += entry.values.map { "| \($0.value) | `\($0.name)` | \(escaped($0.doc ?? "")) |" }
      lines.append("")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func entry(_ type: TypeEntry) -> [String] {
    var lines = ["### \(type.name)", ""]
    if let doc = type.doc { lines += [escaped(doc), ""] }
    lines += [type.facts.joined(separator: " "), ""]
    if !type.users.isEmpty { lines += ["Part of " + type.users.map(link).joined(separator: ", ") + ".", ""] }
    if !type.links.isEmpty { lines += type.links.map { "- <\($0)>" } + [""] }
    if !type.diagram.rows.isEmpty { lines += ["```", type.diagram.text, "```", ""] }
    if !type.fields.isEmpty {
      lines += ["| offset | bytes | field | type | |", "|---|---|---|---|---|"]
      lines += type.fields.map { field in
        "| \(field.offset.map(String.init) ?? "") | \(code(field.size)) | `\(field.name)` | \(kind(field)) | "
          + "\(notes(field)) |"
      }
      lines.append("")
    }
    if !type.instances.isEmpty {
      lines += ["| computed | type | |", "|---|---|---|"]
      lines += type.instances.map { instance in
        "| `\(instance.name)` | \(instance.type) | "
          + "\(notes(instance)) |"
      }
      lines.append("")
    }
    return lines
  }

  private func kind(_ field: Member) -> String { field.link.map(link) ?? field.type }

  private func notes(_ member: Member) -> String {
    let cases = member.cases.map { "\(code($0.match)): \($0.isLink ? link($0.type) : $0.type)" }
    return ([member.doc.map(escaped)].compactMap(\.self) + member.notes.map(code) + cases).joined(separator: "<br>")
  }

  private func link(_ type: String) -> String { "[\(type)](#\(type.filter { $0 != ":" }))" }

  /// Words as they are, expressions as code; a pipe would end the cell.
  private func code(_ text: String) -> String {
    let isPlain = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " }
    return isPlain ? text : "`\(text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|"))`"
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "|<>*_`[]\\".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}

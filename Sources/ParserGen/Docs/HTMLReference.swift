extension Reference {
  /// The reference as one HTML file that needs no other.
  var html: String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>\(htmlText(title))</title><style>\(Self.style)</style></head><body>
    <h1>\(htmlText(title))</h1>
    <p>\(htmlText(doc ?? ""))</p>
    \(references(links))
    <p>\(htmlText(transport)).</p>
    <nav><h2>Contents</h2><p>\(types.map { link($0.name) }.joined(separator: " · "))</p>
    <p>\(enums.map { "<a href=\"#enum-\($0.name)\">\($0.name)</a>" }.joined(separator: " · "))</p></nav>
    <h2>Types</h2>
    \(types.map(section).joined(separator: "\n"))
    <h2>Enums</h2>
    \(enums.map(section).joined(separator: "\n"))
    </body></html>

    """
  }

  private func section(_ type: TypeEntry) -> String {
    let users = type.users.isEmpty ? "" : " Part of \(type.users.map(link).joined(separator: ", "))."
    let fields = type.fields.map { field in
      let kind = field.link.map(link) ?? htmlText(field.type)
      return "<tr><td>\(field.offset.map(String.init) ?? "")</td><td>\(htmlText(field.size))</td>"
        + "<td><code>\(htmlText(field.name))</code></td><td>\(kind)</td><td>\(notes(field))</td></tr>"
    }
    let instances = type.instances.map {
      "<tr><td><code>\(htmlText($0.name))</code></td><td>\(htmlText($0.type))</td><td>\(notes($0))</td></tr>"
    }
    return "<section id=\"\(htmlText(type.name))\"><h3>\(htmlText(type.name))</h3><p>\(htmlText(type.doc ?? ""))</p>"
      + "<p>\(htmlText(type.facts.joined(separator: " ")))\(users)</p>\(references(type.links))" + diagram(type.diagram)
      + table(["offset", "bytes", "field", "type", ""], fields) + table(["computed", "type", ""], instances)
      + "</section>"
  }

  private func diagram(_ diagram: ByteDiagram) -> String {
    guard !diagram.rows.isEmpty else { return "" }
    let head = (0..<ByteDiagram.width).map { "<th>\($0)</th>" }.joined()
    let rows = diagram.rows.map { row in
      "<tr><th>\(row.offset.map(String.init) ?? "")</th>"
        + row.cells.map { cell in
          "<td colspan=\(cell.span)\(cell.isOpen ? " class=open" : "")>\(htmlText(cell.label))</td>"
        }.joined() + "</tr>"
    }
    return "<table class=bytes><tr><th></th>\(head)</tr>\(rows.joined())</table>"
  }

  private func section(_ entry: EnumEntry) -> String {
    let rows = entry.values.map {
      "<tr><td>\(htmlText($0.value))</td><td><code>\(htmlText($0.name))</code></td><td>\(htmlText($0.doc ?? ""))</td></tr>"
    }
    return "<section id=\"enum-\(entry.name)\"><h3>\(entry.name)</h3>\(table(["value", "name", ""], rows))</section>"
  }

  private func notes(_ member: Member) -> String {
    let cases = member.cases.map {
      "<code>\(htmlText($0.match))</code>: \($0.isLink ? link($0.type) : htmlText($0.type))"
    }
    let notes = member.notes.map { "<code>\(htmlText($0))</code>" }
    return ([member.doc.map(htmlText)].compactMap(\.self) + notes + cases).joined(separator: "<br>")
  }

  private func table(_ heads: [String], _ rows: [String]) -> String {
    guard !rows.isEmpty else { return "" }
    return "<table><tr>\(heads.map { "<th>\($0)</th>" }.joined())</tr>\(rows.joined())</table>"
  }

  private func references(_ links: [String]) -> String {
    links.map { "<p><a href=\"\(htmlText($0))\">\(htmlText($0))</a></p>" }.joined()
  }

  private func link(_ type: String) -> String { "<a href=\"#\(htmlText(type))\">\(htmlText(type))</a>" }

  private static let style = """
    :root { color-scheme: light dark; }
    body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 65rem; padding: 0 1rem; }
    table { border-collapse: collapse; margin: .6rem 0; }
    td, th { padding: .2rem .6rem; text-align: left; vertical-align: top; border-top: 1px solid #8884; }
    code { font: 13px ui-monospace, monospace; }
    .bytes { table-layout: fixed; width: 100%; max-width: 48rem; }
    .bytes th { border: 0; font-weight: normal; opacity: .7; text-align: center; padding: .1rem; }
    .bytes th:first-child { width: 4rem; }
    .bytes td { border: 1px solid #888; text-align: center; overflow: hidden; text-overflow: ellipsis; font: 12px ui-monospace, monospace; }
    .bytes td.open { border-style: dashed; }
    section { border-bottom: 1px solid #8884; padding-bottom: 1rem; }
    section:target h3 { background: #fe88; }
    """
}

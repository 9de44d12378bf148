/// A validation report as one HTML file that needs no other.
public struct HTMLReport: Sendable {
  private let report: ValidationReport
  private let comparison: ReportComparison?

  /// - Parameter comparison: with an earlier report; nil where there is none.
  public init(_ report: ValidationReport, _ comparison: ReportComparison? = nil) {
    self.report = report
    self.comparison = comparison
  }

  /// The whole file.
  public var text: String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>\(escaped(report.description)): validation</title><style>\(Self.style)</style></head><body>
    <h1>\(escaped(report.description)) held against traffic</h1>
    \(summary)
    \(comparison.map(compared) ?? "")
    <h2 id="findings">Findings</h2>
    \(report.findings.isEmpty ? "<p>None.</p>" : report.findings.map(finding).joined())
    <h2 id="coverage">Coverage</h2>
    \(coverage)
    <h2 id="fields">Types and fields</h2>
    \(types)
    <h2 id="description">The description</h2>
    \(listing)
    </body></html>

    """
  }

  // MARK: Parts

  private var summary: String {
    let totals = report.totals
    let rows = [
      ("captures", report.files.map(\.path).joined(separator: ", ")), ("description", report.fingerprint),
      ("packets", grouped(totals.packets)), ("connections", grouped(totals.connections)),
      ("messages", grouped(totals.messages)), ("entries of response streams", grouped(totals.responseEntries)),
      ("bytes of streams", grouped(totals.streamBytes)), ("bytes that are no message", grouped(totals.skippedBytes)),
      ("bytes of no field", grouped(totals.unreadBytes)), ("bytes not in the captures", grouped(totals.lostBytes)),
      ("searches for the next message", grouped(totals.resynchronizations)),
    ]
    return table([], rows.map { ["<th scope=row>\(escaped($0.0))</th>", cell($0.1)] })
  }

  private func compared(_ comparison: ReportComparison) -> String {
    let rows = ReportComparison.rows.map { title, value in
      [cell(title), number(value(comparison.before)), number(value(comparison.after))]
    }
    func list(_ title: String, _ lines: [String]) -> String {
      lines.isEmpty ? "" : "<h3>\(title)</h3><ul>" + lines.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
    }
    return "<h2 id=\"comparison\">Compared with \(escaped(comparison.before.fingerprint))</h2>"
      + (comparison.trafficRemark.map { "<p>\(escaped($0))</p>" } ?? "")
      + table(["", "before", "after"], rows)
      + list("Findings", comparison.findings.map(ReportComparison.line))
      + list("Fields with other values", comparison.members.map(ReportComparison.line))
      + list("Coverage", comparison.coverage.map(ReportComparison.line))
  }

  private func finding(_ finding: Finding) -> String {
    let place =
      finding.place.map { " <a href=\"#\(anchor($0.file, $0.line))\">\(escaped($0.file)):\($0.line)</a>" } ?? ""
    let name = finding.name.map { "<code>\(escaped($0))</code>\(place): " } ?? ""
    return "<details class=\"finding \(finding.kind.rawValue)\"\(finding.kind < .hint ? " open" : "")><summary>"
      + "<b>\(finding.kind.rawValue)</b> \(name)\(escaped(finding.message)) (\(grouped(finding.count)))</summary>"
      + finding.examples.map(example).joined() + "</details>"
  }

  private func example(_ example: Finding.Example) -> String {
    let path = example.path.isEmpty ? "" : "<code>\(escaped(example.path))</code>: "
    let bytes = example.bytes.map { "<pre>\(escaped($0.lines.joined(separator: "\n")))</pre>" } ?? ""
    return "<p>\(escaped(example.place))<br>"
      + "\(path)\(escaped(example.detail))</p>\(bytes)"
  }

  private var coverage: String {
    let kinds = Coverage.Point.Kind.allCases.map { ($0.title, report.coverage.share(of: $0)) }
    let rows = (kinds + [("all", report.coverage.total)]).filter { $0.1.all > 0 }.map { title, share in
      [
        cell(title), "<td><meter min=0 max=100 value=\"\(Int(share.percent))\"></meter></td>",
        cell(TextReport.percent(share)),
      ]
    }
    return table([], rows)
  }

  private var types: String {
    report.types.filter { $0.count > 0 }.map { type in
      let rows = type.members.map { member in
        let range = member.minimum.flatMap { low in member.maximum.map { low == $0 ? low : "\(low) to \($0)" } }
        return [
          cell(member.name), cell(member.type), number(member.count), number(member.distinct),
          cell(range ?? member.samples.joined(separator: ", ")),
        ]
      }
      return "<details><summary><code>\(escaped(type.name))</code> \(grouped(type.count))</summary>"
        + table(["field", "type", "seen", "different", "values"], rows) + "</details>"
    }.joined()
  }

  private var listing: String {
    CoverageListing(report.coverage).files.map { file in
      let lines = file.lines.map { line in
        let missed = line.missed.isEmpty ? "" : "<i>never: \(escaped(line.missed.joined(separator: ", ")))</i>"
        let hits = line.state == .neutral ? "" : line.state == .missed ? "never" : grouped(line.hits)
        return
          "<tr id=\"\(anchor(file.name, line.number))\" class=\"\(line.state)\"><td>\(line.number)</td><td>\(hits)</td>"
          + "<td>\(escaped(line.text))\(missed)</td></tr>"
      }
      return "<h3>\(escaped(file.name))</h3><table class=listing>\(lines.joined(separator: "\n"))</table>"
    }.joined()
  }

  // MARK: Pieces

  private func table(_ heads: [String], _ rows: [[String]]) -> String {
    let head = heads.isEmpty ? "" : "<tr>" + heads.map { "<th>\(escaped($0))</th>" }.joined() + "</tr>"
    return "<table>\(head)" + rows.map { "<tr>\($0.joined())</tr>" }.joined() + "</table>"
  }

  private func cell(_ text: String) -> String { "<td>\(escaped(text))</td>" }
  private func number(_ value: Int) -> String { "<td class=number>\(grouped(value))</td>" }
  private func anchor(_ file: String, _ line: Int) -> String { escaped("\(file)-\(line)") }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  private static let style = """
    :root { color-scheme: light dark; --covered: #d8f0d8; --partly: #fff0c0; --missed: #f8d0d0; }
    @media (prefers-color-scheme: dark) { :root { --covered: #1e3a1e; --partly: #4a3c10; --missed: #4a1c1c; } }
    body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
    table { border-collapse: collapse; margin: .5rem 0; }
    td, th { padding: .15rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
    tr + tr td, tr + tr th { border-top: 1px solid #8884; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    code, pre, .listing { font-family: ui-monospace, monospace; font-size: 13px; }
    .listing td { border: 0; padding: 0 .6rem; white-space: pre-wrap; }
    .listing td:nth-child(-n+2) { text-align: right; opacity: .7; white-space: nowrap; }
    .listing i { margin-left: 2rem; opacity: .8; }
    tr.covered { background: var(--covered); } tr.partly { background: var(--partly); }
    tr.missed { background: var(--missed); }
    details { margin: .3rem 0; } .failure b, .violation b { color: #d33; }
    """
}

import ParserRuntime

/// Writes the queries that a description's overview shows.
struct OverviewPrinter {
  let queries: [SpecificationInfo.OverviewQuery]

  /// The definition of a constant with all of them; nothing where there are none.
  func emit(_ out: inout CodeWriter) {
    guard !queries.isEmpty else { return }
    out.line()
    out.line("/// What an overview tells besides.")
    out.line("static let overviewQueries: [SpecificationInfo.OverviewQuery] = [")
    for one in queries {
      out.indented { out in
        out.line("SpecificationInfo.OverviewQuery(")
        out.line("  \(one.chart.map { ".\($0.rawValue)" } ?? "nil"),")
        out.indented { out in one.query.emit(end: "),", &out) }
      }
    }
    out.line("]")
  }
}

extension SpecificationInfo.TitledQuery {
  /// Writes the expression that makes it.
  /// - Parameter end: what follows it.
  func emit(end: String, _ out: inout CodeWriter) {
    let doc = doc.map { ", doc: \(swiftLiteral($0))" } ?? ""
    let other = clickHouse.map { ", clickHouse: \(swiftLiteral($0))" } ?? ""
    out.line("SpecificationInfo.TitledQuery(")
    out.line("  \(swiftLiteral(title))\(doc), \(swiftLiteral(sql))\(other))\(end)")
  }
}

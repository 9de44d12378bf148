import ParserRuntime

/// Writes how messages are told in a line, as data.
struct SummaryPrinter {
  /// Larger expressions are constants of their own, which Swift's compiler takes in one by one.
  private static let maximumLength = 400

  private var parts: [String] = []
  private var summaries: [String] = []

  init(_ summaries: [SpecificationInfo.Summary]) {
    for summary in summaries {
      let directions = summary.directions.map(String.init).joined(separator: ", ")
      self.summaries.append("SpecificationInfo.Summary(directions: [\(directions)], \(code(summary.line)))")
    }
  }

  func emit(_ out: inout CodeWriter) {
    out.line()
    out.line("/// How messages are told in a line.")
    out.line("static let summaries: [SpecificationInfo.Summary] = [")
    for summary in summaries { out.line("  \(summary),") }
    out.line("]")
    for (number, part) in parts.enumerated() {
      out.line("private static let summaryPart\(number): SummaryExpression = \(part)")
    }
  }

  private mutating func code(_ expression: SummaryExpression) -> String {
    let text = plainCode(expression)
    guard text.utf8.count > Self.maximumLength else { return text }
    if let known = parts.firstIndex(of: text) { return "summaryPart\(known)" }
    parts.append(text)
    return "summaryPart\(parts.count - 1)"
  }

  private mutating func plainCode(_ expression: SummaryExpression) -> String {
    switch expression {
    case .text(let text): ".text(\(swiftLiteral(text)))"
    case .number(let number): ".number(\(number))"
    case .column(let row, let column): ".column(row: \(row), \(column))"
    case .unsigned(let row, let column): ".unsigned(row: \(row), \(column))"
    case .count(let row, let column): ".count(row: \(row), \(column))"
    case .name(let value, let names): ".name(\(code(value)), names: \(names))"
    case .word(let value): ".word(\(code(value)))"
    case .minus(let value): ".minus(\(code(value)))"
    case .complement(let value): ".complement(\(code(value)))"
    case .not(let value): ".not(\(code(value)))"
    case .operation(let sign, let left, let right): ".operation(.\(sign.rawValue), \(code(left)), \(code(right)))"
    case .choice(let condition, let yes, let no): ".choice(\(code(condition)), \(code(yes)), \(code(no)))"
    case .cases(let value, let cases): ".cases(of: \(code(value)), [\(list(cases) { $0.code($1) })])"
    case .first(let values): ".first([\(list(values) { $0.code($1) })])"
    case .joined(let values): ".joined([\(list(values) { $0.code($1) })])"
    case .line(let values): ".line([\(list(values) { $0.code($1) })])"
    case .content(let row, let table, let value): ".content(of: \(row), table: \(table), \(code(value)))"
    case .elements(let table, let value): ".elements(table: \(table), \(code(value)))"
    }
  }

  private mutating func code(_ one: SummaryCase) -> String {
    let numbers = one.numbers.map { "[\($0.map(String.init).joined(separator: ", "))]" } ?? "nil"
    return "SummaryCase(\(numbers), \(code(one.value)))"
  }

  private mutating func list<Element>(_ elements: [Element], _ code: (inout Self, Element) -> String) -> String {
    var texts: [String] = []
    for element in elements { texts.append(code(&self, element)) }
    return texts.joined(separator: ", ")
  }
}

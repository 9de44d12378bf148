/// Reads a filter's tokens.
///
///     filter     = both { ("or" | "||") both }
///     both       = one { ("and" | "&&") one }
///     one        = ("not" | "!") one | "(" filter ")" | comparison
///     comparison = name [ sign value | "contains" value | "in" "{" value { "," value } "}" ]
struct FilterParser {
  private static let maximumDepth = 50
  static let maximumComparisons = 200
  static let maximumValues = 1000
  private static let reserved = ["and", "or", "not", "in", "contains"]

  private let tokens: [FilterToken]
  private var place = 0
  private var comparisons = 0

  /// - Throws: Where the text is no filter.
  static func expression(_ text: String) throws(FilterError) -> FilterExpression {
    var parser = FilterParser(tokens: try FilterLexer.tokens(text))
    let expression = try parser.either(depth: 0)
    guard parser.current.kind == .end else { throw parser.unexpected("'and', 'or' or the filter's end") }
    return expression
  }

  private init(tokens: [FilterToken]) { self.tokens = tokens }

  private var current: FilterToken { tokens[place] }

  private func unexpected(_ expected: String) -> FilterError {
    FilterError(.unexpected(found: current.text, expected: expected), at: current.column)
  }

  private mutating func skip(word: String, sign: String) -> Bool {
    guard current.isWord(word) || current.isSign(sign) else { return false }
    place += 1
    return true
  }

  private mutating func either(depth: Int) throws(FilterError) -> FilterExpression {
    var terms = [try both(depth: depth)]
    while skip(word: "or", sign: "||") { terms.append(try both(depth: depth)) }
    return terms.count == 1 ? terms[0] : .any(terms)
  }

  private mutating func both(depth: Int) throws(FilterError) -> FilterExpression {
    var terms = [try one(depth: depth)]
    while skip(word: "and", sign: "&&") { terms.append(try one(depth: depth)) }
    return terms.count == 1 ? terms[0] : .all(terms)
  }

  private mutating func one(depth: Int) throws(FilterError) -> FilterExpression {
    guard depth < Self.maximumDepth else {
      throw FilterError(.tooMuch(of: "parentheses in one another", limit: Self.maximumDepth), at: current.column)
    }
    if skip(word: "not", sign: "!") { return .not(try one(depth: depth + 1)) }
    guard current.isSign("(") else { return try comparison() }
    place += 1
    let inner = try either(depth: depth + 1)
    guard current.isSign(")") else { throw unexpected("'and', 'or' or ')'") }
    place += 1
    return inner
  }

  private mutating func comparison() throws(FilterError) -> FilterExpression {
    guard case .word(let text) = current.kind, !Self.reserved.contains(text.lowercased()) else {
      throw unexpected("the name of a field")
    }
    comparisons += 1
    guard comparisons <= Self.maximumComparisons else {
      throw FilterError(.tooMuch(of: "comparisons", limit: Self.maximumComparisons), at: current.column)
    }
    let name = FilterExpression.Name(text: text, column: current.column)
    place += 1
    guard let comparison = current.comparison else { return .field(name) }
    let sign = FilterExpression.Sign(comparison: comparison, column: current.column)
    place += 1
    return .comparison(name, sign, comparison == .isIn ? try values() : [try value()])
  }

  private mutating func values() throws(FilterError) -> [FilterExpression.Value] {
    guard current.isSign("{") || current.isSign("(") else {
      throw unexpected("'{' and values with commas between them")
    }
    let end = current.isSign("{") ? "}" : ")"
    place += 1
    var values = [try value()]
    while current.isSign(",") {
      place += 1
      guard values.count < Self.maximumValues else {
        throw FilterError(.tooMuch(of: "values in a list", limit: Self.maximumValues), at: current.column)
      }
      values.append(try value())
    }
    guard current.isSign(end) else { throw unexpected("',' or '\(end)'") }
    place += 1
    return values
  }

  private mutating func value() throws(FilterError) -> FilterExpression.Value {
    switch current.kind {
    case .word(let text), .text(let text):
      defer { place += 1 }
      return FilterExpression.Value(text: text, column: current.column)
    case .sign, .end: throw unexpected("a value")
    }
  }
}

extension FilterToken {
  fileprivate var comparison: FilterOperator? {
    switch kind {
    case .sign(let sign): FilterOperator(sign: sign)
    case .word: isWord("contains") ? .contains : isWord("in") ? .isIn : nil
    case .text, .end: nil
    }
  }
}

import ParserRuntime

/// Tells messages in a line, from the rows that are stored of them.
///
/// Values may be an attacker's, and rows of a database from anywhere: whatever they are, a line is one line of a bounded
/// length without control characters, and what makes no sense is left out.
struct SummaryEvaluation {
  /// Elements of a list that are looked at, and those that are shown: some may have nothing to tell.
  static let readElements = 8
  private static let shownElements = 4

  private let info: SpecificationInfo
  /// By the place of a table of names.
  private let names: [[Int64: String]]

  init(_ info: SpecificationInfo) {
    self.info = info
    names = info.nameTables.map { table in
      Dictionary(table.entries.map { ($0.value, $0.name) }) { first, _ in first }
    }
  }

  /// A message's line; nil where there is nothing to be told.
  func line(of message: Int64, in rows: SummaryRows) -> String? {
    guard let row = rows.message(message) else { return nil }
    let place = Place(message: message, all: rows)
    for summary in info.summaries {
      if case .integer(let direction)? = row.values[EngineTables.Message.direction.rawValue],
        !summary.directions.contains(Int(truncatingIfNeeded: direction))
      {
        continue
      }
      let line = value(summary.line, [row], place).map { SummaryText.line($0.text) } ?? ""
      if !line.isEmpty { return line }
    }
    return nil
  }

  // MARK: Values

  private enum Value: Equatable {
    case number(Int128)
    case text(String)

    var number: Int128? { if case .number(let number) = self { number } else { nil } }

    var text: String {
      switch self {
      case .number(let number): String(number)
      case .text(let text): text
      }
    }
  }

  /// Where rows behind a row are found.
  private struct Place {
    let message: Int64
    let all: SummaryRows

    func content(of row: SummaryRow, in table: Int) -> SummaryRow? {
      guard let id = all.content(of: row, in: table) else { return nil }
      return all.rows[SummaryRows.Key(table: table, message: message, id: id)]
    }

    /// The first rows of a list.
    func elements(of row: SummaryRow, in table: Int) -> [SummaryRow] {
      guard let first = all.content(of: row, in: table) else { return [] }
      var found: [SummaryRow] = []
      for place in 0..<SummaryEvaluation.readElements {
        let (id, isBeyond) = first.addingReportingOverflow(Int64(place))
        guard !isBeyond, let row = all.rows[SummaryRows.Key(table: table, message: message, id: id)] else { break }
        found.append(row)
      }
      return found
    }
  }

  /// - Parameter rows: by the numbers by which expressions know them.
  private func value(_ expression: SummaryExpression, _ rows: [SummaryRow], _ place: Place) -> Value? {
    func number(_ expression: SummaryExpression) -> Int128? { value(expression, rows, place)?.number }
    func truth(_ holds: Bool) -> Value { .number(holds ? 1 : 0) }
    switch expression {
    case .text(let text): return .text(text)
    case .number(let number): return .number(number)
    case .column(let row, let column): return stored(row, column, rows).map(Self.value)
    case .unsigned(let row, let column):
      guard case .integer(let bits)? = stored(row, column, rows) else { return nil }
      return .number(Int128(UInt64(bitPattern: bits)))
    case .count(let row, let column):
      guard case .text(let list)? = stored(row, column, rows) else { return nil }
      return .number(list.isEmpty ? 0 : Int128(list.utf8.count { $0 == UInt8(ascii: ",") } + 1))
    case .name(let value, let table):
      guard let number = number(value) else { return nil }
      let name = Int64(exactly: number).flatMap { names.indices.contains(table) ? names[table][$0] : nil }
      return name.map { .text($0) } ?? .number(number)
    case .word(let value): return number(value).map { .text($0 == 0 ? "false" : "true") }
    case .minus(let value): return number(value).flatMap { Self.result(.subtract, 0, $0) }.map { .number($0) }
    case .complement(let value): return number(value).map { .number(~$0) }
    case .not(let value): return number(value).map { truth($0 == 0) }
    case .operation(let sign, let left, let right): return operation(sign, left, right, rows, place)
    case .choice(let condition, let yes, let no):
      return number(condition).flatMap { value($0 == 0 ? no : yes, rows, place) }
    case .cases(let selector, let cases):
      guard let chosen = number(selector) else { return nil }
      let one = cases.first { $0.numbers?.contains(chosen) == true } ?? cases.first { $0.numbers == nil }
      return one.flatMap { value($0.value, rows, place) }
    case .first(let values): return values.lazy.compactMap { value($0, rows, place) }.first
    case .joined(let parts): return joined(parts, rows, place, isWhole: true)
    case .line(let parts): return joined(parts, rows, place, isWhole: false)
    case .content(let row, let table, let inner):
      guard rows.indices.contains(row), let content = place.content(of: rows[row], in: table) else { return nil }
      return value(inner, rows.prefix(row + 1) + [content], place)
    case .elements(let table, let inner): return list(table, inner, rows, place)
    }
  }

  private func joined(
    _ parts: [SummaryExpression], _ rows: [SummaryRow], _ place: Place, isWhole: Bool
  ) -> Value? {
    var text = ""
    var (values, missing) = (0, 0)
    for part in parts {
      guard let value = value(part, rows, place) else {
        missing += 1
        continue
      }
      if case .text = part {} else { values += 1 }
      text += value.text
    }
    // Words between values that are not there say nothing.
    let isKnown = missing == 0 ? !parts.isEmpty : !isWhole && values > 0
    return isKnown ? .text(text) : nil
  }

  private func list(
    _ table: Int, _ inner: SummaryExpression, _ rows: [SummaryRow], _ place: Place
  ) -> Value? {
    guard let first = rows.first else { return nil }
    let texts = place.elements(of: first, in: table).compactMap { value(inner, [first, $0], place)?.text }
    let told = texts.filter { !$0.isEmpty }
    guard !told.isEmpty else { return nil }
    return .text(
      (told.prefix(Self.shownElements) + (told.count > Self.shownElements ? ["…"] : [])).joined(separator: ", "))
  }

  // MARK: Rows

  private func stored(_ row: Int, _ column: Int, _ rows: [SummaryRow]) -> QueryValue? {
    rows.indices.contains(row) ? rows[row].values[column] : nil
  }

  private static func value(_ stored: QueryValue) -> Value {
    switch stored {
    case .integer(let number): .number(Int128(number))
    case .text(let text): .text(SummaryText.value(text))
    // More than is shown need not be written.
    case .blob(let bytes): .text(SummaryText.value(QueryValue.blob([UInt8](bytes.prefix(64))).resultText))
    case .real, .null: .text(stored.resultText)
    }
  }

  // MARK: Operators

  private func operation(
    _ sign: SummaryOperator, _ left: SummaryExpression, _ right: SummaryExpression, _ rows: [SummaryRow], _ place: Place
  ) -> Value? {
    guard let first = value(left, rows, place) else { return nil }
    // What decides alone need not wait for the other.
    if sign == .and, first == .number(0) { return first }
    if sign == .or, let number = first.number, number != 0 { return .number(1) }
    guard let second = value(right, rows, place) else { return nil }
    switch (sign, first, second) {
    case (.equal, _, _): return .number(first == second ? 1 : 0)
    case (.notEqual, _, _): return .number(first == second ? 0 : 1)
    case (_, .number(let first), .number(let second)): return Self.result(sign, first, second).map { .number($0) }
    default: return nil
    }
  }

  /// nil where there is none, as of a division by zero, or where it is too large.
  private static func result(_ sign: SummaryOperator, _ left: Int128, _ right: Int128) -> Int128? {
    func known(_ result: (partialValue: Int128, overflow: Bool)) -> Int128? {
      result.overflow ? nil : result.partialValue
    }
    switch sign {
    case .add: return known(left.addingReportingOverflow(right))
    case .subtract: return known(left.subtractingReportingOverflow(right))
    case .multiply: return known(left.multipliedReportingOverflow(by: right))
    case .divide:
      let rest = known(left.remainderReportingOverflow(dividingBy: right))
      let quotient = known(left.dividedReportingOverflow(by: right))
      guard let rest, let quotient else { return nil }
      return rest != 0 && (rest < 0) != (right < 0) ? quotient - 1 : quotient
    case .modulo:
      guard let rest = known(left.remainderReportingOverflow(dividingBy: right)) else { return nil }
      return rest < 0 ? known(rest.addingReportingOverflow(right < 0 ? 0 &- right : right)) : rest
    case .shiftLeft:
      guard (0..<64).contains(right) else { return nil }
      return known(left.multipliedReportingOverflow(by: 1 << right))
    case .shiftRight: return (0..<128).contains(right) ? left >> right : nil
    case .bitAnd: return left & right
    case .bitOr: return left | right
    case .bitXor: return left ^ right
    case .less: return left < right ? 1 : 0
    case .lessOrEqual: return left <= right ? 1 : 0
    case .greater: return left > right ? 1 : 0
    case .greaterOrEqual: return left >= right ? 1 : 0
    case .equal: return left == right ? 1 : 0
    case .notEqual: return left == right ? 0 : 1
    case .and: return left != 0 && right != 0 ? 1 : 0
    case .or: return left != 0 || right != 0 ? 1 : 0
    }
  }
}

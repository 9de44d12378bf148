import ParserRuntime

/// A column that a name of a filter leads to, or a row.
struct FilterField: Hashable {
  let place: MessageCondition.Place
  /// Empty for the row as such.
  let column: String
  let kind: FieldKind
  /// Whether the column has several values, with commas between them.
  var isList = false
}

extension FilterField {
  /// The message has the field.
  var isPresent: RowTest { column.isEmpty ? .exists : .column(column, .isPresent) }

  /// The field alone: it is true, or it is there.
  var isGiven: RowTest { kind == .boolean ? .column(column, .isTrue) : isPresent }

  /// That it compares so with one of the values.
  /// - Throws: Where the field can have no such value, or is not compared in this way.
  func test(_ comparison: FilterOperator, _ values: [String]) throws(FilterProblem) -> RowTest {
    switch comparison {
    case .equal, .notEqual, .isIn:
      if isList { return .column(column, .hasElement(try texts(values))) }
      switch kind {
      case .time:
        var tests: [RowTest] = []
        for text in values { tests.append(try isAt(text)) }
        return .anyOf(tests)
      case .endpoint(let port):
        var tests: [RowTest] = []
        for text in values { tests.append(try isEndpoint(text, port: port)) }
        return .anyOf(tests)
      default:
        var known: [QueryValue] = []
        for text in values {
          let value = try kind.value(text)
          known.append(value)
          // The same digits may be there as a text.
          if kind == .any, case .integer = value { known.append(.text(text)) }
        }
        return .column(column, .isOneOf(known))
      }
    case .contains:
      guard kind.hasParts, let text = values.first else { throw wrongOperator(comparison) }
      return try contains(text)
    case .order(let order):
      guard kind.isOrdered, !isList, let text = values.first else { throw wrongOperator(comparison) }
      return try compares(order, text)
    }
  }

  private func wrongOperator(_ comparison: FilterOperator) -> FilterProblem {
    var fitting = ["==", "!=", "in"]
    if kind.isOrdered, !isList { fitting += ["<", "<=", ">", ">="] }
    if kind.hasParts { fitting.append("contains") }
    return .wrongOperator(
      comparison.text, kind: isList ? "lists of \(kind.words)" : kind.words, fitting: fitting.joined(separator: " "))
  }

  private func texts(_ values: [String]) throws(FilterProblem) -> [String] {
    var texts: [String] = []
    for text in values { texts.append(try kind.value(text).resultText) }
    return texts
  }

  private func contains(_ text: String) throws(FilterProblem) -> RowTest {
    switch kind {
    // A number is not looked for in other numbers.
    case .decimal where isList: return .column(column, .hasElement(try texts([text])))
    // The beginning of an address is none.
    case .address, .decimal, .any: return .column(column, .contains(.text(text)))
    default: return .column(column, .contains(try kind.value(text)))
    }
  }

  private func compares(_ order: FilterOrder, _ text: String) throws(FilterProblem) -> RowTest {
    switch kind {
    case .time:
      switch FilterTime(text) {
      case .instant(let range)?: return .column(column, .compares(order, .integer(range.lowerBound)))
      case .timeOfDay(let range)?: return .column(column, .comparesTimeOfDay(order, range.lowerBound))
      case nil: throw .wrongValue(text, expected: FilterTime.expected, nearest: nil)
      }
    case .decimal: return .column(column, .comparesDigits(order, try kind.value(text).resultText))
    case .integer(let range, _):
      let value = try kind.value(text)
      guard range.upperBound > Int64.max, case .integer(let bits) = value else {
        return .column(column, .compares(order, value))
      }
      return unsigned(order, bits)
    default: return .column(column, .compares(order, try kind.value(text)))
    }
  }

  /// Of integers whose upper half is stored as negative ones.
  private func unsigned(_ order: FilterOrder, _ bits: Int64) -> RowTest {
    let compared = RowTest.column(column, .compares(order, .integer(bits)))
    let isUpper = RowTest.column(column, .compares(.less, .integer(0)))
    let isLower = RowTest.column(column, .compares(.greaterOrEqual, .integer(0)))
    return switch (order.wantsLess, bits < 0) {
    case (true, false): .all([isLower, compared])
    case (true, true): .any([isLower, compared])
    case (false, false): .any([isUpper, compared])
    case (false, true): .all([isUpper, compared])
    }
  }

  /// Within the time that the text leaves open.
  private func isAt(_ text: String) throws(FilterProblem) -> RowTest {
    switch FilterTime(text) {
    case .instant(let range)?:
      return .all([
        .column(column, .compares(.greaterOrEqual, .integer(range.lowerBound))),
        .column(column, .compares(.less, .integer(range.upperBound))),
      ])
    case .timeOfDay(let range)?:
      return .all([
        .column(column, .comparesTimeOfDay(.greaterOrEqual, range.lowerBound)),
        .column(column, .comparesTimeOfDay(.less, range.upperBound)),
      ])
    case nil: throw .wrongValue(text, expected: FilterTime.expected, nearest: nil)
    }
  }

  /// `192.0.2.1:7075`, or `[::1]:7075`.
  private func isEndpoint(_ text: String, port: String) throws(FilterProblem) -> RowTest {
    let parts = text.wholeMatch(of: #/\[?(.+?)\]?:(\d+)/#)
    guard let parts, let address = FieldKind.address(String(parts.1)), let number = UInt16(parts.2) else {
      throw .wrongValue(text, expected: "an address and a port, 192.0.2.1:80 or [::1]:80", nearest: nil)
    }
    return .all([
      .column(column, .isOneOf([.text(address)])), .column(port, .isOneOf([.integer(Int64(number))])),
    ])
  }
}

public import ParserRuntime
import Synchronization

/// The language of filters for messages: what a text means with the names of a description.
///
/// A filter compares fields with values (`length > 200`), and joins comparisons by `and`, `or`, `not` and parentheses. A
/// field that a message has several times compares if one of them does; `!=` holds where the message has the field, and
/// none of them is the value.
public struct FilterLanguage: Sendable {
  let engine: EngineFields
  let described: DescribedFields
  /// The names that are offered: those of every message, then those of the description, each as a field behind one of the
  /// fields, types and tables that it is in. More are understood.
  public var names: [FilterName] { cache.names { FilterName.names(engine, described) } }

  private let cache = NameCache()

  /// Keeps the names once they are asked for: most filters need no list of what there is.
  private final class NameCache: Sendable {
    private let known = Mutex<[FilterName]?>(nil)

    func names(_ make: () -> [FilterName]) -> [FilterName] {
      known.withLock { known in
        let names = known ?? make()
        known = names
        return names
      }
    }
  }

  /// With the names of a description, and those of every message.
  public init(_ info: SpecificationInfo) {
    engine = EngineFields(info)
    described = DescribedFields(info)
  }

  /// What a filter asks for; an empty one asks for nothing.
  /// - Throws: Where the text is no filter, names a field that is not there, or compares it with what it cannot be.
  public func condition(_ text: String) throws(FilterError) -> MessageCondition {
    if text.allSatisfy(\.isWhitespace) { return .all([]) }
    return try condition(FilterParser.expression(text))
  }

  private func condition(_ expression: FilterExpression) throws(FilterError) -> MessageCondition {
    switch expression {
    case .all(let terms): return .all(try conditions(terms))
    case .any(let terms): return .any(try conditions(terms))
    case .not(let term): return .not(try condition(term))
    case .field(let name): return try isGiven(name)
    case .comparison(let name, let sign, let values): return try compares(name, sign, values)
    }
  }

  private func conditions(_ terms: [FilterExpression]) throws(FilterError) -> [MessageCondition] {
    var conditions: [MessageCondition] = []
    for term in terms { conditions.append(try condition(term)) }
    return conditions
  }

  // MARK: Names

  func operand(_ name: FilterExpression.Name) throws(FilterError) -> FilterOperand {
    if let operand = engine.operand(name.text) { return operand }
    do throws(FilterProblem) {
      if let operand = try described.operand(name.text) { return operand }
    } catch {
      throw FilterError(error, at: name.column)
    }
    let known = names.map(\.name) + engine.typeNames.keys.sorted()
    throw FilterError(
      .unknownField(name.text, nearest: nearestName(to: name.text, among: known, looks: 10_000)), at: name.column)
  }

  /// A field alone, something that has fields, or a message's type.
  private func isGiven(_ name: FilterExpression.Name) throws(FilterError) -> MessageCondition {
    let isKnown = engine.operand(name.text) != nil
    if !isKnown, let type = engine.typeNames[name.text] {
      return .row(.message, .column(engine.typeField.column, .isOneOf([.integer(type)])))
    }
    switch try operand(name) {
    case .condition(let condition): return condition
    case .fields(let groups): return .anyOf(groups.compactMap { group in group.condition { $0.isGiven } })
    }
  }

  // MARK: Comparisons

  private func compares(
    _ name: FilterExpression.Name, _ sign: FilterExpression.Sign, _ values: [FilterExpression.Value]
  ) throws(FilterError) -> MessageCondition {
    guard case .fields(let groups) = try operand(name) else {
      throw FilterError(.notComparable(name.text), at: name.column)
    }
    var tests: [FilterField: RowTest] = [:]
    var failure: FilterError?
    for field in groups.flatMap(\.fields) {
      do throws(FilterError) { tests[field] = try test(field, sign, values) } catch { failure = failure ?? error }
    }
    if tests.isEmpty, let failure { throw failure }
    // The digits of a number in hex are in another order than the numbers.
    if case .order = sign.comparison, tests.keys.contains(where: \.kind.isNumeric) {
      tests = tests.filter { $0.key.kind.isNumeric }
    }
    let holds = MessageCondition.anyOf(groups.compactMap { group in group.condition { tests[$0] } })
    guard sign.comparison == .notEqual else { return holds }
    let isThere = MessageCondition.anyOf(
      groups.compactMap { group in group.condition { tests[$0] == nil ? nil : $0.isPresent } })
    return .all([isThere, .not(holds)])
  }

  private func test(
    _ field: FilterField, _ sign: FilterExpression.Sign, _ values: [FilterExpression.Value]
  ) throws(FilterError) -> RowTest {
    // One by one, so that it is known which is wrong.
    for value in values {
      do throws(FilterProblem) { _ = try field.test(sign.comparison, [value.text]) } catch {
        if case .wrongOperator = error { throw FilterError(error, at: sign.column) }
        throw FilterError(error, at: value.column)
      }
    }
    do throws(FilterProblem) { return try field.test(sign.comparison, values.map(\.text)) } catch {
      throw FilterError(error, at: sign.column)
    }
  }
}

extension FieldKind {
  fileprivate var isNumeric: Bool {
    switch self {
    case .integer, .real, .decimal, .time, .duration: true
    case .boolean, .hex, .address, .text, .blob, .any, .endpoint: false
    }
  }
}

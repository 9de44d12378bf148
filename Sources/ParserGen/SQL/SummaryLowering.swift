import ParserRuntime

/// Turns the expressions of summaries into what is computed from rows.
struct SummaryLowering {
  /// Fields that are computed from fields that are computed: nobody needs more.
  private static let maximumDepth = 50

  let planner: SummaryPlanner
  let schema: SchemaPlan
  /// How many computed fields have led here.
  private var depth = 0

  init(_ planner: SummaryPlanner, _ schema: SchemaPlan) {
    self.planner = planner
    self.schema = schema
  }

  /// Goes on with what a computed field is computed from; what is wrong there is wrong at the place that names the field.
  func deeper<Result>(
    at place: SourceLocation, _ body: (SummaryLowering) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    guard depth < Self.maximumDepth else {
      throw Diagnostic(at: place, "a summary cannot follow more than \(Self.maximumDepth) fields that are computed")
    }
    var inner = self
    inner.depth += 1
    do throws(Diagnostic) { return try body(inner) } catch { throw Diagnostic(at: place, error.message) }
  }

  // MARK: Texts

  /// A value as a text; an object as its summary says, a list as its elements.
  func text(_ e: ResolvedExpression, in scope: SummaryScope) throws(Diagnostic) -> SummaryExpression {
    switch e.kind {
    case .string(let text): return .text(text)
    case .interpolated(let parts): return .joined(try texts(parts, in: scope))
    case .binary(.add, let left, let right) where isString(e):
      return .joined([try text(left, in: scope), try text(right, in: scope)])
    case .call(.integerText, let base, _), .call(.enumText, let base, _), .call(.booleanText, let base, _),
      .call(.floatText, let base, _), .call(.stringText, let base, _):
      return try text(base, in: scope)
    case .ternary(let condition, let yes, let no) where isString(e):
      return .choice(try number(condition, in: scope), try text(yes, in: scope), try text(no, in: scope))
    default: break
    }
    switch e.type {
    case .integer, .string, .bytes, .float, .boolean, .enumeration:
      let value = try value(e, in: scope)
      return value.isFormatted ? value.expression : shown(value.expression, e.type)
    case .array: return try list(e, in: scope)
    case .object, .anyObject, .choice:
      return try expression(within: e, in: scope) { planner.line(of: $0) }
    default:
      throw Diagnostic(at: e.location, "\(e.type.name) has no text that a summary could show")
    }
  }

  private func texts(
    _ parts: [ResolvedExpression], in scope: SummaryScope
  ) throws(Diagnostic) -> [SummaryExpression] {
    var texts: [SummaryExpression] = []
    for part in parts { texts.append(try text(part, in: scope)) }
    return texts
  }

  private func isString(_ e: ResolvedExpression) -> Bool { if case .string = e.type { true } else { false } }

  /// What a column has, as a text.
  func shown(
    _ column: ColumnPlan, _ type: DataType, _ format: ColumnFormat, in scope: SummaryScope
  ) -> SummaryExpression {
    let value = read(column, type, format, in: scope)
    return value.isFormatted ? value.expression : shown(value.expression, type)
  }

  func shown(_ value: SummaryExpression, _ type: DataType) -> SummaryExpression {
    switch type {
    case .boolean: .word(value)
    case .enumeration(let spec, _): schema.enums.firstIndex(of: spec).map { .name(value, names: $0) } ?? value
    default: value
    }
  }

  // MARK: Values

  /// A number, or a boolean as one.
  func number(_ e: ResolvedExpression, in scope: SummaryScope) throws(Diagnostic) -> SummaryExpression {
    let value = try value(e, in: scope)
    guard !value.isFormatted else {
      throw Diagnostic(
        at: e.location, "this is stored as a text: a summary can show it, but compute nothing from it")
    }
    return value.expression
  }

  func value(_ e: ResolvedExpression, in scope: SummaryScope) throws(Diagnostic) -> SummaryValue {
    func plain(_ expression: SummaryExpression) -> SummaryValue { SummaryValue(expression: expression) }
    try planner.step(at: e.location)
    switch e.kind {
    case .integer(let value): return plain(.number(value))
    case .boolean(let value): return plain(.number(value ? 1 : 0))
    case .enumMember(_, let member): return plain(.number(member.value))
    case .string(let text): return SummaryValue(expression: .text(text), isFormatted: true)
    case .member(let base, let members):
      return try within(base, in: scope) { scope throws(Diagnostic) in
        guard let member = members.first(where: { $0.owner === scope.type })?.member else {
          throw Diagnostic(at: e.location, "a summary cannot say which value this is")
        }
        return try value(of: member, in: scope, at: e.location)
      }
    case .unary(let sign, let operand):
      let operand = try number(operand, in: scope)
      switch sign {
      case .minus: return plain(.minus(operand))
      case .complement: return plain(.complement(operand))
      case .not: return plain(.not(operand))
      }
    case .binary(let sign, let left, let right):
      guard let known = SummaryOperator(rawValue: "\(sign)") else { break }
      if isString(left), sign == .equal || sign == .notEqual {
        return plain(.operation(known, try text(left, in: scope), try text(right, in: scope)))
      }
      return plain(.operation(known, try number(left, in: scope), try number(right, in: scope)))
    case .ternary(let condition, let yes, let no):
      let (yes, no) = (try value(yes, in: scope), try value(no, in: scope))
      return SummaryValue(
        expression: .choice(try number(condition, in: scope), yes.expression, no.expression),
        isFormatted: yes.isFormatted || no.isFormatted)
    case .call(.enumInteger, let base, _), .call(.booleanInteger, let base, _), .call(.integerInteger, let base, _):
      return plain(try number(base, in: scope))
    case .call(.arraySize, let list, _): return plain(try size(of: list, in: scope))
    case .cast(let base): return try value(base, in: scope)
    default: break
    }
    throw Diagnostic(
      at: e.location,
      "a summary cannot compute this: it knows names, numbers, booleans, the size of lists, and texts to be shown")
  }

  func value(
    of member: MemberDeclaration, in scope: SummaryScope, at place: SourceLocation
  ) throws(Diagnostic) -> SummaryValue {
    guard case .attribute(let attribute) = member else { return try argument(member, in: scope, at: place) }
    if let (column, format) = scope.column(of: attribute) { return read(column, attribute.type, format, in: scope) }
    guard let known = attribute.value else {
      throw Diagnostic(
        at: place,
        "'\(attribute.name)' is not stored, so a summary cannot show it\(remedy(for: attribute))")
    }
    // What is computed from stored fields is as good as stored.
    return try deeper(at: place) { inner throws(Diagnostic) in
      var value = try inner.value(known, in: scope)
      if let condition = attribute.expression("if") {
        value.expression = .choice(try inner.number(condition, in: scope), value.expression, .line([]))
      }
      return value
    }
  }

  func remedy(for attribute: AttributeDeclaration) -> String {
    if case .contents = attribute.format { return ": it is always the same" }
    return attribute.isInstance ? "; store it with '-sql: true'" : "; '-sql: none' here or around it says so"
  }

  private func argument(
    _ member: MemberDeclaration, in scope: SummaryScope, at place: SourceLocation
  ) throws(Diagnostic) -> SummaryValue {
    guard let number = scope.type.parameters.firstIndex(where: { $0.name == member.name }),
      scope.arguments.indices.contains(number), let outer = scope.enclosing
    else { throw Diagnostic(at: place, "the parameter '\(member.name)' is not stored, so a summary cannot show it") }
    return try value(scope.arguments[number], in: outer)
  }

  func read(
    _ column: ColumnPlan, _ type: DataType, _ format: ColumnFormat, in scope: SummaryScope
  ) -> SummaryValue {
    read(scope.table.index(of: column), ofRow: scope.row, type, format)
  }

  func read(_ column: Int, ofRow row: Int, _ type: DataType, _ format: ColumnFormat) -> SummaryValue {
    let plain = SummaryExpression.column(row: row, column)
    guard format == .natural || format == .integer else { return SummaryValue(expression: plain, isFormatted: true) }
    switch type {
    case .integer(let range), .enumeration(_, let range):
      let isWide = range.upper > Int128(Int64.max)
      return SummaryValue(expression: isWide ? .unsigned(row: row, column) : plain)
    case .boolean: return SummaryValue(expression: plain)
    default: return SummaryValue(expression: plain, isFormatted: true)
    }
  }
}

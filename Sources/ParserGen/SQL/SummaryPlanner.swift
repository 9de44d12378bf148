import ParserRuntime

/// Decides how messages are told in a line: as `-sql: {summary: …}` says, else by the first fields of their content.
///
/// A line is made when only rows are left of a message. So what a summary names must be stored, or be computed from what
/// is, in the message's row, in its content's, in that one's content, or in a list that is the message's content.
final class SummaryPlanner {
  /// Fields that are shown where the description says nothing.
  private static let defaultFields = 4
  /// Bytes of more than so many are not shown where the description says nothing: signatures, payloads.
  private static let maximumBytes = 32
  /// Values in values in values make more lines than anybody wants.
  private static let maximumDepth = 16
  private static let maximumLines = 2000
  /// Parts of expressions, with those of the computed fields that they name.
  private static let maximumSteps = 20_000
  /// Of an expression, so that whoever evaluates it need not have much of a stack.
  private static let maximumNesting = 60

  private let model: Model
  private let schema: SchemaPlan
  private let diagnostics: Diagnostics
  /// Types whose summaries are part of a message's line.
  private var shown: Set<ObjectIdentifier> = []
  private var lines = 0
  private var steps = 0

  static func plan(_ model: Model, _ schema: SchemaPlan, _ diagnostics: Diagnostics) -> [SpecificationInfo.Summary] {
    SummaryPlanner(model, schema, diagnostics).plan()
  }

  private init(_ model: Model, _ schema: SchemaPlan, _ diagnostics: Diagnostics) {
    self.model = model
    self.schema = schema
    self.diagnostics = diagnostics
  }

  private func plan() -> [SpecificationInfo.Summary] {
    let summaries = zip(model.messageTypes, schema.messages).map { type, plan in
      let states = model.states
      let directions = [
        states.contains { $0.initiator === type } ? 0 : nil, states.contains { $0.responder === type } ? 1 : nil,
      ].compactMap(\.self)
      return SpecificationInfo.Summary(
        directions: directions, line(of: SummaryScope(type, plan.items, plan.table, row: 0)))
    }
    for type in model.types where !shown.contains(ObjectIdentifier(type)) {
      guard let summary = type.spec.sql.summary else { continue }
      diagnostics.warning(
        summary.location, path: type.spec.path + "/-sql/summary",
        "no message's line shows a '\(type.spec.name)': name the field that holds it in the summary of what is around it, "
          + "as '{field}'")
    }
    return summaries
  }

  // MARK: Lines

  /// A value told in a line.
  func line(of scope: SummaryScope) -> SummaryExpression {
    lines += 1
    guard lines <= Self.maximumLines, scope.depth <= Self.maximumDepth else { return .line([]) }
    guard let summary = scope.type.spec.sql.summary else { return .line(fields(of: scope)) }
    shown.insert(ObjectIdentifier(scope.type))
    let path = scope.type.spec.path + "/-sql/summary"
    return .line(
      summary.parts.map { part -> SummaryExpression in
        if case .string(let text) = part.kind { return .text(text) }
        do throws(Diagnostic) {
          return try text(part, in: scope, path)
        } catch {
          diagnostics.error(error.location, path: path, error.message)
          return .line([])
        }
      })
  }

  private func text(_ part: Expression, in scope: SummaryScope, _ path: String) throws(Diagnostic) -> SummaryExpression
  {
    // A column may have a name of its own, for one of several forms of a value.
    if case .name(let name) = part.kind, scope.type.member(name) == nil, let column = scope.column(named: name) {
      return .column(row: scope.row, scope.table.index(of: column))
    }
    let resolved = try ExpressionTyping(.init(type: scope.type, path: path, showsAll: true)).resolved(part)
    let text = try SummaryLowering(self, schema).text(resolved, in: scope)
    guard resolved.type.isPlain ? text.nesting <= Self.maximumNesting : true else { throw tooLong(at: part.location) }
    return text
  }

  /// Counts a part of an expression.
  func step(at place: SourceLocation) throws(Diagnostic) {
    steps += 1
    guard steps <= Self.maximumSteps else { throw tooLong(at: place) }
  }

  private func tooLong(at place: SourceLocation) -> Diagnostic {
    Diagnostic(at: place, "this is computed from too much for a summary; store it, as an instance with '-sql: true'")
  }

  // MARK: Without a word in the description

  /// The first fields: of a message those of its content, if it has one.
  private func fields(of scope: SummaryScope) -> [SummaryExpression] {
    if scope.enclosing == nil, let content = scope.type.content, let items = scope.inside(content.field) {
      return [object(content.field, items, in: scope)].compactMap(\.self)
    }
    var fields: [SummaryExpression] = []
    for item in scope.items where fields.count < Self.defaultFields {
      for field in self.fields(item, in: scope).prefix(Self.defaultFields - fields.count) {
        fields.append(fields.isEmpty ? field : .joined([.text(" "), field]))
      }
    }
    return fields
  }

  private func fields(_ item: RowItem, in scope: SummaryScope) -> [SummaryExpression] {
    let lowering = SummaryLowering(self, schema)
    func named(_ column: ColumnPlan, _ value: SummaryExpression) -> [SummaryExpression] {
      [.joined([.text(column.name + " "), value])]
    }
    func plain(_ column: ColumnPlan) -> SummaryExpression {
      .column(row: scope.row, scope.table.index(of: column))
    }
    switch item {
    case .column(.attribute(let attribute), let column, let format):
      if case .bytes = attribute.type, attribute.elementBits.map({ $0 > Self.maximumBytes * 8 }) ?? true { return [] }
      return named(column, lowering.shown(column, attribute.type, format, in: scope))
    case .value(let type, let column, let format):
      if case .bytes = type { return [] }
      return [lowering.shown(column, type, format, in: scope)]
    case .computed(_, let column, _): return named(column, plain(column))
    case .list(_, let column?, _, _): return named(column, plain(column))
    case .list, .column, .row, .choice: return []
    case .inside(let attribute, let items): return [object(attribute, items, in: scope)].compactMap(\.self)
    case .each(let attribute, let items):
      // Rows that are found by their parent alone are not shown.
      return [try? lowering.elements(attribute, items, in: scope, at: attribute.spec.location)].compactMap(\.self)
    }
  }

  private func object(
    _ attribute: AttributeDeclaration, _ items: [RowItem], in scope: SummaryScope
  ) -> SummaryExpression? {
    try? SummaryLowering(self, schema).object(attribute, in: scope, at: attribute.spec.location)
  }
}

extension SummaryExpression {
  /// How many expressions are in one another.
  fileprivate var nesting: Int {
    switch self {
    case .text, .number, .column, .unsigned, .count: 1
    case .name(let value, names: _), .word(let value), .minus(let value), .complement(let value), .not(let value),
      .content(of: _, table: _, let value), .elements(table: _, let value):
      value.nesting + 1
    case .operation(_, let left, let right): max(left.nesting, right.nesting) + 1
    case .choice(let condition, let yes, let no): max(condition.nesting, yes.nesting, no.nesting) + 1
    case .cases(of: let value, let cases): cases.reduce(value.nesting) { max($0, $1.value.nesting) } + 1
    case .first(let values), .joined(let values), .line(let values): values.reduce(0) { max($0, $1.nesting) } + 1
    }
  }
}

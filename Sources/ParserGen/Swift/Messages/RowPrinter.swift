/// Writes the functions that turn values into rows.
struct RowPrinter {
  let access: String
  let names: SwiftNames
  let specificationName: String
  /// Groups of rows that a user may choose not to store.
  let details: [String]

  /// An extension with a function for each table that values of the type are rows of.
  func emit(_ plans: [RowPlan], _ out: inout CodeWriter) {
    for plan in plans {
      guard case .type(let type) = plan.source else { continue }
      out.line()
      out.block("extension \(names.path(type))") { out in
        out.line("/// Writes a row of `\(plan.table.name)`, and the rows that belong to it.")
        out.line("@discardableResult")
        let condition = condition(plan)
        let result = condition == nil ? "RowReference" : "RowReference?"
        out.block("func \(functionName(plan))(to rows: RowBatch, link rowLink: RowLink) -> \(result)") { out in
          if let condition { out.line("guard \(condition) else { return nil }") }
          emitRow(plan, "self", &out)
        }
      }
    }
  }

  /// Code that tells whether the user wants rows of the table; nil where that is no question.
  private func condition(_ plan: RowPlan) -> String? {
    plan.table.detail.flatMap { details.firstIndex(of: $0.text) }.map { "rows.stores(detail: \($0))" }
  }

  /// The statements that write a row; `value` is code of what it is made of. They end with `return`.
  private func emitRow(_ plan: RowPlan, _ value: String, _ out: inout CodeWriter) {
    emitRowStatements(plan, value, link: "rowLink", &out)
    out.line("return RowReference(table: \(plan.table.number), id: rowID)")
  }

  private func emitRowStatements(_ plan: RowPlan, _ value: String, link: String, _ out: inout CodeWriter) {
    out.line("let rowID = rows.newID(table: \(plan.table.number))")
    let scope = Scope(plan: plan, message: "\(link).message")
    let hasContent = plan.items.contains { contains($0, .content) }
    if hasContent {
      out.line("var contentRow: RowReference?")
      emit(plan.items, value, .content, scope, &out)
    }
    let isWritten = hasContent && plan.table.content.first != nil
    let declaration = isWritten ? "var rowWriter" : writer(plan)
    out.line("\(declaration) = rows.begin(table: \(plan.table.number), id: rowID, link: \(link))")
    if hasContent, let column = plan.table.content.first {
      out.line("rowWriter.content(\(plan.table.index(of: column)), contentRow, in: \(specificationName).tables)")
    }
    emit(plan.items, value, .columns, scope, &out)
    out.line("rowWriter.end()")
    emit(plan.items, value, .children, scope, &out)
  }

  /// The statements that write a message: its content first, since its row refers to that. They end with `return`.
  func emitMessage(_ plan: RowPlan, _ out: inout CodeWriter) {
    let scope = Scope(plan: plan, message: "rowID")
    let isWritten = plan.items.contains(where: containsRows)
    out.line("\(isWritten ? "var" : "let") contentRow: RowReference? = nil")
    emitRows(plan.items, "message", scope, &out)
    out.line(
      "\(writer(plan)) = rows.beginMessage(id: rowID, envelope, length: length, content: contentRow, in: tables)")
    emit(plan.items, "message", .columns, scope, &out)
    out.line("rowWriter.end()")
    out.line("return StoredMessage(id: rowID, content: contentRow)")
  }

  /// The declaration of what writes a row: a constant where there is nothing to write.
  private func writer(_ plan: RowPlan) -> String {
    plan.items.contains { contains($0, .columns) } ? "var rowWriter" : "let rowWriter"
  }

  /// The statements that write a unit of a response stream.
  func emitUnit(_ items: [RowItem], _ stream: StreamPlan, _ out: inout CodeWriter) {
    for item in items {
      guard case .row(let plan, _) = item else { continue }
      let parents = stream.requests.compactMap { table in
        plan.table.parentColumn(table).map { (table.number, plan.table.index(of: $0)) }
      }
      var arguments = "message: _message"
      if let first = parents.first {
        // With several kinds of request each has a column of its own.
        let column = parents.dropFirst().reduce("\(first.1)") { code, next in
          "$0.table == \(next.0) ? \(next.1) : \(code)"
        }
        arguments += ", parent: _request.map { (column: \(column), id: $0.id) }"
      }
      if let position = plan.table.position {
        arguments += ", position: (column: \(plan.table.index(of: position)), value: _elementIndex)"
      }
      out.line("let rowLink = RowLink(\(arguments))")
      emitRowCall(plan, "element", "rowLink", &out)
    }
  }

  private func emitRowCall(_ plan: RowPlan, _ value: String, _ link: String, _ out: inout CodeWriter) {
    switch plan.source {
    case .type: out.line("\(value).\(functionName(plan))(to: rows, link: \(link))")
    case .elements:
      guard let condition = condition(plan) else { return emitRowStatements(plan, value, link: link, &out) }
      out.block("if \(condition)") { emitRowStatements(plan, value, link: link, &$0) }
    }
  }

  private func functionName(_ plan: RowPlan) -> String { "append\(SwiftNames.capitalized(plan.table.name))Row" }

  // MARK: Items

  /// What is being written: rows referred to, the row itself, or rows that refer to it.
  private enum Pass { case content, columns, children }

  private struct Scope {
    var plan: RowPlan
    /// Code of the message's id.
    var message: String
  }

  /// Whether the pass has anything to do for the item.
  private func contains(_ item: RowItem, _ pass: Pass) -> Bool {
    switch item {
    case .column, .value, .list, .computed: pass == .columns
    case .inside(_, let items): items.contains { contains($0, pass) }
    case .choice(_, let cases): cases.contains { $0.contains { contains($0, pass) } }
    case .row(_, let link): pass == (link == .content ? .content : .children)
    case .each(_, let items): pass != .columns && items.contains { contains($0, pass) }
    }
  }

  private func containsRows(_ item: RowItem) -> Bool { contains(item, .content) || contains(item, .children) }

  /// The rows that belong to a message: its content first. What holds all of them is looked into once, since that copies
  /// a value.
  private func emitRows(_ items: [RowItem], _ value: String, _ scope: Scope, _ out: inout CodeWriter) {
    let holders = items.filter(containsRows)
    switch holders.first {
    case .inside(let field, let items) where holders.count == 1:
      emitInside(field, value, &out) { emitRows(items, $0, scope, &$1) }
    case .choice(let choice, let cases) where holders.count == 1:
      emitChoice(choice, cases, value, containsRows, &out) { emitRows($0, $1, scope, &$2) }
    default:
      emit(items, value, .content, scope, &out)
      emit(items, value, .children, scope, &out)
    }
  }

  private func emit(_ items: [RowItem], _ value: String, _ pass: Pass, _ scope: Scope, _ out: inout CodeWriter) {
    for item in items where contains(item, pass) { emit(item, value, pass, scope, &out) }
  }

  private func emit(_ item: RowItem, _ value: String, _ pass: Pass, _ scope: Scope, _ out: inout CodeWriter) {
    let table = scope.plan.table
    switch item {
    case .column(let member, let column, let format):
      emitColumn(member, table.index(of: column), format, value, &out)
    case .value(let type, let column, let format):
      out.line(write(type, format, table.index(of: column), value))
    case .list(let field, let column, let format, let count):
      emitList(field, column.map(table.index), format, count.map(table.index), value, &out)
    case .computed(let property, let column, let format):
      out.line(write(.unknown, format, table.index(of: column), "\(value).\(property)"))
    case .inside(let field, let items):
      emitInside(field, value, &out) { emit(items, $0, pass, scope, &$1) }
    case .choice(let choice, let cases):
      emitChoice(choice, cases, value, { contains($0, pass) }, &out) { emit($0, $1, pass, scope, &$2) }
    case .row(let plan, _): emitInnerRow(plan, value, position: nil, scope, &out)
    case .each(let field, let items):
      emitEach(field, items, value, pass, scope, &out)
    }
  }

  private func emitColumn(
    _ member: MemberDeclaration, _ column: Int, _ format: ColumnFormat, _ value: String, _ out: inout CodeWriter
  ) {
    guard case .attribute(let attribute) = member else { return }
    let access = "\(value).\(names.member(attribute))"
    let isThrowing = attribute.isInstance && attribute.canThrow
    guard isThrowing || attribute.isOptional else { return out.line(write(attribute.type, format, column, access)) }
    let name = names.member(attribute)
    // A column whose expression fails is NULL: the message itself is there.
    out.line("if let \(name) = \(isThrowing ? "try? " : "")\(access) { \(write(member.type, format, column, name)) }")
  }

  /// - Parameter body: gets code of the field's value.
  private func emitInside(
    _ field: AttributeDeclaration, _ value: String, _ out: inout CodeWriter,
    _ body: (String, inout CodeWriter) -> Void
  ) {
    let access = "\(value).\(names.member(field))"
    guard field.isOptional else { return body(access, &out) }
    let name = names.member(field)
    out.block("if let \(name) = \(access)") { body(name, &$0) }
  }

  /// - Parameter body: gets a case's items and code of its value.
  private func emitChoice(
    _ choice: SwitchDeclaration, _ cases: [[RowItem]], _ value: String, _ isWanted: (RowItem) -> Bool,
    _ out: inout CodeWriter, _ body: ([RowItem], String, inout CodeWriter) -> Void
  ) {
    let relevant = cases.enumerated().filter { $1.contains(where: isWanted) }
    let name = names.binding(choice.attribute) + "Value"
    out.line("switch \(value) {")
    for (index, items) in relevant {
      out.line("case .\(SwiftNames.quoted(names.alternative(choice, index)))(let \(name)):")
      out.indented { body(items, name, &$0) }
    }
    if relevant.count < choice.alternatives.count { out.line("default: break") }
    out.line("}")
  }

  private func emitEach(
    _ field: AttributeDeclaration, _ items: [RowItem], _ value: String, _ pass: Pass, _ scope: Scope,
    _ out: inout CodeWriter
  ) {
    emitInside(field, value, &out) { list, out in
      loop(field, items, elements(field, list, &out), pass, scope, &out)
    }
  }

  /// Code of a list whose elements are looked at one by one: taking one out of a list that is stored in the value itself
  /// would copy the list.
  private func elements(_ field: AttributeDeclaration, _ list: String, _ out: inout CodeWriter) -> String {
    guard case .inlineList = field.storedRepresentation else { return list }
    let name = names.local(field, "span")
    out.line("let \(name) = \(list).span")
    return name
  }

  private func loop(
    _ field: AttributeDeclaration, _ items: [RowItem], _ list: String, _ pass: Pass, _ scope: Scope,
    _ out: inout CodeWriter
  ) {
    let omitsLast = field.columns.omitsTerminator
    let range = omitsLast ? "\(list).indices.dropLast(\(terminators(field, list)))" : "\(list).indices"
    out.block("for elementIndex in \(range)") { out in
      out.line(
        "\(field.lacksCase ? "guard " : "")let element = \(list)[elementIndex]\(field.lacksCase ? " else { continue }" : "")"
      )
      for item in items { emitElement(item, field, pass, scope, &out) }
    }
  }

  /// How many elements at the end are the terminator: one, unless the list ended without it.
  private func terminators(_ field: AttributeDeclaration, _ list: String) -> String {
    guard let marker = field.expression("repeat-until")?.withoutEndOfStream else { return "1" }
    let lowering = ExpressionLowering(
      message: MessagePlace(owner: field.owner, kind: .value, element: field.storedElement))
    let values = SwiftExpressionPrinter.Values(
      owner: field.owner, element: "\(list)[\(list).count - 1]", index: "(\(list).count - 1)")
    let end = lowering.lower(marker)
    let code = SwiftExpressionPrinter(names: names, values: values).text(end)
    return "(\(end.canThrow ? "(try? \(code)) == true" : code)) ? 1 : 0"
  }

  private func emitElement(
    _ item: RowItem, _ field: AttributeDeclaration, _ pass: Pass, _ scope: Scope, _ out: inout CodeWriter
  ) {
    switch item {
    case .row(let plan, _): emitInnerRow(plan, "element", position: plan.table.position, scope, &out)
    case .choice(let choice, let cases):
      out.line("switch element {")
      for (index, items) in cases.enumerated() {
        out.line("case .\(SwiftNames.quoted(names.alternative(choice, index)))(let element):")
        out.indented { out in for item in items { emitElement(item, field, pass, scope, &out) } }
      }
      out.line("}")
    default: emit(item, "element", pass, scope, &out)
    }
  }

  /// A row inside of another.
  private func emitInnerRow(
    _ plan: RowPlan, _ value: String, position: ColumnPlan?, _ scope: Scope, _ out: inout CodeWriter
  ) {
    var arguments = "message: \(scope.message)"
    if let column = plan.table.parentColumn(scope.plan.table) {
      arguments += ", parent: (column: \(plan.table.index(of: column)), id: rowID)"
    }
    if let position { arguments += ", position: (column: \(plan.table.index(of: position)), value: elementIndex)" }
    switch plan.source {
    case .type:
      let call = "\(value).\(functionName(plan))(to: rows, link: RowLink(\(arguments)))"
      let keeps = scope.plan.table.isMessage || !scope.plan.table.content.isEmpty
      // The call must be made in any case, so it cannot stand behind `??`.
      out.line(keeps && isReferred(plan, scope) ? "do { let inner = \(call); contentRow = contentRow ?? inner }" : call)
    case .elements:
      out.block(condition(plan).map { "if \($0)" } ?? "do") { out in
        out.line("let rowLink = RowLink(\(arguments))")
        emitRowStatements(plan, value, link: "rowLink", &out)
        if scope.plan.table.isMessage {
          out.line("if contentRow == nil { contentRow = RowReference(table: \(plan.table.number), id: rowID) }")
        }
      }
    }
  }

  /// Whether the outer row's `content_id` may name the inner row.
  private func isReferred(_ plan: RowPlan, _ scope: Scope) -> Bool {
    guard case .type(let type) = plan.source else { return false }
    return scope.plan.table.isMessage || type.spec.sql.link == .content
  }

  // MARK: Columns

  /// A statement that writes a value into a column.
  private func write(_ type: DataType, _ format: ColumnFormat, _ column: Int, _ value: String) -> String {
    switch format {
    case .function(let name): return "rowWriter.text(\(column), \(name)(\(value)))"
    case .hex: return "rowWriter.hex(\(column), \(value))"
    case .decimal: return "rowWriter.decimal(\(column), \(value))"
    case .ip: return "rowWriter.ip(\(column), \(value))"
    case .blob: return "rowWriter.blob(\(column), \(value))"
    case .text:
      if case .enumeration = type { return "rowWriter.text(\(column), \(value).name ?? String(\(value).rawValue))" }
      return "rowWriter.text(\(column), \(value))"
    case .integer, .natural: break
    }
    switch type {
    case .integer: return "rowWriter.integer(\(column), \(value))"
    case .enumeration: return "rowWriter.integer(\(column), \(value).rawValue)"
    case .boolean: return "rowWriter.boolean(\(column), \(value))"
    case .float: return "rowWriter.real(\(column), \(value))"
    case .bytes: return "rowWriter.hex(\(column), \(value))"
    case .unknown where format == .integer: return "rowWriter.integer(\(column), \(value))"
    default: return "rowWriter.text(\(column), \(value))"
    }
  }

  private func emitList(
    _ field: AttributeDeclaration, _ column: Int?, _ format: ColumnFormat, _ count: Int?, _ value: String,
    _ out: inout CodeWriter
  ) {
    func body(_ list: String, _ out: inout CodeWriter) {
      if let count { out.line("rowWriter.integer(\(count), \(list).count)") }
      guard let column else { return }
      let list = elements(field, list, &out)
      out.line("rowWriter.beginText(\(column))")
      out.block("for elementIndex in \(list).indices") { out in
        out.line("if elementIndex > 0 { rowWriter.appendComma() }")
        out.line(append(field.elementType, format, "\(list)[elementIndex]"))
      }
      out.line("rowWriter.endText()")
    }
    emitInside(field, value, &out, body)
  }

  /// A statement that adds a value to a text.
  private func append(_ type: DataType, _ format: ColumnFormat, _ value: String) -> String {
    switch (format, type) {
    case (.function(let name), _): "rowWriter.append(\(name)(\(value)))"
    case (.hex, _), (.natural, .bytes): "rowWriter.appendHex(\(value))"
    case (.decimal, .bytes): "rowWriter.append(decimalText(\(value)))"
    case (.ip, _): "rowWriter.append(ipText(\(value)))"
    case (.text, .enumeration): "rowWriter.append(\(value).name ?? String(\(value).rawValue))"
    case (_, .enumeration): "rowWriter.append(String(\(value).rawValue))"
    case (_, .string): "rowWriter.append(\(value))"
    case (_, .boolean): "rowWriter.append(\(value) ? \"1\" : \"0\")"
    default: "rowWriter.append(String(\(value)))"
    }
  }
}

extension ResolvedExpression {
  /// Of `marker or _io.eof` the marker; the whole where the end of the stream is not mentioned; nil for only that.
  var withoutEndOfStream: ResolvedExpression? {
    switch kind {
    case .streamIsAtEnd: return nil
    case .binary(.or, let left, let right):
      switch (left.withoutEndOfStream, right.withoutEndOfStream) {
      case (let left?, let right?): return ResolvedExpression(.binary(.or, left, right), type, at: location)
      case (let one?, nil), (nil, let one?): return one
      case (nil, nil): return nil
      }
    default: return self
    }
  }
}

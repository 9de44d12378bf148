import ClickHouseSchema
import ParserRuntime

/// Decides which tables and columns a description has, by the defaults of the language and what `-sql` says.
final class TablePlanner {
  private let model: Model
  private let diagnostics: Diagnostics
  private let columns: ColumnPlanner
  private let tables: TableList
  private var rows: [RowPlan] = []
  /// The types whose members are becoming columns of one row, from the outermost.
  private var flattened: [TypeDeclaration] = []
  private static let maximumColumns = 200
  /// Types in types in types make more rows than anybody wants: so many members are looked at.
  private static let maximumMembers = 20_000
  private var memberCount = 0

  static func plan(_ model: Model, _ diagnostics: Diagnostics) -> SchemaPlan {
    let planner = TablePlanner(model, diagnostics)
    return planner.plan()
  }

  private init(_ model: Model, _ diagnostics: Diagnostics) {
    self.model = model
    self.diagnostics = diagnostics
    columns = ColumnPlanner(formats: model.root.spec.meta.sql.formats, diagnostics: diagnostics)
    let message = TablePlan(name: "message")
    message.doc = model.root.spec.doc.text ?? "A message."
    tables = TableList(message, diagnostics)
  }

  private func plan() -> SchemaPlan {
    let root = model.root
    let message = tables.all[0]
    // A message is of one type, so these may share columns.
    let messages = model.messageTypes.map { type in
      var used = Set(EngineTables.messageColumns.map(\.name))
      let plan = RowPlan(source: .type(type), table: message)
      plan.items = members(of: type, plan, &used, prefix: nil)
      return plan
    }
    let streams = planStreams()
    let all = tables.all
    for (number, table) in all.enumerated() {
      table.number = number
      WrittenColumns.mark((messages + rows).filter { $0.table === table })
    }
    tables.checkValueTables()
    KindChecker(model: model, tables: all, diagnostics: diagnostics).check()
    for table in all where table.columns.count > Self.maximumColumns {
      diagnostics.error(
        root.spec.location, path: "/-sql", "the table '\(table.name)' has more than \(Self.maximumColumns) columns")
    }
    return SchemaPlan(tables: all, messages: messages, rows: rows, streams: streams, enums: model.enums)
  }

  // MARK: Members

  /// What the members of a type contribute to a row; `used` are the names of its columns so far.
  private func members(
    of type: TypeDeclaration, _ plan: RowPlan, _ used: inout Set<String>, prefix: String?
  ) -> [RowItem] {
    guard !flattened.contains(where: { $0 === type }) else {
      diagnostics.error(
        type.spec.location, path: type.spec.path,
        "a row cannot hold a type that contains itself; give it a table of its own: '-sql: {table: …}'")
      return []
    }
    // Whoever has that many is told once, and nothing is gained by more.
    memberCount += type.fields.count + 1
    guard plan.table.columns.count <= Self.maximumColumns, memberCount <= Self.maximumMembers else {
      if memberCount > Self.maximumMembers {
        diagnostics.error(
          model.root.spec.location, path: "/-sql",
          "the tables of the description have more than \(Self.maximumMembers) members; give the types in types tables of "
            + "their own")
      }
      return []
    }
    flattened.append(type)
    defer { flattened.removeLast() }
    var items: [RowItem] = []
    for computed in type.spec.sql.computed {
      let origin = ColumnOrigin(computed, of: type)
      let spec = AttributeSQL.Column(
        name: computed.column, format: computed.format, isIndexed: computed.isIndexed, kinds: computed.kinds)
      let (column, format) = columns.column(spec, of: origin, .unknown, in: plan.table, &used, prefix)
      items.append(.computed(computed.property, column, format))
    }
    for field in type.fields where field.spec.isNamed && field.columns.isStored {
      if case .contents = field.format { continue }
      items += self.items(of: field, plan, &used, prefix: prefix)
    }
    for instance in type.instances {
      guard let sql = instance.spec.sql else { continue }
      refuseByValue(sql, instance.path("-sql"))
      guard instance.type.isPlain else {
        diagnostics.error(
          sql.location ?? instance.spec.location, path: instance.path("-sql"),
          "\(instance.type.name) cannot be a column; use an instance that is one of its members")
        continue
      }
      items += columns(of: ColumnOrigin(instance, sql), instance.type, plan, &used, prefix) {
        RowItem.column(.attribute(instance), $0, $1)
      }
    }
    return items
  }

  private func items(
    of field: AttributeDeclaration, _ plan: RowPlan, _ used: inout Set<String>, prefix: String?
  ) -> [RowItem] {
    if field.isRepeated {
      switch field.elementType {
      case .object, .choice:
        refuseByValue(field.columns, field.path("-sql"))
        return [.each(field, element(of: field, in: plan))]
      default: return list(field, plan, &used, prefix)
      }
    }
    refuseByValue(field.columns, field.path("-sql"))
    switch field.elementType {
    case .object(let type): return [.inside(field, user(type, field, plan, &used))]
    case .choice(let choice):
      // Cases exclude one another, so they may share columns; what follows may not.
      var all = used
      let cases = choice.alternatives.map { item in
        var mine = used
        defer { all.formUnion(mine) }
        return chosen(item, field, plan, &mine)
      }
      used = all
      return [.inside(field, [.choice(choice, cases)])]
    default:
      return columns(of: ColumnOrigin(field), field.type, plan, &used, prefix) {
        RowItem.column(.attribute(field), $0, $1)
      }
    }
  }

  /// A user type that is not repeated: a row of its own if it has a table, else part of the row around it.
  private func user(_ type: TypeDeclaration, _ field: AttributeDeclaration, _ plan: RowPlan, _ used: inout Set<String>)
    -> [RowItem]
  {
    if let name = tableName(of: type, field, isBody: field.choice != nil && field.owner.isMessage) {
      return [ownRow(type, name, field, plan, position: false)]
    }
    return members(of: type, plan, &used, prefix: field.traceName)
  }

  private func chosen(
    _ item: SwitchDeclaration.Alternative, _ field: AttributeDeclaration, _ plan: RowPlan, _ used: inout Set<String>
  ) -> [RowItem] {
    switch item.type {
    case .object(let type):
      if let name = tableName(of: type, field, isBody: field.owner.isMessage) {
        return [ownRow(type, name, field, plan, position: false)]
      }
      return members(of: type, plan, &used, prefix: field.traceName)
    default:
      return columns(of: ColumnOrigin(field), item.type, plan, &used, nil) {
        RowItem.value(item.type, $0, $1)
      }
    }
  }

  private func tableName(of type: TypeDeclaration, _ field: AttributeDeclaration, isBody: Bool) -> String? {
    if let name = field.columns.table { return name.text }
    switch type.spec.sql.table {
    case .some(.named(let name)): return name
    case .some(.none): return nil
    case nil: return isBody && hasColumns(type) ? shortName(type) : nil
    }
  }

  /// Whether a message body has anything to put into a table of its own.
  private func hasColumns(_ type: TypeDeclaration) -> Bool {
    !type.spec.sql.computed.isEmpty || type.instances.contains { $0.spec.sql != nil }
      || type.fields.contains { field in
        guard field.spec.isNamed, field.columns.isStored else { return false }
        if case .contents = field.format { return false }
        return true
      }
  }

  private func ownRow(
    _ type: TypeDeclaration, _ name: String, _ field: AttributeDeclaration, _ outer: RowPlan, position: Bool
  ) -> RowItem {
    let inner = row(.type(type), name, at: field)
    connect(inner, outer, type.spec.sql.link, position: position)
    return .row(inner, type.spec.sql.link)
  }

  private func connect(_ inner: RowPlan, _ outer: RowPlan, _ link: TypeSQL.Link, position: Bool) {
    switch link {
    case .parent: inner.table.addParent(outer.table)
    case .content: outer.table.addContent()
    }
    if position { inner.table.addPosition() }
  }

  // MARK: Repetitions

  /// What is written of an element of a repeated attribute.
  private func element(of field: AttributeDeclaration, in plan: RowPlan) -> [RowItem] {
    let name = field.columns.table?.text
    let fallback = "\(shortName(field.owner))_\(field.traceName)"
    let position = field.columns.hasPosition
    switch field.elementType {
    case .object(let type):
      return [ownRow(type, tableName(of: type, field, isBody: false) ?? fallback, field, plan, position: position)]
    case .choice(let choice) where name == nil && choice.alternatives.allSatisfy { hasOwnTable($0.type) }:
      return [
        .choice(
          choice,
          choice.alternatives.map { item in
            guard case .object(let type) = item.type else { return [] }
            return [
              ownRow(type, tableName(of: type, field, isBody: false) ?? fallback, field, plan, position: position)
            ]
          })
      ]
    default:
      let inner = row(.elements(field), name ?? fallback, at: field)
      connect(inner, plan, .parent, position: position)
      return [.row(inner, .parent)]
    }
  }

  private func hasOwnTable(_ type: DataType) -> Bool {
    if case .object(let type) = type, case .named = type.spec.sql.table { true } else { false }
  }

  private func list(_ field: AttributeDeclaration, _ plan: RowPlan, _ used: inout Set<String>, _ prefix: String?)
    -> [RowItem]
  {
    let origin = ColumnOrigin(field)
    guard let spec = origin.sql.columns.first else { return [] }
    let format = columns.format(spec.format, field.elementType, origin)
    let column = columns.column(
      spec.name ?? field.traceName, isChosen: spec.name != nil, type: .text, origin, in: plan.table, &used, prefix)
    column.isIndexed = column.isIndexed || spec.isIndexed
    column.isList = true
    column.add(spec.kinds)
    if let byValue = origin.sql.byValue {
      column.byValue = byValue
      if field.elementType.mayHaveCommas(as: format) {
        diagnostics.error(
          byValue.location, path: field.path("-sql/by_value"),
          "'by_value' is for lists of numbers and of bytes in hex: a text may have commas, which the list has between its "
            + "values")
      }
    }
    var count: ColumnPlan?
    if origin.sql.countColumn != "" {
      let name = origin.sql.countColumn ?? "\(spec.name ?? field.traceName)_count"
      var undocumented = origin
      undocumented.doc = nil
      count = columns.column(
        name, isChosen: origin.sql.countColumn != nil, type: .unsigned(32), undocumented, in: plan.table, &used, prefix)
    }
    return [.list(field, column, format, count: count)]
  }

  // MARK: Tables of values

  /// Only a list that is one column has values to find rows by.
  private func refuseByValue(_ sql: AttributeSQL, _ path: String) {
    guard let byValue = sql.byValue else { return }
    diagnostics.error(
      byValue.location, path: path + "/by_value",
      "'by_value' is for a list that is one column; rows are found by a single value with '-sql: {index: true}'")
  }

  // MARK: Rows and tables

  private func row(_ source: RowPlan.Source, _ name: String, at field: AttributeDeclaration) -> RowPlan {
    let table = tables.table(name, at: field)
    var detail = field.columns.detail
    if case .type(let type) = source { detail = detail ?? type.spec.sql.detail }
    tables.setDetail(detail, of: table, isKnown: rows.contains { $0.table === table }, at: field)
    if case .type(let type) = source,
      let known = rows.first(where: { $0.source.isType(type) && $0.table === table })
    {
      return known
    }
    let plan = RowPlan(source: source, table: table)
    rows.append(plan)
    var used: Set<String> = ["id", "packet_id", "position", "content_table", "content_id"]
    switch source {
    case .type(let type):
      plan.table.doc = plan.table.doc ?? type.spec.doc.text
      // A row of its own may be of a type that is around it.
      let outer = flattened
      flattened = []
      defer { flattened = outer }
      plan.items = members(of: type, plan, &used, prefix: nil)
    case .elements(let field):
      switch field.elementType {
      case .choice(let choice):
        plan.items = [
          .choice(
            choice,
            choice.alternatives.map { item in
              var mine = used
              return chosen(item, field, plan, &mine)
            })
        ]
      default:
        plan.items = columns(of: ColumnOrigin(field), field.elementType, plan, &used, nil) {
          RowItem.value(field.elementType, $0, $1)
        }
      }
    }
    return plan
  }

  private func shortName(_ type: TypeDeclaration) -> String { shortTypeName(type.spec.name) }

  // MARK: Columns

  private func columns(
    of origin: ColumnOrigin, _ type: DataType, _ plan: RowPlan, _ used: inout Set<String>, _ prefix: String?,
    _ make: (ColumnPlan, ColumnFormat) -> RowItem
  ) -> [RowItem] {
    origin.sql.columns.map { spec in
      let (column, format) = columns.column(spec, of: origin, type, in: plan.table, &used, prefix)
      return make(column, format)
    }
  }

  // MARK: Streams

  private func planStreams() -> [StreamPlan] {
    var plans: [StreamPlan] = []
    for type in model.types {
      for use in type.responseStreams {
        let plan = plans.first { $0.type === use.type } ?? StreamPlan(type: use.type)
        if !plans.contains(where: { $0 === plan }) { plans.append(plan) }
        let request = rows.first { $0.source.isType(type) }
        if let table = request?.table, !plan.requests.contains(where: { $0 === table }) { plan.requests.append(table) }
      }
    }
    for plan in plans { plan.units = plan.type.fields.map { unit($0, plan) } }
    return plans
  }

  private func unit(_ field: AttributeDeclaration, _ stream: StreamPlan) -> [RowItem] {
    if case .contents = field.format { return [] }
    guard field.spec.isNamed, field.columns.isStored else { return [] }
    refuseByValue(field.columns, field.path("-sql"))
    let fallback = "\(shortName(stream.type))_\(field.traceName)"
    let inner: RowPlan
    switch field.elementType {
    case .object(let type):
      inner = row(.type(type), tableName(of: type, field, isBody: false) ?? fallback, at: field)
    default: inner = row(.elements(field), field.columns.table?.text ?? fallback, at: field)
    }
    stream.requests.forEach(inner.table.addParent)
    if field.isRepeated, field.columns.hasPosition { inner.table.addPosition() }
    return [.row(inner, .parent)]
  }
}

/// A type's name without the prefix that message types have.
func shortTypeName(_ name: String) -> String { name.hasPrefix("msg_") ? String(name.dropFirst(4)) : name }

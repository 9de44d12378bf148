/// Decides which tables and columns a description has, by the defaults of the language and what `-sql` says.
final class TablePlanner {
  private let specification: AnalyzedSpecification
  private let diagnostics: Diagnostics
  private let formats: [String: String]
  private var tables: [TablePlan] = []
  private var rows: [RowPlan] = []

  static func plan(_ specification: AnalyzedSpecification, _ diagnostics: Diagnostics) -> SchemaPlan {
    let planner = TablePlanner(specification, diagnostics)
    return planner.plan()
  }

  private init(_ specification: AnalyzedSpecification, _ diagnostics: Diagnostics) {
    self.specification = specification
    self.diagnostics = diagnostics
    formats = specification.root.spec.meta.sql.formats
  }

  private func plan() -> SchemaPlan {
    let root = specification.root
    let message = TablePlan(name: "message")
    message.doc = root.spec.doc.text ?? "A message."
    tables = [message]
    var used = Set(EngineTables.messageColumns.map(\.name))
    let plan = RowPlan(source: .type(root), table: message)
    plan.items = members(of: root, plan, &used, prefix: nil)
    let streams = planStreams()
    for (number, table) in tables.enumerated() { table.number = number }
    for table in tables where table.columns.count > 200 {
      diagnostics.error(root.spec.location, path: "/-sql", "the table '\(table.name)' has more than 200 columns")
    }
    return SchemaPlan(tables: tables, message: plan, rows: rows, streams: streams, enums: specification.enums)
  }

  // MARK: Members

  /// What the members of a type contribute to a row; `used` are the names of its columns so far.
  private func members(
    of type: ResolvedType, _ plan: RowPlan, _ used: inout Set<String>, prefix: String?
  ) -> [RowItem] {
    var items: [RowItem] = []
    for computed in type.spec.sql.computed {
      let format = format(computed.format, .unknown, path: type.spec.path + "/-sql/computed")
      let column = column(
        computed.column, type: sqlType(.unknown, format), doc: nil, plan.table, &used, prefix, computed.location)
      column.isIndexed = column.isIndexed || computed.isIndexed
      items.append(.computed(computed.property, column, format))
    }
    for field in type.fields where field.spec.isNamed && field.spec.sql.isStored {
      if case .contents = field.format { continue }
      items += self.items(of: field, plan, &used, prefix: prefix)
    }
    for instance in type.instances {
      guard let sql = instance.spec.sql else { continue }
      items += columns(sql, instance.name, instance.type, instance.spec.doc, plan, &used, prefix) {
        RowItem.column(.instance(instance), $0, $1)
      }
    }
    return items
  }

  private func items(
    of field: Field, _ plan: RowPlan, _ used: inout Set<String>, prefix: String?
  ) -> [RowItem] {
    if field.repetition != nil {
      switch field.elementType {
      case .user, .choice: return [.each(field, element(of: field, in: plan))]
      default: return list(field, plan, &used, prefix)
      }
    }
    switch field.elementType {
    case .user(let type): return [.inside(field, user(type, field, plan, &used))]
    case .choice(let choice):
      // Cases exclude one another, so they may share columns; what follows may not.
      var all = used
      let cases = choice.cases.map { item in
        var mine = used
        defer { all.formUnion(mine) }
        return chosen(item, field, plan, &mine)
      }
      used = all
      return [.inside(field, [.choice(choice, cases)])]
    default:
      return columns(field.spec.sql, field.name, field.type, field.spec.doc, plan, &used, prefix) {
        RowItem.column(.field(field), $0, $1)
      }
    }
  }

  /// A user type that is not repeated: a row of its own if it has a table, else part of the row around it.
  private func user(_ type: ResolvedType, _ field: Field, _ plan: RowPlan, _ used: inout Set<String>) -> [RowItem] {
    if let name = tableName(of: type, field, isBody: false) {
      return [ownRow(type, name, field, plan, position: false)]
    }
    return members(of: type, plan, &used, prefix: field.name)
  }

  private func chosen(
    _ item: Choice.Case, _ field: Field, _ plan: RowPlan, _ used: inout Set<String>
  ) -> [RowItem] {
    switch item.type {
    case .user(let type):
      if let name = tableName(of: type, field, isBody: field.owner.isRoot) {
        return [ownRow(type, name, field, plan, position: false)]
      }
      return members(of: type, plan, &used, prefix: field.name)
    default:
      return columns(field.spec.sql, field.name, item.type, field.spec.doc, plan, &used, nil) {
        RowItem.value(item.type, $0, $1)
      }
    }
  }

  private func tableName(of type: ResolvedType, _ field: Field, isBody: Bool) -> String? {
    if let name = field.spec.sql.table { return name.text }
    switch type.spec.sql.table {
    case .some(.named(let name)): return name
    case .some(.none): return nil
    case nil: return isBody && hasColumns(type) ? shortName(type) : nil
    }
  }

  /// Whether a message body has anything to put into a table of its own.
  private func hasColumns(_ type: ResolvedType) -> Bool {
    !type.spec.sql.computed.isEmpty || type.instances.contains { $0.spec.sql != nil }
      || type.fields.contains { field in
        guard field.spec.isNamed, field.spec.sql.isStored else { return false }
        if case .contents = field.format { return false }
        return true
      }
  }

  private func ownRow(
    _ type: ResolvedType, _ name: String, _ field: Field, _ outer: RowPlan, position: Bool
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
  private func element(of field: Field, in plan: RowPlan) -> [RowItem] {
    let name = field.spec.sql.table?.text
    let fallback = "\(shortName(field.owner))_\(field.name)"
    let position = field.spec.sql.hasPosition
    switch field.elementType {
    case .user(let type):
      return [ownRow(type, tableName(of: type, field, isBody: false) ?? fallback, field, plan, position: position)]
    case .choice(let choice) where name == nil && choice.cases.allSatisfy { hasOwnTable($0.type) }:
      return [
        .choice(
          choice,
          choice.cases.map { item in
            guard case .user(let type) = item.type else { return [] }
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

  private func hasOwnTable(_ type: ValueType) -> Bool {
    if case .user(let type) = type, case .named = type.spec.sql.table { true } else { false }
  }

  private func list(_ field: Field, _ plan: RowPlan, _ used: inout Set<String>, _ prefix: String?) -> [RowItem] {
    let sql = field.spec.sql
    guard let spec = sql.columns.first else { return [] }
    let format = format(spec.format, field.elementType, path: field.spec.path + "/-sql")
    let place = sql.location ?? field.spec.location
    let column = column(
      spec.name ?? field.name, type: "TEXT", doc: field.spec.doc.text, plan.table, &used, prefix, place)
    var count: ColumnPlan?
    if sql.countColumn != "" {
      count = self.column(
        sql.countColumn ?? "\(spec.name ?? field.name)_count", type: "INTEGER", doc: nil, plan.table, &used, prefix,
        place)
    }
    return [.list(field, column, format, count: count)]
  }

  // MARK: Rows and tables

  private func row(_ source: RowPlan.Source, _ name: String, at field: Field) -> RowPlan {
    if case .type(let type) = source,
      let known = rows.first(where: { $0.source.isType(type) && $0.table.name == name })
    {
      return known
    }
    let plan = RowPlan(source: source, table: table(name, at: field))
    rows.append(plan)
    var used: Set<String> = ["id", "packet_id", "position", "content_table", "content_id"]
    switch source {
    case .type(let type):
      plan.table.doc = plan.table.doc ?? type.spec.doc.text
      plan.items = members(of: type, plan, &used, prefix: nil)
    case .elements(let field):
      switch field.elementType {
      case .choice(let choice):
        plan.items = [
          .choice(
            choice,
            choice.cases.map { item in
              var mine = used
              return chosen(item, field, plan, &mine)
            })
        ]
      default:
        plan.items = columns(field.spec.sql, field.name, field.elementType, field.spec.doc, plan, &used, nil) {
          RowItem.value(field.elementType, $0, $1)
        }
      }
    }
    return plan
  }

  private func table(_ name: String, at field: Field) -> TablePlan {
    if EngineTables.reservedNames.contains(name) || name.hasPrefix("enum_") || name.hasPrefix("sqlite_") {
      diagnostics.error(
        field.spec.sql.table?.location ?? field.spec.location, path: field.spec.path,
        "the table name '\(name)' is reserved; choose another with '-sql: {table: …}'")
    }
    if let known = tables.first(where: { $0.name == name }) { return known }
    let table = TablePlan(name: name)
    tables.append(table)
    return table
  }

  private func shortName(_ type: ResolvedType) -> String { shortTypeName(type.spec.name) }

  // MARK: Columns

  private func columns(
    _ sql: AttributeSQL, _ name: String, _ type: ValueType, _ doc: Documentation, _ plan: RowPlan,
    _ used: inout Set<String>, _ prefix: String?, _ make: (ColumnPlan, ColumnFormat) -> RowItem
  ) -> [RowItem] {
    let location = sql.location ?? specification.root.spec.location
    return sql.columns.map { spec in
      let format = format(spec.format, type, path: plan.table.name)
      let column = column(
        spec.name ?? name, type: sqlType(type, format), doc: doc.text, plan.table, &used, prefix, location)
      column.isIndexed = column.isIndexed || spec.isIndexed
      return make(column, format)
    }
  }

  /// The column of that name in the table; where the row has such a column already, one with the prefix.
  private func column(
    _ wanted: String, type: String, doc: String?, _ table: TablePlan, _ used: inout Set<String>, _ prefix: String?,
    _ location: SourceLocation
  ) -> ColumnPlan {
    var name = wanted
    if used.contains(name), let prefix { name = "\(prefix)_\(name)" }
    if !used.insert(name).inserted {
      diagnostics.error(
        location, path: "/-sql",
        "the table '\(table.name)' has two columns '\(name)'; rename one with '-sql: {column: …}'")
    }
    if let known = table.own(name) {
      if known.type != type {
        diagnostics.error(
          location, path: "/-sql",
          "the column '\(name)' of '\(table.name)' is \(known.type) in one case and \(type) in another")
      }
      return known
    }
    let column = ColumnPlan(name: name, type: type, doc: doc)
    table.add(column)
    return column
  }

  private func format(_ name: NameReference?, _ type: ValueType, path: String) -> ColumnFormat {
    guard let name else { return .natural }
    if let function = formats[name.text] { return .function(function) }
    let format: ColumnFormat
    switch name.text {
    case "hex": format = .hex
    case "decimal": format = .decimal
    case "ip": format = .ip
    case "integer": format = .integer
    case "text": format = .text
    case "blob": format = .blob
    default:
      diagnostics.error(
        name.location, path: path,
        "unknown format '\(name.text)'\(suggestion(for: name.text, among: ColumnFormat.names + formats.keys.sorted()))")
      return .natural
    }
    if !format.fits(type) {
      diagnostics.error(name.location, path: path, "\(type.name) cannot be stored as \(name.text)")
    }
    return format
  }

  private func sqlType(_ type: ValueType, _ format: ColumnFormat) -> String {
    switch format {
    case .integer: return "INTEGER"
    case .blob: return "BLOB"
    case .hex, .decimal, .ip, .text, .function: return "TEXT"
    case .natural: break
    }
    switch type {
    case .integer, .boolean, .enumeration: return "INTEGER"
    case .float: return "REAL"
    default: return "TEXT"
    }
  }

  // MARK: Streams

  private func planStreams() -> [StreamPlan] {
    var plans: [StreamPlan] = []
    for type in specification.types {
      for use in [type.answeredBy, type.followedBy].compactMap(\.self) {
        let plan = plans.first { $0.type === use.type } ?? StreamPlan(type: use.type)
        if !plans.contains(where: { $0 === plan }) { plans.append(plan) }
        let request = rows.first { $0.source.isType(type) }
        if let table = request?.table, !plan.requests.contains(where: { $0 === table }) { plan.requests.append(table) }
      }
    }
    for plan in plans { plan.units = plan.type.fields.map { unit($0, plan) } }
    return plans
  }

  private func unit(_ field: Field, _ stream: StreamPlan) -> [RowItem] {
    if case .contents = field.format { return [] }
    guard field.spec.isNamed, field.spec.sql.isStored else { return [] }
    let fallback = "\(shortName(stream.type))_\(field.name)"
    let inner: RowPlan
    switch field.elementType {
    case .user(let type):
      inner = row(.type(type), tableName(of: type, field, isBody: false) ?? fallback, at: field)
    default: inner = row(.elements(field), field.spec.sql.table?.text ?? fallback, at: field)
    }
    stream.requests.forEach(inner.table.addParent)
    if field.repetition != nil, field.spec.sql.hasPosition { inner.table.addPosition() }
    return [.row(inner, .parent)]
  }
}

/// A type's name without the prefix that message types have.
func shortTypeName(_ name: String) -> String { name.hasPrefix("msg_") ? String(name.dropFirst(4)) : name }

extension ColumnFormat {
  /// Whether values of the type can be written so; unknown types are those of Swift properties.
  func fits(_ type: ValueType) -> Bool {
    switch (self, type) {
    case (_, .unknown), (.natural, _), (.function, _): true
    case (.hex, .bytes), (.hex, .integer), (.decimal, .bytes), (.decimal, .integer), (.ip, .bytes), (.blob, .bytes):
      true
    case (.integer, .integer), (.integer, .enumeration), (.integer, .boolean): true
    case (.text, .string), (.text, .bytes), (.text, .integer), (.text, .enumeration): true
    default: false
    }
  }
}

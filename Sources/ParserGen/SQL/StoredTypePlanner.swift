import ParserRuntime

typealias StoredType = SpecificationInfo.StoredType

extension SchemaPlan {
  /// Where fields are stored, by the types whose values are rows; those of messages first.
  var storedTypes: [StoredType] {
    let plans = messages + rows
    return plans.map { plan in
      var walk = StoredTypeWalk(plans: plans, streams: streams)
      var name = ""
      if case .type(let type) = plan.source {
        name = type.spec.name
        walk.collectStreams(of: type, at: [])
      }
      walk.collect(plan.items, at: [])
      return StoredType(name, plan.table.name, fields: walk.fields, rows: walk.rows)
    }
  }
}

/// Finds the fields of a row and the rows that belong to it, with the names that lead to them.
private struct StoredTypeWalk {
  let plans: [RowPlan]
  let streams: [StreamPlan]
  private(set) var fields: [SpecificationInfo.StoredField] = []
  private(set) var rows: [SpecificationInfo.StoredRows] = []

  init(plans: [RowPlan], streams: [StreamPlan]) {
    self.plans = plans
    self.streams = streams
  }

  mutating func collect(_ items: [RowItem], at path: [String]) {
    for item in items { collect(item, at: path) }
  }

  private mutating func collect(_ item: RowItem, at path: [String]) {
    switch item {
    case .column(let member, let column, let format):
      add(column, ValueForm(member.type, format), at: path + [member.name])
    case .value(let type, let column, let format): add(column, ValueForm(type, format), at: path)
    case .computed(_, let column, let format): add(column, ValueForm(.unknown, format), at: path + [column.name])
    case .list(let field, let column, let format, let count):
      if let column {
        add(column, ValueForm(element: field.elementType, format), isList: true, at: path + [field.traceName])
      }
      if let count { add(count, .natural, at: path + [count.name]) }
    case .inside(let field, let items), .each(let field, let items):
      guard case .object(let type) = field.elementType else { return collect(items, at: path + [field.traceName]) }
      collect(items, of: type, at: path, field.traceName)
    case .choice(let choice, let cases):
      for (alternative, items) in zip(choice.alternatives, cases) {
        guard case .object(let type) = alternative.type, let name = path.last else {
          collect(items, at: path)
          continue
        }
        collect(items, of: type, at: path.dropLast(), name)
      }
    case .row(let plan, _):
      guard let number = plans.firstIndex(where: { $0 === plan }) else { return }
      rows.append(SpecificationInfo.StoredRows(path.joined(separator: "."), number))
    }
  }

  private mutating func collect(_ items: [RowItem], of type: TypeDeclaration, at path: [String], _ name: String) {
    let inner = path + ["\(name):\(type.spec.name)"]
    collect(items, at: inner)
    // Where the type is a row of its own, its streams belong to that.
    if case .row? = items.first { return }
    collectStreams(of: type, at: inner)
  }

  /// What follows a message of the type.
  mutating func collectStreams(of type: TypeDeclaration, at path: [String]) {
    for use in type.responseStreams {
      guard let stream = streams.first(where: { $0.type === use.type }) else { continue }
      for (field, items) in zip(stream.type.fields, stream.units) {
        let type = if case .object(let type) = field.elementType { ":\(type.spec.name)" } else { "" }
        collect(items, at: path + [stream.type.spec.name, field.traceName + type])
      }
    }
  }

  private mutating func add(
    _ column: ColumnPlan, _ form: SpecificationInfo.ValueForm, isList: Bool = false, at path: [String]
  ) {
    fields.append(
      SpecificationInfo.StoredField(path.joined(separator: "."), column.name, form, isList: isList))
  }
}

private typealias ValueForm = SpecificationInfo.ValueForm

extension SpecificationInfo.ValueForm {
  /// Of a value that is a column.
  fileprivate init(_ type: DataType, _ format: ColumnFormat) {
    self =
      switch (format, type) {
      case (.hex, _), (.natural, .bytes): .hex
      case (.decimal, _): .decimal
      case (.ip, _): .address
      case (.blob, _): .blob
      case (.text, _), (.function, _): .text
      case (.natural, .boolean), (.integer, .boolean): .boolean
      case (.natural, _), (.integer, _): .natural
      }
  }

  /// Of an element of a list, which is a part of a text.
  fileprivate init(element type: DataType, _ format: ColumnFormat) {
    switch (format, type) {
    case (.natural, .integer), (.natural, .enumeration), (.natural, .boolean), (.integer, _): self = .decimal
    case (.natural, .bytes): self = .hex
    case (.natural, _): self = .text
    default: self.init(type, format)
    }
  }
}

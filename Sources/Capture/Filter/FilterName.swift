import ParserRuntime

/// A name that a filter may have, as it is offered to who writes one.
public struct FilterName: Sendable, Hashable {
  /// The name.
  public let name: String
  /// What values it has, in words; nil where it is not compared with anything.
  public let kind: String?
  /// What it is, in one line, of each of the fields that have the name; nil where the description does not say.
  public let doc: String?
  /// The values that have names, in their order.
  public let values: [Value]

  /// A value that has a name.
  public struct Value: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// What it means, in one line; nil where the description does not say.
    public let doc: String?
  }
}

extension FilterName {
  /// Those of every message, then those of the description.
  static func names(_ engine: EngineFields, _ described: DescribedFields) -> [FilterName] {
    let info = described.info
    let everywhere = engine.names.map { name in
      FilterName(
        name: name.name, kind: name.kind?.words, doc: name.doc,
        values: values(name.kind, of: info.typeColumn, in: "message", info))
    }
    let known = Set(everywhere.map(\.name))
    var order: [String] = []
    var found: [String: [(field: FilterField, doc: String?)]] = [:]
    for (name, field, doc) in described.names where !known.contains(name) && engine.operand(name) == nil {
      if found[name] == nil { order.append(name) }
      found[name, default: []].append((field, doc))
    }
    return everywhere
      + order.compactMap { name -> FilterName? in
        // What the database does not tell from others is of no use.
        guard case .fields? = try? described.operand(name), let fields = found[name] else { return nil }
        var docs: [String] = []
        for case let doc? in fields.map(\.doc) where !docs.contains(doc) { docs.append(doc) }
        let field = fields[0].field
        return FilterName(
          name: name, kind: field.isList ? "lists of \(field.kind.words)" : field.kind.words,
          doc: docs.isEmpty ? nil : docs.joined(separator: "; "),
          values: values(field.kind, of: field.column, in: field.tableName, info))
      }
  }

  /// The names of a column's values, in the description's order.
  private static func values(
    _ kind: FieldKind?, of column: String?, in table: String, _ info: SpecificationInfo
  ) -> [Value] {
    guard case .integer(_, let names)? = kind, !names.isEmpty else { return [] }
    let lookup = info.lookups.first { $0.table == table && $0.column == column }
    let entries = info.nameTables.first { $0.name == lookup?.names }?.entries ?? []
    return entries.map { Value(name: $0.name, doc: $0.doc) }
  }
}

extension DescribedFields {
  /// Each field behind the names of what it is in.
  var names: [(name: String, field: FilterField, doc: String?)] {
    // What leads to rows of a type.
    var above = types.map { Self.shortNames([$0.table, $0.name]) }
    for type in types {
      for rows in type.rows { above[rows.type] += owners(rows.steps, in: type) }
    }
    var names: [(name: String, field: FilterField, doc: String?)] = []
    for (number, type) in types.enumerated() {
      for field in type.fields {
        guard let own = field.names.first else { continue }
        let inside = owners(field.steps, in: type)
        // Of messages' own fields the type says little.
        if type.place == .message, inside.isEmpty { names.append((own, field.field, field.doc)) }
        let owners = type.place == .message && !inside.isEmpty ? inside : inside + above[number]
        for owner in owners where !owner.isEmpty && owner != "message" {
          names.append(("\(owner).\(own)", field.field, field.doc))
        }
      }
    }
    return names
  }

  /// The names of fields and types on the way; of a field that a switch chooses the type of, only the type's.
  private func owners(_ steps: [StoredTypePaths.Step], in type: StoredTypePaths) -> [String] {
    var outer = info.outline.type(type.name)
    var owners: [String] = []
    for step in steps {
      let isChosen = outer?.member(step.field)?.cases.isEmpty == false
      owners += Self.shortNames((isChosen ? [] : [step.field]) + (step.type.map { [$0] } ?? []))
      outer = step.type.flatMap(info.outline.type)
    }
    return owners
  }

  private static func shortNames(_ names: [String]) -> [String] {
    names.map { String(FieldSearch.shortName($0)) }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
  }
}

import ClickHouseSchema
import ParserRuntime

typealias Table = SpecificationInfo.Table
typealias Column = SpecificationInfo.Column
typealias ColumnType = SpecificationInfo.ColumnType
typealias NameTable = SpecificationInfo.NameTable

extension EngineTables {
  /// Names that no table of a description may have.
  static let reservedNames = Set(all.map(\.name) + ["message"]).union(ClickHouseSchema.reservedNames)
}

extension SchemaPlan {
  /// The tables of the description as data, by number; `message` with the engine's columns in front.
  var descriptionTables: [Table] {
    tables.map { table in
      Table(
        table.name, doc: line(table.doc),
        (table.isMessage ? EngineTables.messageColumns : []) + table.columns.map(definition))
    }
  }

  /// The kinds of values that columns have, those of the engine too, each once.
  static func kinds(of tables: [TablePlan]) -> [String] {
    (tables.flatMap(\.columns).flatMap(\.kindNames) + EngineTables.all.flatMap(\.columns).flatMap(\.kinds))
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The names of enums' members as data.
  var nameTables: [NameTable] {
    enums.map { spec in
      NameTable(
        spec.tableName,
        spec.members.map {
          NameTable.Entry(Int64(truncatingIfNeeded: $0.value), $0.name, doc: $0.doc.text.map(firstSentence))
        })
    }
  }

  private func definition(_ column: ColumnPlan) -> Column {
    Column(
      column.name, column.type, role: column.role, isNullable: column.isNullable, isIndexed: column.isIndexed,
      byValue: column.valueName, isList: column.isList, kinds: column.kindNames, doc: line(column.doc))
  }

  private func line(_ doc: String?) -> String? {
    let line = doc.map(firstSentence)
    return line?.isEmpty == true ? nil : line
  }
}

extension EnumSpec {
  /// The table that has the names of the members.
  var tableName: String { "enum_\(name)" }
}

extension ColumnType {
  /// For integers of a range.
  init(_ range: IntegerRange) {
    func bits(_ fits: (Int) -> Bool) -> Int { [8, 16, 32].first(where: fits) ?? 64 }
    if range.lower >= 0 {
      self = .unsigned(bits { IntegerRange(bytes: $0 / 8, isSigned: false).contains(range) })
    } else {
      self = .signed(bits { IntegerRange(bytes: $0 / 8, isSigned: true).contains(range) })
    }
  }

  /// The type of a column that has values of both.
  func joined(with other: ColumnType) -> ColumnType {
    switch (self, other) {
    case _ where self == other: self
    case (.signed(let left), .signed(let right)): .signed(max(left, right))
    case (.unsigned(let left), .unsigned(let right)): .unsigned(max(left, right))
    case (.signed(let signed), .unsigned(let unsigned)), (.unsigned(let unsigned), .signed(let signed)):
      .signed(min(64, max(signed, 2 * unsigned)))
    default: .any
    }
  }
}

/// A doc text's first line, without the full stop.
func firstSentence(_ text: String) -> String {
  let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  return line.hasSuffix(".") ? String(line.dropLast()) : line
}

import ParserRuntime

/// What a column is made from, and where that stands in the description.
struct ColumnOrigin {
  var name: String
  var doc: String?
  var sql: AttributeSQL
  var location: SourceLocation
  var path: String

  init(_ field: AttributeDeclaration) {
    self.init(field.traceName, field.spec.doc, field.columns, field.spec.location, field.spec.path)
  }

  init(_ instance: AttributeDeclaration, _ sql: AttributeSQL) {
    self.init(instance.name, instance.spec.doc, sql, instance.spec.location, instance.spec.path)
  }

  init(_ computed: ComputedColumn, of type: TypeDeclaration) {
    self.init(computed.column, Documentation(), AttributeSQL(), computed.location, type.spec.path)
  }

  private init(_ name: String, _ doc: Documentation, _ sql: AttributeSQL, _ location: SourceLocation, _ path: String) {
    self.name = name
    self.doc = doc.text
    self.sql = sql
    self.location = sql.location ?? location
    self.path = path + "/-sql"
  }
}

/// Decides the names, types and formats of columns.
struct ColumnPlanner {
  /// Formats that the description names, and the Swift function of each.
  let formats: [String: String]
  let diagnostics: Diagnostics

  /// The column for a value of a type, and how the value is written; `used` are the names that the row has already.
  func column(
    _ spec: AttributeSQL.Column, of origin: ColumnOrigin, _ type: DataType, in table: TablePlan,
    _ used: inout Set<String>, _ prefix: String?
  ) -> (ColumnPlan, ColumnFormat) {
    let format = format(spec.format, type, origin)
    let column = column(
      spec.name ?? origin.name, isChosen: spec.name != nil, type: columnType(type, format), origin, in: table, &used,
      prefix)
    column.isIndexed = column.isIndexed || spec.isIndexed
    column.add(spec.kinds)
    return (column, format)
  }

  /// The column of that name in the table; where the row has such a column already, one with the prefix or a number.
  /// - Parameter isChosen: whether the description asks for the name, so that another would not do.
  func column(
    _ wanted: String, isChosen: Bool, type: ColumnType, _ origin: ColumnOrigin, in table: TablePlan,
    _ used: inout Set<String>, _ prefix: String?
  ) -> ColumnPlan {
    var name = wanted
    if used.contains(name), let prefix { name = "\(prefix)_\(name)" }
    if used.contains(name) {
      if isChosen {
        diagnostics.error(
          origin.location, path: origin.path,
          "the table '\(table.name)' has two columns '\(name)'; rename one with '-sql: {column: …}'")
      } else {
        name = free(name, used)
        diagnostics.warning(
          origin.location, path: origin.path,
          "the table '\(table.name)' has a column '\(wanted)' already; this one is '\(name)'")
      }
    }
    used.insert(name)
    guard let known = table.own(name) else {
      let column = ColumnPlan(name: name, type: type, doc: origin.doc)
      column.isChosen = isChosen
      table.add(column)
      return column
    }
    let joined = known.type.joined(with: type)
    if joined == .any, known.type != type, isChosen, known.isChosen {
      let (old, new) = (SQLDialect.sqlite.type(known.type), SQLDialect.sqlite.type(type))
      diagnostics.error(
        origin.location, path: origin.path,
        "the column '\(name)' of '\(table.name)' is \(old) in one case and \(new) in another")
    }
    known.type = joined
    return known
  }

  private func free(_ name: String, _ used: Set<String>) -> String {
    var number = 2
    while used.contains("\(name)_\(number)") { number += 1 }
    return "\(name)_\(number)"
  }

  func format(_ name: NameReference?, _ type: DataType, _ origin: ColumnOrigin) -> ColumnFormat {
    guard let name else { return .natural }
    if let function = formats[name.text] { return .function(function) }
    guard let format = ColumnFormat.named[name.text] else {
      let known = ColumnFormat.named.keys.sorted() + formats.keys.sorted()
      diagnostics.error(
        name.location, path: origin.path, "unknown format '\(name.text)'\(suggestion(for: name.text, among: known))")
      return .natural
    }
    if !format.fits(type) {
      diagnostics.error(name.location, path: origin.path, "\(type.name) cannot be stored as \(name.text)")
    }
    return format
  }

  private func columnType(_ type: DataType, _ format: ColumnFormat) -> ColumnType {
    switch (format, type) {
    case (.blob, _): .blob
    case (.hex, _), (.decimal, _), (.ip, _), (.text, _), (.function, _): .text
    case (.natural, .integer(let range)), (.natural, .enumeration(_, let range)), (.integer, .integer(let range)),
      (.integer, .enumeration(_, let range)):
      ColumnType(range)
    case (.natural, .boolean), (.integer, .boolean): .unsigned(8)
    case (.integer, _): .signed(64)
    case (.natural, .float): .real
    case (.natural, _): .text
    }
  }
}

extension ColumnFormat {
  /// The formats of the language, by the names that `as` gives them.
  static let named: [String: ColumnFormat] = [
    "hex": .hex, "decimal": .decimal, "ip": .ip, "integer": .integer, "text": .text, "blob": .blob,
  ]

  /// Whether values of the type can be written so; unknown types are those of Swift properties.
  func fits(_ type: DataType) -> Bool {
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

extension DataType {
  /// Whether a value's text in a format may have commas, as far as that is known here: of a function's texts it is not.
  func mayHaveCommas(as format: ColumnFormat) -> Bool {
    switch (self, format) {
    case (.string, .natural), (.string, .text), (.bytes, .text), (.bytes, .blob): true
    default: false
    }
  }
}

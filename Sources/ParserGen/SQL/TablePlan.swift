import ParserRuntime

/// A table to be.
final class TablePlan {
  let name: String
  var doc: String?
  /// The group of rows that a user may choose not to store.
  var detail: NameReference?
  /// The number by which rows in a batch name the table.
  var number = 0
  /// Columns that name the containing row, by the containing table.
  private(set) var parents: [(table: TablePlan, column: ColumnPlan)] = []
  private(set) var position: ColumnPlan?
  /// `content_table` and `content_id`.
  private(set) var content: [ColumnPlan] = []
  private(set) var own: [ColumnPlan] = []

  init(name: String) { self.name = name }

  var isMessage: Bool { name == "message" }

  /// All columns in order; `message` begins with those of the engine, every other table with `id` and `packet_id`.
  var columns: [ColumnPlan] {
    if isMessage { return own }
    return [
      ColumnPlan(name: "id", type: .signed(64), role: .key, isNullable: false, doc: nil),
      ColumnPlan(
        name: "packet_id", type: .signed(64), role: .reference(to: "message"), isNullable: false,
        doc: "the message; for a response stream its request"),
    ] + parents.map(\.column) + [position].compactMap(\.self) + content + own
  }

  func own(_ name: String) -> ColumnPlan? { own.first { $0.name == name } }

  func add(_ column: ColumnPlan) { own.append(column) }

  func addParent(_ table: TablePlan) {
    guard !table.isMessage, !parents.contains(where: { $0.table === table }) else { return }
    let column = ColumnPlan(
      name: "\(table.name)_id", type: .signed(64), role: .reference(to: table.name), doc: nil)
    parents.append((table, column))
  }

  func parentColumn(_ table: TablePlan) -> ColumnPlan? { parents.first { $0.table === table }?.column }

  func addPosition() {
    position = position ?? ColumnPlan(name: "position", type: .unsigned(32), doc: "place in the list, from 0")
  }

  func addContent() {
    guard content.isEmpty, !isMessage else { return }
    content = [
      ColumnPlan(name: "content_table", type: .text, role: .contentTable, doc: "table of the content"),
      ColumnPlan(name: "content_id", type: .signed(64), role: .content, doc: "its row there"),
    ]
  }

  /// The place of a column, once all are known.
  func index(of column: ColumnPlan) -> Int {
    if isMessage {
      if column.role == .contentTable { return EngineTables.Message.contentTable.rawValue }
      return EngineTables.messageColumns.count + (own.firstIndex { $0 === column } ?? 0)
    }
    return columns.firstIndex { $0.name == column.name } ?? 0
  }
}

/// A column to be.
final class ColumnPlan {
  let name: String
  var type: ColumnType
  let role: SpecificationInfo.ColumnRole
  /// Whether rows may lack it; `WrittenColumns` finds out of those that the description's types fill.
  var isNullable: Bool
  let doc: String?
  var isIndexed = false
  /// What the description calls a value of a list, by which rows are to be found.
  var byValue: NameReference?
  /// Whether the description asks for the name.
  var isChosen = false
  /// What kinds of values it has.
  private(set) var kinds: [NameReference] = []
  /// Whether it has all values of a list, with commas between them.
  var isList = false

  init(
    name: String, type: ColumnType, role: SpecificationInfo.ColumnRole = .value, isNullable: Bool = true, doc: String?
  ) {
    self.name = name
    self.type = type
    self.role = role
    self.isNullable = isNullable
    self.doc = doc
  }

  /// Of several fields that share the column each may have its own.
  func add(_ kinds: [NameReference]) { self.kinds += kinds }

  /// The names of its kinds, each once.
  var kindNames: [String] {
    kinds.map(\.text).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What a value of a list is called, by which rows are to be found; nil where that is not asked for.
  var valueName: String? { byValue.map { $0.text == "true" ? name : $0.text } }
}

/// How a value becomes a column's.
enum ColumnFormat: Equatable {
  /// As the value's type says.
  case natural
  case hex, decimal, ip, integer, text, blob
  /// A Swift function from the value to a text.
  case function(String)
}

/// How values of a type are written as rows of a table.
final class RowPlan {
  enum Source {
    case type(TypeDeclaration)
    /// The elements of an attribute that are of no user type.
    case elements(AttributeDeclaration)

    func isType(_ type: TypeDeclaration) -> Bool { if case .type(let mine) = self { mine === type } else { false } }
  }

  let source: Source
  let table: TablePlan
  var items: [RowItem] = []

  init(source: Source, table: TablePlan) {
    self.source = source
    self.table = table
  }
}

/// A part of a row, or something to be written beside it. Each is relative to a value: that of the row's type, or of
/// a part of it that an enclosing item has led to.
indirect enum RowItem {
  /// A member of the value.
  case column(MemberDeclaration, ColumnPlan, ColumnFormat)
  /// The value itself.
  case value(DataType, ColumnPlan, ColumnFormat)
  /// A repeated scalar member.
  case list(AttributeDeclaration, ColumnPlan?, ColumnFormat, count: ColumnPlan?)
  /// A Swift property.
  case computed(String, ColumnPlan, ColumnFormat)
  /// Goes on with a member.
  case inside(AttributeDeclaration, [RowItem])
  /// Goes on with what a switch has chosen, by case.
  case choice(SwitchDeclaration, [[RowItem]])
  /// The value is a row of its own.
  case row(RowPlan, TypeSQL.Link)
  /// Goes on with each element of a repeated member.
  case each(AttributeDeclaration, [RowItem])
}

/// The units of a response stream.
final class StreamPlan {
  let type: TypeDeclaration
  /// Tables of the requests that the stream may answer; `nil` in a request without a row of its own.
  var requests: [TablePlan] = []
  /// For each attribute what is written of an element.
  var units: [[RowItem]] = []

  init(type: TypeDeclaration) { self.type = type }
}

/// Everything that is known of the database.
struct SchemaPlan {
  /// `message` first.
  var tables: [TablePlan]
  /// How messages of each type are written.
  var messages: [RowPlan]
  var rows: [RowPlan]
  var streams: [StreamPlan]
  var enums: [EnumSpec]
  /// How messages are told in a line.
  var summaries: [SpecificationInfo.Summary] = []

  /// Groups of rows that a user may choose not to store, by number.
  var details: [String] {
    tables.compactMap { $0.detail?.text }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

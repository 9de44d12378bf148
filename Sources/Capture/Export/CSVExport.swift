import ParserRuntime

/// Messages as lines of comma-separated values: who sent what to whom, and when; what the message is about; and then the
/// columns of its row in `message`. Where all of them have their contents in one table, that table's columns follow.
final class CSVExport: ExportSource {
  /// What begins a line, for whoever reads it.
  static let leading = [
    "message", "time", "source", "source_port", "destination", "destination_port", "type", "info",
  ]
  /// Messages at a time.
  private static let portion = 500

  private let engine: any QueryEngine
  private let info: SpecificationInfo
  private let control: QueryControl
  private let watch: QueryWatch
  private let selection: SelectedMessages
  private let summaries: StoredSummaries
  private let typeNames: TypeNames
  /// The table that has the contents of all messages, and the columns of it that are shown.
  private let content: (table: SpecificationInfo.Table, columns: [String])?
  /// Columns of `message` that are not told by the leading ones.
  private let columns: [String]
  private var hasBegun = false

  init(
    of conditions: [RowCondition], from engine: any QueryEngine, _ info: SpecificationInfo, _ control: QueryControl
  ) throws(QueryError) {
    self.engine = engine
    self.info = info
    self.control = control
    watch = QueryWatch(control)
    selection = try SelectedMessages(engine, where: conditions, control)
    summaries = StoredSummaries(info)
    typeNames = TypeNames(info)
    columns = selection.columnNames.filter { $0 != "id" }
    content = try Self.content(of: conditions, engine, info, control)
  }

  func next() throws -> [UInt8]? {
    var bytes: [UInt8] = []
    if !hasBegun {
      hasBegun = true
      let contents = content.map { content in content.columns.map { "\(content.table.name).\($0)" } } ?? []
      CSVLine.append(Self.leading + columns + contents, to: &bytes)
    }
    while bytes.count < MessageExport.partBytes, let messages = try selection.next(Self.portion) {
      try watch.check()
      let lines = try summaries.lines(of: messages.map(\.id), from: engine, control)
      let contents = try contents(of: messages)
      for message in messages {
        CSVLine.append(fields(message, lines[message.id] ?? "", contents), to: &bytes)
      }
    }
    return bytes.isEmpty ? nil : bytes
  }

  private func fields(_ message: SelectedMessage, _ line: String, _ contents: [QueryValue: StoredRow]) -> [String] {
    let (source, destination) = message.direction == 0 ? ("src", "dst") : ("dst", "src")
    func flow(_ column: String) -> String { message.flow[column]?.resultText ?? "" }
    let leading = [
      String(message.id), timeText(message.time), flow(source + "ip"), flow(source + "port"), flow(destination + "ip"),
      flow(destination + "port"), typeNames.name(of: message.row), line,
    ]
    let own = columns.map { message.row[$0]?.resultText ?? "" }
    guard let content else { return leading + own }
    let row = contents[message.row[Column.content] ?? .null]
    return leading + own + content.columns.map { row?[$0]?.resultText ?? "" }
  }

  // MARK: Contents

  private enum Column {
    static let contentTable = EngineTables.Message.contentTable.definition.name
    static let content = EngineTables.Message.content.definition.name
  }

  /// The table that all messages have their contents in; nil where there are several, or none.
  private static func content(
    of conditions: [RowCondition], _ engine: any QueryEngine, _ info: SpecificationInfo, _ control: QueryControl
  ) throws(QueryError) -> (table: SpecificationInfo.Table, columns: [String])? {
    let cursor = try engine.rows(RowRequest("message", columns: [Column.contentTable], where: conditions), control)
    var only: QueryValue?
    while try cursor.step() {
      let name = cursor.value(0)
      guard name != .null, only == nil || only == name else { return nil }
      only = name
    }
    guard case .text(let name)? = only, let table = info.tables.first(where: { $0.name == name }),
      try !hasList(in: table, of: conditions, engine, control)
    else { return nil }
    // The message is told by the line; a database of an older version may lack columns.
    let known = Set(try engine.catalogue(control).relations.first { $0.name == name }?.columns.map(\.name) ?? [])
    let columns = table.columns.filter { known.contains($0.name) && !$0.role.isPlace }
    return (table, columns.map(\.name))
  }

  /// Whether the content of a message is several rows, of which the first one alone would mislead. The rows of a list are
  /// next to each other.
  private static func hasList(
    in table: SpecificationInfo.Table, of conditions: [RowCondition], _ engine: any QueryEngine, _ control: QueryControl
  ) throws(QueryError) -> Bool {
    guard let key = table.columns.first?.name, let owner = owner(table) else { return true }
    let cursor = try engine.rows(RowRequest("message", columns: ["id", Column.content], where: conditions), control)
    var isAtEnd = false
    while !isAtEnd {
      var owners: [QueryValue: QueryValue] = [:]
      while !isAtEnd, owners.count < portion {
        isAtEnd = try !cursor.step()
        if !isAtEnd, case .integer(let content) = cursor.value(1) { owners[.integer(content &+ 1)] = cursor.value(0) }
      }
      guard !owners.isEmpty else { break }
      let second = RowRequest(table.name, columns: [key, owner], where: [.oneOf(key, Array(owners.keys))])
      let rows = try engine.storedRows(second, control)
      if rows.contains(where: { $0.values[1] == owners[$0.values[0]] }) { return true }
    }
    return false
  }

  /// The column that names the message of a row.
  private static func owner(_ table: SpecificationInfo.Table) -> String? {
    table.columns.first { $0.role == .reference(to: "message") }?.name
  }

  /// The rows that messages have their contents in, by their keys.
  private func contents(of messages: [SelectedMessage]) throws(QueryError) -> [QueryValue: StoredRow] {
    guard let content, let key = content.table.columns.first?.name else { return [:] }
    let keys = messages.compactMap { $0.row[Column.content] }.filter { $0 != .null }
    // Found by the key and by the message: a store has an order by one or the other.
    var conditions = [RowCondition.oneOf(key, keys)]
    if let owner = Self.owner(content.table) { conditions.append(.oneOf(owner, messages.map { .integer($0.id) })) }
    guard !keys.isEmpty else { return [:] }
    let rows = try engine.storedRows(RowRequest(content.table.name, where: conditions), control)
    return Dictionary(rows.compactMap { row in row[key].map { ($0, row) } }) { first, _ in first }
  }
}

extension SpecificationInfo.ColumnRole {
  /// Whether values only tell where the row is: its key, or that of the row that it belongs to.
  fileprivate var isPlace: Bool {
    switch self {
    case .key, .reference: true
    case .value, .contentTable, .content: false
    }
  }
}

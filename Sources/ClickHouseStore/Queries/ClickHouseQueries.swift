import Capture
import ClickHouseSchema
import Foundation
import ParserRuntime
import Synchronization

/// Answers from a server, or from all of a cluster through one. Many may ask at once.
final class ClickHouseQueries: QueryEngine {
  private let client: ClickHouseClient
  private let info: SpecificationInfo
  private let rights = Mutex<QueryRights?>(nil)

  init(_ client: ClickHouseClient, _ info: SpecificationInfo) {
    self.client = client
    self.info = info
  }

  let language = "ClickHouse"

  private var schema: ClickHouseSchema { ClickHouseSchema(info, flavour: .plain) }

  // MARK: Rows

  func query(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor {
    let statement = try ReadingStatement(text, parameters).text
    do throws(QueryError) { return try cursor(statement, control) } catch { throw error.located(in: statement) }
  }

  func page(
    _ page: ResultPage, of text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor {
    let inner = try ReadingStatement(text, parameters).text
    let key = ClickHouseText.name(page.key)
    let place =
      page.after.map { "WHERE \(key) \(page.isDescending ? "<" : ">") \(ReadingStatement.literal($0)) " } ?? ""
    return try cursor(
      "SELECT * FROM (\(inner)\n) \(place)ORDER BY \(key)\(page.isDescending ? " DESC" : "") LIMIT \(page.limit)",
      control)
  }

  func rows(_ request: RowRequest, _ control: QueryControl) throws(QueryError) -> any ResultCursor {
    // Of conditions some are a user's.
    let words = RequestWords(request.table, in: schema)
    return try cursor(try ReadingStatement(words.rows(request)).text, control, binary: words.binaryColumns)
  }

  func counts(
    of table: String, by columns: [String], _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor {
    try cursor(RequestWords(table, in: schema).counts(by: columns), control)
  }

  func answer(_ question: StoreQuestion, _ control: QueryControl) throws(QueryError) -> any ResultCursor {
    try cursor(QuestionWords(info, valueTables: try valueTables(for: question)).statement(question), control)
  }

  /// Tables in which rows are found by the values of lists, where a question looks for one: only who made the store has
  /// decided whether it has them.
  private func valueTables(for question: StoreQuestion) throws(QueryError) -> Set<String> {
    let wanted: [String] =
      switch question {
      case .places(let search), .occurrences(let search, _): SearchWords.valueTables(search)
      default: []
      }
    return wanted.isEmpty ? [] : try existing(wanted)
  }

  func statement(
    _ query: SpecificationInfo.TitledQuery, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> String {
    try ReadingStatement(query.clickHouse ?? query.sql, parameters).text
  }

  func statement(_ topic: StatementTopic) -> String { QuestionWords(info).statement(topic) }

  // MARK: Facts

  func explain(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> [PlanStep] {
    let statement = try ReadingStatement(text, parameters).text
    let version = try version()
    guard version >= ClickHouseVersion(20, 6) else {
      throw QueryError(
        .sql, "the server's version, \(version), cannot tell how it would run a query; 20.6 and later can")
    }
    let cursor = try cursor("EXPLAIN " + statement, control)
    var plan: [PlanStep] = []
    // Steps are indented below those that they are a part of.
    var open: [(depth: Int, id: Int64)] = []
    while try cursor.step() {
      let line = cursor.value(0).resultText
      let depth = line.prefix { $0 == " " }.count
      while let last = open.last, last.depth >= depth { open.removeLast() }
      let id = Int64(plan.count + 1)
      plan.append(PlanStep(id: id, parent: open.last?.id ?? 0, detail: String(line.dropFirst(depth))))
      open.append((depth, id))
    }
    return plan
  }

  func catalogue(_ control: QueryControl) throws(QueryError) -> StoreCatalogue {
    let planned = schema
    let tables = planned.tables + [ClickHouseSchema.sensorTable]
    let docs = Dictionary(
      tables.flatMap { table in table.columns.map { ("\(table.view ?? table.name).\($0.name)", $0.doc) } }
    ) { first, _ in first }
    let order = tables.map { $0.view ?? $0.name } + planned.nameTables.map(\.name) + planned.views.map(\.name)
    let places = Dictionary(order.enumerated().map { ($1, $0) }) { first, _ in first }
    // What has the rows of one server, and all the versions of rows, is not for users.
    let hidden = Set(tables.map { planned.localName($0) } + tables.filter(\.replaces).map(\.name))
    var relations: [(place: Int, relation: StoreCatalogue.Relation)] = []
    let found = try cursor(
      "SELECT name, engine, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name",
      control)
    while try found.step() {
      let (name, engine, definition) = (found.text(0), found.text(1), found.text(2))
      guard !hidden.contains(name) else { continue }
      let doc = tables.first { $0.view ?? $0.name == name }?.doc
      relations.append(
        (
          places[name] ?? places.count,
          StoreCatalogue.Relation(name, isView: engine == "View", doc: doc, definition: definition)
        ))
    }
    relations.sort { ($0.place, $0.relation.name) < ($1.place, $1.relation.name) }
    var catalogue = StoreCatalogue()
    catalogue.relations = relations.map(\.relation)
    let numbers = Dictionary(catalogue.relations.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let columns = try cursor(
      """
      SELECT table, name, type, default_expression FROM system.columns WHERE database = currentDatabase()
      """, control)
    while try columns.step() {
      guard let number = numbers[columns.text(0)] else { continue }
      let (table, name, type) = (columns.text(0), columns.text(1), columns.text(2))
      let key = tables.first { $0.name == table }?.order.firstIndex(of: name)
      catalogue.relations[number].columns.append(
        StoreCatalogue.Column(
          name, type: type, doc: docs["\(table).\(name)"] ?? nil, isRequired: !type.contains("Nullable("),
          defaultValue: columns.text(3).isEmpty ? nil : columns.text(3), keyPlace: key.map { $0 + 1 } ?? 0))
    }
    return catalogue
  }

  func has(_ table: SpecificationInfo.Table, _ control: QueryControl) throws(QueryError) -> Bool {
    try existing([table.name]).contains(table.name)
  }

  /// Which of some tables the database has.
  private func existing(_ names: [String]) throws(QueryError) -> Set<String> {
    let list = names.map(ClickHouseText.literal).joined(separator: ", ")
    return Set(
      try texts("SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN (\(list))").map { $0[0] }
    )
  }

  /// None: rows are ordered by what they are looked for, and what else helps came with the tables.
  func indices(_ control: QueryControl) throws(QueryError) -> [SuggestedIndex] { [] }

  // MARK: Servers

  /// All rows of a result of the program's own, as texts.
  /// - Parameter inDatabase: whether the store's database is there, so that it can be named.
  func texts(_ statement: String, inDatabase: Bool = true) throws(QueryError) -> [[String]] {
    let cursor = try cursor(statement, QueryControl(limits: QueryLimits(seconds: 60)), inDatabase: inDatabase)
    var rows: [[String]] = []
    while try cursor.step() { rows.append(cursor.row.map(\.resultText)) }
    return rows
  }

  private func cursor(
    _ statement: String, _ control: QueryControl, binary: Set<String> = [], inDatabase: Bool = true
  ) throws(QueryError) -> ClickHouseCursor {
    var request = ClickHouseRequest(statement + "\nFORMAT TabSeparatedWithNamesAndTypes")
    request.inDatabase = inDatabase
    request.settings = try knownRights().settings(control.limits)
    return try ClickHouseCursor(RunningQuery(request, control, on: client), binary: binary)
  }

  private static let rightsRequest = {
    var request = ClickHouseRequest(
      "SELECT value FROM system.settings WHERE name = 'readonly'", timeout: .seconds(30))
    request.inDatabase = false
    return request
  }()

  private func version() throws(QueryError) -> ClickHouseVersion {
    do throws(ClickHouseFailure) { return try client.version() } catch { throw failure(error) }
  }

  private func knownRights() throws(QueryError) -> QueryRights {
    if let known = rights.withLock({ $0 }) { return known }
    do throws(ClickHouseFailure) {
      let value = try client.text(
        Self.rightsRequest)
      let found = QueryRights(readonly: value.trimmingCharacters(in: .whitespacesAndNewlines))
      rights.withLock { $0 = found }
      return found
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: ClickHouseFailure) -> QueryError {
    QueryError(error, place: client.address.description)
  }
}

extension ClickHouseCursor {
  /// A value of the row as a text; NULL is empty.
  fileprivate func text(_ column: Int) -> String { value(column).resultText }
}

extension QueryError {
  /// With the place that the server names, if that is one in the statement.
  fileprivate func located(in statement: String) -> QueryError {
    guard kind == .sql, let start = description.firstRange(of: "failed at position "),
      let offset = Int(description[start.upperBound...].prefix { $0.isNumber }), offset > 0,
      offset <= statement.utf8.count
    else { return self }
    // The server counts bytes.
    let place = String(decoding: statement.utf8.prefix(offset - 1), as: UTF8.self).count + 1
    return QueryError(kind, description, position: place)
  }
}

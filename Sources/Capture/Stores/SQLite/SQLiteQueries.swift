import CLinux
import Foundation
import ParserRuntime
import Synchronization

/// Answers from a database file, each query on a read-only connection of its own. Connections are kept for the next query.
final class SQLiteQueries: QueryEngine {
  private let path: String
  private let info: SpecificationInfo
  private let idle = Mutex<[ReadConnection]>([])
  private let kept: KeptAnswers
  private let watch: DatabaseWatch

  /// - Parameters:
  ///   - path: of the file; whether there is one is seen when it is asked.
  ///   - info: of the description whose tables it has.
  ///   - kept: its answers that are kept.
  init(path: String, info: SpecificationInfo, kept: KeptAnswers = KeptAnswers()) {
    self.path = path
    self.info = info
    self.kept = kept
    watch = DatabaseWatch(path: path)
  }

  let language = "SQLite"

  // MARK: Rows

  func query(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor {
    // The description's statements have their values in them.
    guard parameters == .none, kept.knows(text) else { return try cursor(text, parameters, control) }
    let question = KeptAnswers.Question(text, .none, control.limits)
    return try kept.answer(to: question, in: watch.state) { () throws(QueryError) in
      try cursor(text, .none, control)
    }
  }

  func page(
    _ page: ResultPage, of text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor {
    // By itself: what is wrong with it is told by its own places, and a comment behind it is not taken along.
    let inner = try cursor(text, parameters, control).text
      .trimmingCharacters(in: CharacterSet.whitespacesAndNewlines.union([";"]))
    let key = quoted(page.key)
    let place = page.after == nil ? "" : "WHERE \(key) \(page.isDescending ? "<" : ">") :page_after "
    // The line's end closes a comment at the end of the SQL.
    return try cursor(
      "SELECT * FROM (\(inner)\n) \(place)ORDER BY \(key)\(page.isDescending ? " DESC" : "") LIMIT \(page.limit)",
      parameters.adding(page.after, as: "page_after"), control)
  }

  func rows(_ request: RowRequest, _ control: QueryControl) throws(QueryError) -> any ResultCursor {
    // Nothing else looks into lists.
    let hasFilter = request.conditions.contains { if case .message = $0 { true } else { false } }
    let (text, values) = RowSQL(request.table, hasFilter ? try valueTables(control) : .none).rows(request)
    return try cursor(text, .list(values), control)
  }

  func counts(
    of table: String, by columns: [String], _ control: QueryControl
  ) throws(QueryError) -> any ResultCursor {
    try cursor(RowSQL(table).counts(by: columns), .none, control)
  }

  func answer(_ question: StoreQuestion, _ control: QueryControl) throws(QueryError) -> any ResultCursor {
    let (text, values) = QuestionSQL(info, try valueTables(control)).statement(question)
    let parameters = values.isEmpty ? QueryParameters.none : .named(values)
    let aggregate = Aggregate(question)
    let asked = KeptAnswers.Question(text, parameters, control.limits, aggregate: aggregate)
    return try kept.answer(to: asked, in: watch.state) { () throws(QueryError) in
      guard let aggregate else { return try cursor(text, parameters, control) }
      return aggregate.cursor(try cursor(text, parameters, control.forAll), limit: control.limits.rows)
    }
  }

  func statement(_ topic: StatementTopic) -> String {
    // Where there is no database yet, nothing is found by its values.
    let tables = try? valueTables(QueryControl())
    return QuestionSQL(info, tables ?? .none).statement(topic)
  }

  func statement(
    _ query: SpecificationInfo.TitledQuery, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> String {
    let sql = try valueTables(control).complete(query.sql, parameters.names)
    do throws(QueryError) {
      let statement = try cursor(sql, parameters, control).filledSQL
      kept.note(statement)
      return statement
    } catch {
      guard error.kind == .sql else { throw error }
      return sql
    }
  }

  /// Which of the tables that find lists by their values there are.
  private func valueTables(_ control: QueryControl) throws(QueryError) -> ValueTables {
    let lists = info.valueLists
    guard !lists.isEmpty else { return .none }
    return ValueTables(of: lists, names: try names(of: "table", control: control))
  }

  /// The names of what the database has of some kinds.
  private func names(of kinds: String..., control: QueryControl) throws(QueryError) -> Set<String> {
    let list = kinds.map { "'\($0)'" }.joined(separator: ", ")
    let cursor = try cursor("SELECT name FROM sqlite_master WHERE type IN (\(list))", .none, control.forAll)
    var names: Set<String> = []
    while try cursor.step() { names.insert(cursor.text(0)) }
    return names
  }

  // MARK: Facts

  func explain(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> [PlanStep] {
    let cursor = try cursor("EXPLAIN QUERY PLAN " + text, parameters, control)
    var plan: [PlanStep] = []
    while try cursor.step() {
      guard case .integer(let id) = cursor.value(0), case .integer(let parent) = cursor.value(1),
        case .text(let detail) = cursor.value(3)
      else { continue }
      plan.append(PlanStep(id: id, parent: parent, detail: detail))
    }
    return plan
  }

  func catalogue(_ control: QueryControl) throws(QueryError) -> StoreCatalogue {
    var catalogue = StoreCatalogue()
    var places: [String: Int] = [:]
    var docs: [CommentedDDL] = []
    let objects = try cursor(
      "SELECT name, type, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid", .none,
      control)
    while try objects.step() {
      let (name, kind, sql) = (objects.text(0), objects.text(1), objects.text(3))
      if kind == "index", let place = places[objects.text(2)] {
        catalogue.relations[place].indices.append(
          StoreCatalogue.Index(name, definition: objects.value(3) == .null ? nil : sql))
      } else if kind == "table" || kind == "view" {
        let comments = CommentedDDL(kind == "table" ? sql : "")
        places[name] = catalogue.relations.count
        docs.append(comments)
        catalogue.relations.append(
          StoreCatalogue.Relation(name, isView: kind == "view", doc: comments.table, definition: sql))
      }
    }
    let columns = try cursor(
      """
      SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
      FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view') ORDER BY m.rowid, c.cid
      """, .none, control)
    while try columns.step() {
      guard let place = places[columns.text(0)] else { continue }
      let name = columns.text(1)
      catalogue.relations[place].columns.append(
        StoreCatalogue.Column(
          name, type: columns.text(2), doc: docs[place].columns[name], isRequired: columns.text(3) != "0",
          defaultValue: columns.value(4) == .null ? nil : columns.text(4), keyPlace: Int(columns.text(5)) ?? 0))
    }
    return catalogue
  }

  func has(_ table: SpecificationInfo.Table, _ control: QueryControl) throws(QueryError) -> Bool {
    try names(of: "table", "view", control: control).contains(table.name)
  }

  func indices(_ control: QueryControl) throws(QueryError) -> [SuggestedIndex] {
    let existing = try names(of: "index", "table", control: control)
    return SQLiteSchema(info).suggestedIndices.map { name, statements in
      SuggestedIndex(name, definition: statements.joined(separator: ";\n"), exists: existing.contains(name))
    }
  }

  // MARK: Connections

  private func cursor(
    _ text: String, _ parameters: QueryParameters, _ control: QueryControl
  ) throws(QueryError) -> QueryCursor {
    let connection = try takeConnection()
    do throws(QueryError) {
      let cursor = try QueryCursor(
        text, parameters, on: connection, limits: control.limits, cancellation: control.cancellation)
      cursor.whenDone = { [weak self] in self?.giveBack(connection) }
      return cursor
    } catch {
      giveBack(connection)
      throw error
    }
  }

  private func takeConnection() throws(QueryError) -> ReadConnection {
    let file = DatabaseFile.number(ofFile: path)
    let found = idle.withLock { idle in
      // A database whose data was removed is another file of the same name.
      idle.removeAll { $0.file != file }
      return idle.popLast()
    }
    if let found { return found }
    return try ReadConnection(path: path)
  }

  private func giveBack(_ connection: ReadConnection) {
    // One that takes the file for unchangeable would not notice that somebody changes it after all.
    guard !connection.isImmutable else { return }
    idle.withLock { $0.append(connection) }
  }
}

extension QueryCursor {
  /// A value of the row as a text; NULL is empty.
  fileprivate func text(_ column: Int) -> String { value(column).resultText }
}

extension QueryControl {
  /// For what is read for a result, and is none itself: however much that is.
  fileprivate var forAll: QueryControl {
    var all = self
    (all.limits.rows, all.limits.bytes) = (nil, nil)
    return all
  }
}

extension QueryParameters {
  fileprivate var names: [String] { if case .named(let values) = self { Array(values.keys) } else { [] } }

  /// With another one behind those there are.
  fileprivate func adding(_ value: QueryValue?, as name: String) -> QueryParameters {
    guard let value else { return self }
    return switch self {
    case .none: .named([name: value])
    case .list(let values): .list(values + [value])
    case .named(let values): .named(values.merging([name: value]) { _, new in new })
    }
  }
}

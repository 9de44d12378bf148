import Capture
import Hummingbird
import ParserRuntime

extension ConsoleDesk {
  private static let valueSchema = Schema.object([
    ("value", .string("without blanks around it")), ("spellings", .array(of: .string("that was looked for"))),
    ("everywhere", .boolean("whether all columns were looked into, and not only those of a kind")),
    (
      "kinds",
      .array(
        of: .object([
          ("name", .string()), ("doc", .nullable(.string())),
          (
            "queries",
            .array(
              of: .object([
                ("title", .string()), ("doc", .nullable(.string())), ("query", .string("with the value in its place")),
              ]))
          ),
        ]))
    ),
    (
      "places",
      .array(
        of: .object([
          ("table", .string()), ("column", .string()), ("kinds", .array(of: .string())), ("rows", .whole()),
          ("first_us", .whole()), ("last_us", .whole()), ("first_message", .nullable(.whole())),
        ]))
    ),
    (
      "occurrences",
      .array(
        of: .object([
          ("table", .string()), ("column", .string()), ("row", .whole()),
          ("message", .nullable(.whole())), ("flow", .nullable(.whole())), ("time_us", .whole()),
          ("type", .nullable(.string("of the message"))), ("source", .nullable(.string())),
          ("destination", .nullable(.string())),
        ]))
    ),
  ])

  private static let valueBody = Schema.object([
    (
      "value",
      .filled("a hash, an address, a name, a number: in any case where it is hexadecimal", length: 1000)
    ),
    (
      "everywhere",
      .omittable(
        .boolean("in all columns; without it in those of a kind, and in all of a small store if it is not there"))
    ), ("limit", .omittable(.integer("of occurrences; 200 by default", in: 1...1000))),
  ])

  var valueOperation: Operation {
    Operation(
      [.post], "/api/v1/value", "Where a value occurs, the latest first, and what may be asked about it",
      body: .json(Self.valueBody), answers: [.json(Self.valueSchema)]
    ) { [self] request, context in
      let body = try await self.body(of: request, as: Self.valueBody)
      let (text, everywhere) = (try body.text("value"), try body.flag("everywhere"))
      let limit = try body.integerIfAny("limit") ?? 200
      return try await answer(to: context) { [self] in
        .json(try await value(text, everywhere: everywhere, limit: limit))
      }
    }
  }

  /// Stores of so many messages are looked through for a value that no column of a kind has.
  private static let smallMessageCount = 200_000

  private func value(_ text: String, everywhere: Bool, limit: Int) async throws -> JSON {
    var isEverywhere = everywhere
    var search = ValueSearch(text, in: runner.info, everywhere ? .everywhere : .kinds)
    var places = try await self.places(of: search)
    if places.isEmpty, !everywhere, try await isSmall() {
      isEverywhere = true
      search = ValueSearch(text, in: runner.info, .everywhere)
      places = try await self.places(of: search)
    }
    // To look once more where it is not would take as long as the first time.
    let found = search.narrowed { table, column in places.contains { $0.table == table && $0.column == column } }
    let rows = try await queries.rows(.answer(.occurrences(found, limit: limit)))
      .map { Dictionary($0) { first, _ in first } }
    let about = ValueKinds(search, places, rows, in: runner.info)
    var kinds: [JSON] = []
    for kind in about.kinds { kinds.append(try await json(kind, about)) }
    return [
      "value": .text(search.text), "spellings": .array(search.spellings.map { .text($0) }),
      "everywhere": .bool(isEverywhere), "kinds": .array(kinds),
      "places": .array(places.map(\.json)), "occurrences": .array(try await occurrences(rows)),
    ]
  }

  private func places(of search: ValueSearch) async throws -> [ValuePlace] {
    try await queries.rows(.answer(.places(search))).map { ValuePlace($0, in: runner.info) }
  }

  private func isSmall() async throws -> Bool {
    let count = try await queries.rows(.answer(.span)).first?.first?.1.integer
    return count.map { $0 <= Self.smallMessageCount } ?? false
  }

  private func json(_ kind: SpecificationInfo.ValueKind, _ about: ValueKinds) async throws -> JSON {
    let parameters = QueryParameters.named(about.parameters(of: kind))
    let list = try await queries.ask { engine, control in
      try kind.queries.map { query -> JSON in
        let text = try engine.statement(query, parameters, control)
        return ["title": .text(query.title), "doc": .optional(query.doc), "query": .text(text)]
      }
    }
    return ["name": .text(kind.name), "doc": .optional(kind.doc), "queries": .array(list)]
  }

  // MARK: Occurrences

  /// Rows that have the value, with what is known of their messages.
  private func occurrences(_ rows: [[String: QueryValue]]) async throws -> [JSON] {
    let messages = try await self.rows("message", rows.compactMap { $0["packet_id"] })
    let own = rows.filter { $0["content_table"]?.text == EngineTables.flow.name }.compactMap { $0["content_id"] }
    let flows = try await self.rows("flow", messages.values.compactMap { $0["flow_id"] } + own)
    let types = try await messageTypes()
    return rows.map { row in
      let message = messages[row["packet_id"] ?? .null]
      let flow = message.map { flows[$0["flow_id"] ?? .null] } ?? flows[row["content_id"] ?? .null]
      let (source, destination) = message?["direction"] == .integer(1) ? ("dst", "src") : ("src", "dst")
      func endpoint(_ side: String) -> JSON {
        guard let address = flow?["\(side)ip"]?.text, let port = flow?["\(side)port"]?.text else { return .null }
        return .text(endpointText(address, port))
      }
      let isOfMessage = message != nil
      let connection = isOfMessage ? message?["flow_id"] : flow?["id"]
      return [
        "table": .text(row["content_table"]?.text ?? ""), "column": .text(row["column_name"]?.text ?? ""),
        "row": JSON(row["content_id"] ?? .null), "message": JSON(row["packet_id"] ?? .null),
        "flow": JSON(connection ?? .null), "time_us": JSON(row["time_us"] ?? .null),
        "type": .optional(message.flatMap { types.name(of: $0).text }), "source": endpoint(source),
        "destination": endpoint(destination),
      ]
    }
  }

  /// Rows of a table by their ids.
  private func rows(_ table: String, _ ids: [QueryValue]) async throws -> [QueryValue: [String: QueryValue]] {
    let wanted = Set(ids).subtracting([.null])
    guard !wanted.isEmpty else { return [:] }
    let rows = try await queries.rows(RowRequest(table, where: [.oneOf("id", Array(wanted))]))
    return Dictionary(
      rows.map { row in
        let values = Dictionary(row) { first, _ in first }
        return (values["id"] ?? .null, values)
      }
    ) { first, _ in first }
  }
}

/// A column that has a value, and how often.
struct ValuePlace: Sendable {
  let table: String
  let column: String
  let kinds: [String]
  private let row: [String: QueryValue]

  init(_ row: [(String, QueryValue)], in info: SpecificationInfo) {
    self.row = Dictionary(row) { first, _ in first }
    table = self.row["content_table"]?.text ?? ""
    column = self.row["column_name"]?.text ?? ""
    kinds = info.kinds(of: column, in: table)
  }

  var json: JSON {
    [
      "table": .text(table), "column": .text(column), "kinds": .array(kinds.map { .text($0) }),
      "rows": JSON(row["n"] ?? .null), "first_us": JSON(row["first_us"] ?? .null),
      "last_us": JSON(row["last_us"] ?? .null), "first_message": JSON(row["first_id"] ?? .null),
    ]
  }
}

/// What a value is, by the columns that have it.
struct ValueKinds: Sendable {
  let kinds: [SpecificationInfo.ValueKind]
  private let search: ValueSearch
  private let rows: [[String: QueryValue]]
  private let info: SpecificationInfo

  /// - Parameters:
  ///   - places: the columns.
  ///   - rows: some of the rows that have it, as `StoreQuestion.occurrences` tells them.
  init(
    _ search: ValueSearch, _ places: [ValuePlace], _ rows: [[String: QueryValue]], in info: SpecificationInfo
  ) {
    (self.search, self.rows, self.info) = (search, rows, info)
    // A column of several kinds tells nothing where another one has only one.
    let certain = places.map(\.kinds).filter { $0.count == 1 }
    let names = (certain.isEmpty ? places.map(\.kinds) : certain).flatMap(\.self)
    kinds = names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      .map { name in info.valueKinds.first { $0.name == name } ?? SpecificationInfo.ValueKind(name) }
  }

  /// The values of parameters of a kind's queries.
  func parameters(of kind: SpecificationInfo.ValueKind) -> [String: QueryValue] {
    var values: [String: QueryValue] = [:]
    for spelling in kind.spellings { values[spelling.name] = spelling.text(search.text).map { .text($0) } ?? .null }
    let text = kind.spellings.lazy.compactMap { $0.text(search.text) }.first ?? storedText(kind.name)
    values["value"] = isInteger(kind.name) ? Int64(text).map { .integer($0) } ?? .text(text) : .text(text)
    return values
  }

  /// The value as columns of the kind have it; of a list only its elements do, which are numbers or digits in capitals.
  private func storedText(_ kind: String) -> String {
    let stored = rows.first { row in
      guard let table = row["content_table"]?.text, let column = row["column_name"]?.text else { return false }
      return info.kinds(of: column, in: table).contains(kind) && row["value"]?.text != nil
    }
    let capitals = search.text.uppercased()
    return stored?["value"]?.text ?? (search.spellings.contains(capitals) ? capitals : search.text)
  }

  private func isInteger(_ kind: String) -> Bool {
    (EngineTables.all + info.tables).flatMap(\.columns).filter { $0.kinds.contains(kind) && !$0.isList }.allSatisfy {
      column in
      switch column.type {
      case .signed, .unsigned: true
      case .real, .text, .blob, .any: false
      }
    }
  }
}

extension SpecificationInfo {
  /// The kinds of values that a column has; none where there is no such column.
  func kinds(of column: String, in table: String) -> [String] { self.column(column, in: table)?.kinds ?? [] }

  /// A column of the engine's tables or of the description's.
  func column(_ name: String, in table: String) -> Column? {
    (EngineTables.all + tables).first { $0.name == table }?.columns.first { $0.name == name }
  }
}

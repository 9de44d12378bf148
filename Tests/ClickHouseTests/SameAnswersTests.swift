import Capture
import ClickHouseSchema
import NanoParser
import ParserRuntime
import Testing

@testable import ClickHouseStore

/// Whatever is asked, a file and a server say the same.
@Suite struct SameAnswersTests {
  private let copied: CopiedStore

  init() throws { copied = try CopiedStore.shared.get() }

  @Test func `every table has the same rows`() throws {
    for table in EngineTables.all + NanoSpecification.info.tables {
      let names = table.columnNames
      let request = RowRequest(table.name, columns: names, order: names[0])
      let ids = Set(table.columns.indices.filter { table.columns[$0].isID })
      let expected = try rows(copied.file.queries.rows(request, QueryControl())).map { row in
        row.enumerated().map { ids.contains($0) ? Optional($1).shifted : $1 }
      }
      let found = try rows(copied.store.queries.rows(request, QueryControl()))
      #expect(found == expected, "\(table.name)")
    }
    // Enough to mean something.
    #expect(try count("message") > 100 && count("message_bytes") > 100 && count("flow_event") > 0)
  }

  @Test func `tables of names are the same`() throws {
    for names in NanoSpecification.info.nameTables {
      let request = RowRequest(names.name, order: "value")
      #expect(
        try rows(copied.store.queries.rows(request, QueryControl()))
          == rows(copied.file.queries.rows(request, QueryControl())), "\(names.name)")
    }
  }

  @Test(arguments: ["packet", "connection"])
  func `views have the same columns and rows`(_ view: String) throws {
    let request = RowRequest(view, order: "id")
    let (expected, found) = (
      try copied.file.queries.rows(request, QueryControl()), try copied.store.queries.rows(request, QueryControl())
    )
    #expect(found.columns == expected.columns)
    let ids = ["id", "flow_key", "flowkey", "content_id"]
    let before = try rows(expected)
    let after = try rows(found).map { row in
      zip(found.columns, row).map { ids.contains($0) ? $1.unshifted(twice: view == "connection" && $0 == "id") : $1 }
    }
    #expect(before.count > 100 && after.count == before.count)
    // One that differs says more than all of them.
    for (first, second) in zip(before, after) where first != second {
      Issue.record("\(first) is \(second)")
      break
    }
  }

  @Test func `the view of blocks has the same columns and rows`() throws {
    let texts = try [copied.file.queries, copied.store.queries].map { engine in
      let cursor = try engine.rows(RowRequest("block"), QueryControl())
      return try ["\(cursor.columns)"] + rows(cursor).map { "\($0.map(\.withoutSensor))" }.sorted()
    }
    #expect(texts[0].count > 100 && texts[0] == texts[1])
  }

  @Test func `documented queries have the same results`() throws {
    var rowCount = 0
    for (query, other) in DocumentedQueries.all {
      let expected = try copied.file.queries.query(query, .none, QueryControl())
      let found = try copied.store.queries.query(other ?? query, .none, QueryControl())
      let before = try rows(expected).map { $0.map(\.withoutSensor) }.map { "\($0)" }.sorted()
      let after = try rows(found).map { $0.map(\.withoutSensor) }.map { "\($0)" }.sorted()
      #expect(after == before, "\(query)")
      rowCount += before.count
    }
    #expect(rowCount > 300)
  }

  @Test func `the page's questions have the same answers`() throws {
    let times = try rows(copied.file.queries.answer(.overview(.times, MessageFilter()), QueryControl()))
    let first = try #require(times[0][0].number)
    let flow = try rows(copied.file.queries.rows(RowRequest("flow", limit: 1), QueryControl()))[0]
    let (address, port) = (flow[3].resultText, try #require(flow[4].number))
    let questions = try PageQuestions.all(from: first, address: address, port: Int(port))
    for question in questions {
      let expected = try copied.file.queries.answer(question, QueryControl())
      let found = try copied.store.queries.answer(question, QueryControl())
      #expect(expected.columns == found.columns.prefix(expected.columns.count).map(\.self), "\(question)")
      let count = expected.columns.count
      let before = try rows(expected).map { $0.map(\.withoutSensor) }
      let after = try rows(found).map { $0.prefix(count).map(\.withoutSensor) }
      switch question {
      // In no order.
      case .overview(.traffic, _), .overview(.issues, _), .overview(.requests, _):
        #expect(before.map { "\($0)" }.sorted() == after.map { "\($0)" }.sorted(), "\(question)")
      default: #expect(before == after, "\(question)")
      }
    }
    let one = copied.store.queries
    var filter = MessageFilter()
    filter.flow = Optional(flow[0]).shifted.number
    let count = try rows(
      copied.file.queries.rows(RowRequest("message", where: [.equal("flow_id", flow[0])]), QueryControl()))
    #expect(try rows(one.answer(.messages(filter, from: 0, limit: 100_000), QueryControl())).count == count.count)
  }

  @Test func `a value is found in the same places`() throws {
    let values = try SampleOfValues(copied.file.queries)
    var rowCount = 0
    for question in PageQuestions.searches(values) {
      let expected = try copied.file.queries.answer(question, QueryControl())
      let found = try copied.store.queries.answer(question, QueryControl())
      #expect(found.columns == expected.columns, "\(question)")
      let before = try rows(expected).map { $0.map(\.withoutSensor) }
      #expect(try rows(found).map { $0.map(\.withoutSensor) } == before, "\(question)")
      rowCount += before.count
    }
    #expect(rowCount > 200)
  }

  @Test func `what the description asks about a value has the same results`() throws {
    let values = try SampleOfValues(copied.file.queries)
    var answered: Set<String> = []
    for kind in NanoSpecification.info.valueKinds {
      for value in values.byKind.filter({ $0.kind == kind.name }).map(\.value) {
        let spelled = kind.spellings.map { ($0.name, QueryValue.text($0.text(value) ?? "")) }
        let given = ["value": QueryValue.text(kind.spellings.first?.text(value) ?? value.uppercased())]
        let parameters = QueryParameters.named(given.merging(spelled) { first, _ in first })
        for query in kind.queries {
          let texts = try [copied.file.queries, copied.store.queries].map { engine in
            try rows(engine.query(engine.statement(query, parameters, QueryControl()), .none, QueryControl()))
              .map { "\($0.map(\.withoutSensor))" }.sorted()
          }
          #expect(texts[0] == texts[1], "\(kind.name): \(query.title)")
          if !texts[0].isEmpty { answered.insert("\(kind.name): \(query.title)") }
        }
      }
    }
    let all = NanoSpecification.info.valueKinds.flatMap { kind in kind.queries.map { "\(kind.name): \($0.title)" } }
    // The blocks that are taken here were asked for by nobody, and no vote on them came again.
    #expect(Set(all).subtracting(answered).count <= 2 && all.count > 15, "\(Set(all).subtracting(answered))")
  }

  @Test func `what the description's overview asks has the same results`() throws {
    let times = try rows(copied.file.queries.answer(.overview(.times, MessageFilter()), QueryControl()))[0]
    let (first, last) = (try #require(times[0].number), try #require(times[1].number))
    var answered: Set<String> = []
    for (from, to) in [(first, last + 1), (first + 1_000_000, first + 60_000_000), (last + 1, last + 2)] {
      let parameters = QueryParameters.named([
        "from_us": .integer(from), "to_us": .integer(to), "width_us": .integer(3_000_000),
      ])
      for one in NanoSpecification.info.overviewQueries {
        let results = try [copied.file.queries, copied.store.queries].map { engine in
          let cursor = try engine.query(engine.statement(one.query, parameters, QueryControl()), .none, QueryControl())
          return ["\(cursor.columns)"] + (try rows(cursor).map { "\($0.map(\.withoutSensor))" })
        }
        #expect(results[0] == results[1], "\(one.query.title)")
        if results[0].count > 1 { answered.insert(one.query.title) }
      }
    }
    // No block was published in the samples.
    #expect(answered.count == NanoSpecification.info.overviewQueries.count - 1, "\(answered)")
  }

  @Test func `a list's values are found in their own table, where the store has one`() throws {
    let search = ValueSearch(String(repeating: "A", count: 64), in: NanoSpecification.info, .kinds)
    #expect(SearchWords.valueTables(search) == ["vote_hash"])
    for (tables, isFoundThere) in [(Set<String>(), false), (["vote_hash"], true)] {
      let words = SearchWords(valueTables: tables)
      for statement in [words.places(search), words.occurrences(search, limit: 5)] {
        #expect(statement.contains("FROM \"vote_hash\"") == isFoundThere)
        #expect(statement.contains("position(concat(',', \"hashes\"") != isFoundThere)
      }
    }
  }

  @Test func `messages are told in the same lines`() throws {
    let summaries = StoredSummaries(NanoSpecification.info)
    let ids = try rows(copied.file.queries.rows(RowRequest("message", columns: ["id"]), QueryControl())).compactMap {
      $0[0].number
    }
    let expected = try summaries.lines(of: ids, from: copied.file.queries, QueryControl())
    let shifted = ids.map { Optional(QueryValue.integer($0)).shifted.number ?? 0 }
    let found = try summaries.lines(of: shifted, from: copied.store.queries, QueryControl())
    #expect(expected.count > 100)
    for (id, other) in zip(ids, shifted) where expected[id] != found[other] {
      Issue.record("message \(id): \(expected[id] ?? "") is \(found[other] ?? "")")
      break
    }
  }

  @Test func `statements for people run`() throws {
    let engine = copied.store.queries
    var filter = MessageFilter()
    (filter.type, filter.address, filter.port) = (.integer(5), "10.0.0.1", 7075)
    (filter.flow, filter.start, filter.end) = (1, 1, 2)
    let id = Optional(QueryValue.integer(1)).shifted
    let topics: [StatementTopic] = [
      .rows(table: "vote", column: nil, nil), .rows(table: "flow", column: "id", id),
      .rows(table: "message", column: "id", .text(id.resultText)), .messages(MessageFilter()), .messages(filter),
      .occurrences("it's \\ \u{0}"), .issues(kind: nil, MessageFilter()), .issues(kind: "it's", filter),
    ]
    for topic in topics {
      let cursor = try engine.query(engine.statement(topic), .none, QueryControl())
      while try cursor.step() {}
    }
    #expect(try rows(engine.query(engine.statement(topics[2]), .none, QueryControl())).count == 1)
  }

  @Test func `counts are the same`() throws {
    for (table, columns) in [("message", ["msg_type"]), ("decode_issue", ["kind", "path"]), ("flow", []), ("run", [])] {
      let expected = try rows(copied.file.queries.counts(of: table, by: columns, QueryControl()))
      let found = try rows(copied.store.queries.counts(of: table, by: columns, QueryControl()))
      #expect(Set(found) == Set(expected))
    }
  }

  @Test func `pages of a result follow one another`() throws {
    for engine in [copied.file.queries, copied.store.queries] {
      var ids: [QueryValue] = []
      var page = ResultPage(key: "id", after: nil, limit: 70, isDescending: true)
      while true {
        let found = try rows(
          engine.page(page, of: "select id, length from message -- all\n;", .none, QueryControl()))
        guard let last = found.last?[0] else { break }
        ids += found.map { $0[0] }
        page.after = last
      }
      #expect(try ids.count == count("message") && Set(ids).count == ids.count)
    }
  }

  private func count(_ table: String) throws -> Int {
    try rows(copied.file.queries.counts(of: table, by: [], QueryControl()))[0][0].number.map(Int.init) ?? 0
  }
}

/// All rows that are left of a result.
func rows(_ cursor: any ResultCursor) throws -> [[QueryValue]] {
  var rows: [[QueryValue]] = []
  while try cursor.step() { rows.append(cursor.row) }
  return rows
}

extension QueryValue {
  var number: Int64? { if case .integer(let value) = self { value } else { nil } }

  /// An id as a file has it.
  fileprivate var withoutSensor: QueryValue {
    guard case .integer(let value) = self, value >= CopiedStore.sensor << 48 else { return self }
    return unshifted(twice: value >= CopiedStore.sensor << 49)
  }

  fileprivate func unshifted(twice: Bool) -> QueryValue {
    guard case .integer(let value) = self else { return self }
    return .integer(value - CopiedStore.sensor << (twice ? 49 : 48))
  }
}

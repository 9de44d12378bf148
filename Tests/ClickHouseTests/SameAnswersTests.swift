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
    let times = try rows(copied.file.queries.answer(.times, QueryControl()))
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
      case .traffic: #expect(before.map { "\($0)" }.sorted() == after.map { "\($0)" }.sorted())
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

  @Test func `statements for people run`() throws {
    let engine = copied.store.queries
    var filter = MessageFilter()
    (filter.type, filter.address, filter.port) = (.integer(5), "10.0.0.1", 7075)
    (filter.flow, filter.start, filter.end) = (1, 1, 2)
    let id = Optional(QueryValue.integer(1)).shifted
    let topics: [StatementTopic] = [
      .rows(table: "vote", column: nil, nil), .rows(table: "flow", column: "id", id),
      .rows(table: "message", column: "id", .text(id.resultText)), .messages(MessageFilter()), .messages(filter),
      .occurrences("it's \\ \u{0}"),
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

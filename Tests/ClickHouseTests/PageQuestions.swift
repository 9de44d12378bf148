import Capture
import NanoParser
import Testing

/// What the console's pages ask.
enum PageQuestions {
  /// All that they ask, also about one type, one address, one port of it, one minute, and what messages hold.
  /// - Parameters:
  ///   - first: the time of the first message.
  ///   - address: of one who opened a connection.
  ///   - port: the same one's.
  static func all(from first: Int64, address: String, port: Int) throws -> [StoreQuestion] {
    var filters: [MessageFilter] = (0..<6).map { _ in MessageFilter() }
    filters[1].type = .integer(5)
    filters[2].address = address
    filters[3].address = address
    filters[3].port = port
    filters[4].start = first + 1_000_000
    filters[4].end = first + 60_000_000
    filters[5].condition = try FilterLanguage(NanoSpecification.info).condition(
      "(vote.hashes contains A or keepalive.port == 7075 or block) and not flow.close_reason == rst and not issue")
    var questions: [StoreQuestion] = [.span]
    for filter in filters {
      questions += [.fences(filter, from: 0, every: 50), .messages(filter, from: 0, limit: 500)]
      questions += overview(from: first).map { .overview($0, filter) }
      questions += [
        .flowTotals(address: nil, filter), .flowTotals(address: address, filter),
        .flows(address: nil, filter, .bytes, limit: 50, offset: 0),
      ]
    }
    for order in FlowOrder.allCases {
      questions += [
        .flows(address: nil, MessageFilter(), order, limit: 3, offset: 1),
        .flows(address: address, MessageFilter(), order, limit: 100, offset: 0),
      ]
    }
    return questions
  }

  private static func overview(from first: Int64) -> [OverviewQuestion] {
    [
      .times, .traffic(from: first, width: 1_000_000), .talkers(limit: 10), .issues(from: first, width: 1_000_000),
      .requests, .latency(.type), .latency(.time(from: first, width: 1_000_000)), .latency(.flow(limit: 5)),
      .runs(limit: 10),
    ]
  }

  /// Where values occur of each kind that a store has, and of none.
  static func searches(_ values: SampleOfValues) -> [StoreQuestion] {
    values.all.flatMap { text in
      [ValueSearch.Scope.kinds, .everywhere].flatMap { scope -> [StoreQuestion] in
        let search = ValueSearch(text, in: NanoSpecification.info, scope)
        return [.places(search), .occurrences(search, limit: 40)]
      }
    }
  }
}

/// A value of each kind, taken from a store.
struct SampleOfValues {
  /// By kind.
  let byKind: [(kind: String, value: String)]
  /// Of a number, and of bytes that no kind has.
  let others: [String]
  var all: [String] { byKind.map(\.value) + others }

  init(_ engine: any QueryEngine) throws {
    func first(_ query: String) throws -> String {
      try #require(try rows(engine.query(query, .none, QueryControl())).first?.first?.resultText)
    }
    let vote = try first("select hashes from vote where vote_count > 0 order by id limit 1")
    byKind = [
      ("block_hash", try first("select hash from block_state order by id limit 1")),
      ("block_hash", String(vote.prefix { $0 != "," }).lowercased()),
      ("account", try first("select account from block_state order by id limit 1")),
      ("account", try first("select account from vote order by id limit 1")),
      ("account", try first("select link from block_state order by id desc limit 1")),
      ("node_id", try first("select nodeid_as_account from nodeid_response order by id limit 1")),
      ("node_id", try first("select nodeid from telemetry order by id limit 1")),
      ("address", try first("select srcip from flow order by id limit 1")),
    ]
    others = [
      try first("select blockcount from telemetry order by id limit 1"),
      try first("select cookie from nodeid_query order by id limit 1"), "18446744073709551615", "1.5", "nowhere",
    ]
  }
}

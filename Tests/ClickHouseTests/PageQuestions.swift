import Capture
import NanoParser

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
    var questions: [StoreQuestion] = [
      .span, .times, .traffic(from: first, width: 1_000_000), .talkers(limit: 10), .flowTotals(address: nil),
      .flowTotals(address: address), .issueKinds(limit: 12),
    ]
    for filter in filters {
      questions += [.fences(filter, from: 0, every: 50), .messages(filter, from: 0, limit: 500)]
    }
    for order in FlowOrder.allCases {
      questions += [
        .flows(address: nil, order, limit: 3, offset: 1), .flows(address: address, order, limit: 100, offset: 0),
      ]
    }
    return questions
  }
}

import HTTPTypes
import HummingbirdCore
import Capture
import Foundation
import Hummingbird

/// What a client asks for: SQL, and how it wants the result.
struct QueryRequest: Sendable {
  var sql: String
  var parameters = QueryParameters.none
  var format = ResultWriter.Format.json
  var limit: Int?
  var seconds: Double?
  var bigIntegersAsText = false
  var isDownload = false
  /// Which rows of the result are wanted; nil for all.
  var page: ResultPage?
  /// The column by which the result is sorted; nil for the order in which the store gives it.
  var order: Order?
  /// Whether the answer may have more than the original's members.
  var isExtended = false

  struct Order: Sendable {
    var column: String
    var isDescending: Bool
  }

  /// Whether the result is sent while it is made.
  var isStreamed: Bool { isDownload || format != .json }

  /// Of the original's query by GET, whose parameters have been checked.
  init(_ uri: URI) throws {
    let given = uri.formValues
    guard let query = given["query"] else {
      throw APIError(.badRequest, "the parameter 'query' is missing: …/capture/query?query=select…")
    }
    sql = query
    format = given["format"].flatMap(ResultWriter.Format.init) ?? .json
    limit = given["limit"].flatMap { Int($0) }
    seconds = given["timeout"].flatMap { Double($0) }
    isDownload = given["download"] == "1"
    parameters = try given["parameters"].map { try RequestBodyObject.parameters(json: $0) } ?? .none
    try check()
  }

  init(_ body: RequestBodyObject) throws {
    sql = try body.text("query")
    parameters = try body.parameters("parameters")
    format = try body.textIfAny("format").flatMap(ResultWriter.Format.init) ?? .json
    limit = try body.integerIfAny("limit")
    seconds = try body.numberIfAny("timeout")
    bigIntegersAsText = try body.textIfAny("big_integers") == "text"
    isDownload = try body.flag("download")
    isExtended = true
    page = try body.object("page").map { page in
      ResultPage(
        key: try page.text("key"), after: try page.queryValueIfAny("after").map { bigIntegersAsText ? $0.whole : $0 },
        limit: try page.integerIfAny("limit") ?? 100, isDescending: try page.flag("descending"))
    }
    order = try body.object("order").map {
      Order(column: try $0.text("column"), isDescending: try $0.flag("descending"))
    }
    try check()
  }

  private func check() throws {
    guard page == nil || !isStreamed else { throw APIError(.badRequest, "a download has no pages") }
    guard page == nil || order == nil else {
      throw APIError(.badRequest, "a page is ordered by its key; leave 'order' out, or 'page'")
    }
  }

  /// Holds the columns of the result against the one that it is to be sorted by: some stores take a wrong one for a text.
  /// - Throws: `QueryError` where there is none of that name.
  func check(_ columns: [String]) throws(QueryError) {
    guard let order, !columns.contains(order.column) else { return }
    throw QueryError(.sql, "the result has no column '\(order.column)' to sort by")
  }

  /// What the store is asked.
  /// - Parameter rows: how many of them are wanted at the most; nil for all.
  func question(rows: Int?) -> QueryService.Question {
    if let page { return .page(page, sql, parameters) }
    guard let order else { return .text(sql, parameters) }
    // One row more tells whether there are more.
    let all = ResultPage(
      key: order.column, after: nil, limit: rows.map { $0 + 1 } ?? .max, isDescending: order.isDescending)
    return .page(all, sql, parameters)
  }
}

extension URI {
  /// The parameters as forms send them: '+' is a space.
  var formValues: [String: String] {
    let pairs = (query ?? "").split(separator: "&").map { pair -> (String, String) in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? String($0)
      }
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
    return Dictionary(pairs) { first, _ in first }
  }
}

extension QueryValue {
  /// An integer that went as a text, because JavaScript cannot hold it; anything else as it is.
  fileprivate var whole: QueryValue {
    guard case .text(let text) = self, let value = Int64(text), value.magnitude > JSON.exactInteger.magnitude,
      String(value) == text
    else { return self }
    return .integer(value)
  }
}

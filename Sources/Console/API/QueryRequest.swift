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
  /// Whether the answer may have more than the original's members.
  var isExtended = false

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
    try check()
  }

  private func check() throws {
    guard page == nil || !isStreamed else { throw APIError(.badRequest, "a download has no pages") }
  }

  /// What the store is asked.
  var question: QueryService.Question {
    page.map { .page($0, sql, parameters) } ?? .text(sql, parameters)
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

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

  /// Of the original's query by GET.
  init(_ uri: URI) throws {
    let given = Self.formValues(uri)
    guard let query = given["query"] else {
      throw APIError(.badRequest, "the parameter 'query' is missing: …/capture/query?query=select…")
    }
    sql = query
    format = try Self.format(given["format"])
    limit = try given["limit"].map { text in
      guard let limit = Int(text) else { throw APIError(.badRequest, "'limit' must be a whole number") }
      return limit
    }
    seconds = try given["timeout"].map { text in
      guard let seconds = Double(text) else { throw APIError(.badRequest, "'timeout' must be a number of seconds") }
      return seconds
    }
    isDownload = given["download"] == "1"
    try check()
  }

  init(_ body: RequestBodyObject) throws {
    sql = try body.text("query")
    parameters = try body.parameters("parameters")
    format = try Self.format(try body.textIfAny("format"))
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

  /// As forms send them: '+' is a space.
  private static func formValues(_ uri: URI) -> [String: String] {
    let pairs = (uri.query ?? "").split(separator: "&").map { pair -> (String, String) in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? String($0)
      }
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
    return Dictionary(pairs) { first, _ in first }
  }

  private static func format(_ name: String?) throws -> ResultWriter.Format {
    guard let name else { return .json }
    guard let format = ResultWriter.Format(rawValue: name) else {
      throw APIError(.badRequest, "'format' must be json, csv or ndjson")
    }
    return format
  }

  private func check() throws {
    guard limit ?? 0 >= 0 else { throw APIError(.badRequest, "'limit' must not be negative") }
    guard seconds ?? 1 > 0 else { throw APIError(.badRequest, "'timeout' must be above 0") }
    guard (1...10_000).contains(page?.limit ?? 1) else {
      throw APIError(.badRequest, "the 'limit' of a page is from 1 to 10000")
    }
    guard page == nil || !isStreamed else { throw APIError(.badRequest, "a download has no pages") }
  }

  /// What the store is asked.
  var question: QueryService.Question {
    page.map { .page($0, sql, parameters) } ?? .text(sql, parameters)
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

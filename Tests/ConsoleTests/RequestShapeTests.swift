import Foundation
import Testing

@testable import Console

/// What an operation's schema promises to take is taken, and anything else is refused with its name.
@Suite struct RequestShapeTests {
  /// What the check says of a value as JSON; nil where it is right.
  private func fault(_ schema: Schema, _ json: String) -> String? {
    let value = try? JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    do {
      try schema.check(value ?? "no JSON", "x")
    } catch {
      return (error as? APIError)?.message ?? "\(error)"
    }
    return nil
  }

  @Test(arguments: [
    (Schema.string(), ["\"\"", "\"a\""], ["1", "null", "true", "[]"], "'x' must be a text"),
    (.filled(), ["\"a\""], ["\"\"", "1"], "'x' must be a text, and not empty"),
    (.choice(["a", "b", "c"]), ["\"a\"", "\"c\""], ["\"d\"", "\"\"", "1"], "'x' must be a, b or c"),
    (
      .integer(), ["0", "-1", "5.0", "9007199254740993"], ["1.5", "\"1\"", "true", "1e30"], "'x' must be a whole number"
    ),
    (.integer(in: 2...4), ["2", "4"], ["1", "5"], "'x' must be from 2 to 4"),
    (
      .whole(), ["1", "\"9223372036854775807\"", "\"7\""],
      ["\"9223372036854775808\"", "\"a\"", "1.5", "false", "\"+5\"", "\"007\""],
      "'x' must be a whole number"
    ),
    (
      .whole(), ["9007199254740992"], ["9007199254740993", "-9007199254740993"],
      "'x' must be a text where it is beyond 2^53"
    ),
    (
      .value(), ["9223372036854775807"], ["9223372036854775808", "18446744073709551615"],
      "'x' must be a text where it is beyond 2^63"
    ),
    (.value(), ["null", "1.5", "\"a\""], ["true", "[]", "{}"], "'x' must be a text, a number or null"),
    (.number(), ["1", "-0.5"], ["\"1\"", "true"], "'x' must be a number"),
    (.positive(), ["0.1", "3"], ["0", "-1", "false"], "'x' must be a number above 0"),
    (.boolean(), ["true", "false"], ["0", "1", "\"true\"", "null"], "'x' must be true or false"),
    (.array(of: .string()), ["[]", "[\"a\"]"], ["{}", "\"a\""], "'x' must be a list"),
    (.map(of: .string()), ["{}", "{\"a\": \"b\"}"], ["[]", "1"], "'x' must be an object"),
    (.nullable(.boolean()), ["null", "true"], ["1"], "'x' must be true or false"),
    (
      .either([.boolean(), .number()], "a truth value or a number"), ["true", "1"], ["\"a\""],
      "'x' must be a truth value or a number"
    ),
  ])
  func `values are of the kind and in the range that a schema says`(
    schema: Schema, right: [String], wrong: [String], message: String
  ) {
    for json in right { #expect(fault(schema, json) == nil, "\(json)") }
    for json in wrong { #expect(fault(schema, json) == message, "\(json)") }
  }

  @Test func `members are known, there, and named by their path`() {
    let schema = Schema.object([
      ("a", .string()), ("b", .omittable(.object([("c", .integer(in: 0...9))]))),
      ("d", .optional(.array(of: .number()))),
    ])
    #expect(fault(schema, #"{"a": ""}"#) == nil && fault(schema, #"{"a": "", "b": null}"#) == nil)
    #expect(fault(schema, "{}") == "'x.a' is missing")
    #expect(fault(schema, #"{"a": "", "e": 1}"#) == "there is no 'x.e'; there is a, b or d")
    #expect(fault(schema, #"{"a": "", "b": {"c": 10}}"#) == "'x.b.c' must be from 0 to 9")
    #expect(fault(schema, #"{"a": "", "d": null}"#) == "'x.d' must be a list")
    #expect(fault(schema, #"{"a": "", "d": [1, "2"]}"#) == "'x.d[1]' must be a number")
  }

  @Test func `which members there are may depend on one of them`() {
    let schema = Schema.variants(by: "kind", [("line", [("length", .number())]), ("point", [])])
    #expect(fault(schema, #"{"kind": "point"}"#) == nil && fault(schema, #"{"kind": "line", "length": 1}"#) == nil)
    #expect(fault(schema, #"{"kind": "line"}"#) == "'x.length' is missing")
    #expect(fault(schema, #"{"kind": "point", "length": 1}"#) == "there is no 'x.length'; there is kind")
    #expect(fault(schema, #"{"kind": "area"}"#) == "'x.kind' must be line or point")
    #expect(fault(schema, "{}") == "'x.kind' is missing" && fault(schema, "[]") == "'x' must be an object")
  }

  @Test func `figures of 64 bits are told by their pattern`() throws {
    guard case .object(let members) = Schema.whole().json,
      case .array(let forms)? = members.first(where: { $0.0 == "oneOf" })?.1,
      case .object(let text) = forms[1], case .text(let pattern)? = text.first(where: { $0.0 == "pattern" })?.1
    else {
      Issue.record("a whole number is described otherwise")
      return
    }
    let expression = try Regex(pattern)
    for right in [
      "0", "7", "-7", "9007199254740993", "999999999999999999", "9223372036854775807", "9223372036854775799",
      "9199999999999999999", "-9223372036854775807", "1000000000000000000",
    ] {
      #expect(right.wholeMatch(of: expression) != nil, "\(right)")
    }
    for wrong in [
      "", "00", "01", "9223372036854775808", "9300000000000000000", "10000000000000000000", "1.5", "a", "--1",
    ] {
      #expect(wrong.wholeMatch(of: expression) == nil, "\(wrong)")
    }
  }

  // MARK: Requests

  @Test func `a path that does not take a method names those that it takes`() async throws {
    let console = try await TestConsole.start()
    for (method, path, allowed) in [
      ("POST", "/api/v1/status", "GET"), ("TRACE", "/api/v1/ask", "POST"),
      ("DELETE", "/api/v1/capture/query", "GET, POST"),
      ("PUT", "/api/v1/message/1", "GET"), ("POST", "/api/v1/openapi.json", "GET"),
      ("HEAD", "/api/v1/capture/start", "GET, POST"),
      ("OPTIONS", "/healthz", "GET, HEAD"), ("QUERY", "/api/v1/statement", "POST"), ("PATCH", "/", "GET, HEAD"),
      ("DELETE", "/app.js", "GET"),
    ] {
      let answer = try await console.ask(method, path)
      #expect(answer.status == 405, "\(method) \(path): \(answer.head)")
      #expect(answer.head.contains("\r\nAllow: \(allowed)\r\n"), "\(answer.head)")
      if method != "HEAD" { #expect(answer.error == "\(path) takes \(allowed), not \(method)") }
    }
    for method in ["GET", "POST", "TRACE"] { #expect(try await console.ask(method, "/api/v1/nothing").status == 404) }
  }

  @Test func `a parameter of an address is such as the description says`() async throws {
    let console = try await TestConsole.start()
    for (path, error) in [
      ("capture/query?query=", "'query' must be a text, and not empty"),
      ("capture/query?query=select+1&format=xml", "'format' must be json, csv, ndjson or rows"),
      ("capture/query?query=select+1&download=2", "'download' must be from 0 to 1"),
      ("capture/query?query=select+1&limit=x", "'limit' must be a whole number"),
      ("flow/1?after=x", "'after' must be a whole number"),
      ("flow/1?limt=5", "there is no parameter 'limt' here; there is 'after', 'limit'"),
      ("capture/query", "the parameter 'query' is missing"),
      ("capture/start?interface=lo", "there is no parameter 'interface' here; there is none"),
      ("flow/1?limit=1001", "'limit' must be from 1 to 1000"),
    ] {
      let answer = try await console.get("/api/v1/\(path)")
      #expect(answer.status == 400 && answer.error == error, "\(path): \(answer.text)")
    }
  }

  @Test func `what takes no parameters may be asked with any`() async throws {
    let console = try await TestConsole.start()
    #expect(try await console.get("/api/v1/status?_=1732700000").status == 200)
  }

  @Test func `a body is such as the description says`() async throws {
    let console = try await TestConsole.start()
    for (path, body, error) in [
      ("ask", #"{"question": "spam"}"#, "'question' must be"),
      ("ask", #"{"question": "span", "table": "x"}"#, "no 'table'"),
      ("ask", #"{"question": "fences", "every": 1}"#, "'every' must be from 2 to 10000"),
      ("ask", #"{"question": "messages", "filter": {"port": 65536}}"#, "'filter.port' must be from 0 to 65535"),
      ("ask", #"{"question": "messages", "filter": {"kind": 1}}"#, "no 'filter.kind'"),
      ("statement", #"{"table": "message", "column": "id"}"#, "must be an object with"),
      ("statement", #"{"find": "x", "table": "message"}"#, "must be an object with"),
      ("capture/query", #"{"query": "select 1", "limits": 1}"#, "there is no 'limits'"),
      ("capture/query", #"{"query": "select ?", "parameters": [[1]]}"#, "'parameters' must be a list of values"),
      ("explain", #"{"query": "select 1", "limit": 1}"#, "there is no 'limit'"),
    ] {
      let answer = try await console.post("/api/v1/\(path)", body)
      #expect(answer.status == 400 && answer.error.contains(error), "\(body): \(answer.text)")
    }
    let unknown = try await console.post("/api/v1/ask", #"{"question": "count", "table": "nothing"}"#)
    #expect(unknown.status == 404 && unknown.error.contains("nothing"), "\(unknown.text)")
  }
}

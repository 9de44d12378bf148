import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// What a console of this process answers.
enum ConsoleAnswer {
  /// Asks, which must succeed.
  /// - Parameter body: what is posted as JSON; nil for a GET.
  static func data(_ port: Int, _ path: String, _ body: [String: Any]? = nil) throws -> Data {
    var request = try HTTPClient.Request(url: "http://127.0.0.1:\(port)\(path)", method: body == nil ? .GET : .POST)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .data(try JSONSerialization.data(withJSONObject: body))
    }
    let answer = try HTTPClient.shared.execute(request: request, deadline: .now() + .seconds(120)).wait()
    let data = Data(answer.body.map { Array($0.readableBytesView) } ?? [])
    #expect(answer.status == .ok, "\(path): \(String(decoding: data, as: UTF8.self))")
    return data
  }

  /// The same, as the value that the JSON is of.
  static func value(_ port: Int, _ path: String, _ body: [String: Any]? = nil) throws -> Any {
    try JSONSerialization.jsonObject(with: data(port, path, body))
  }
}

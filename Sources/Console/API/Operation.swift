import HTTPTypes
import Hummingbird

/// Something that the API does: where, what it takes, what it answers. Both the routes and the API's description are
/// made of these.
struct Operation: Sendable {
  typealias Handler = @Sendable (Request, ConsoleContext) async throws -> Response

  struct Parameter: Sendable {
    var name: String
    var schema: Schema
    var isRequired = false
    var doc: String
  }

  enum Body: Sendable {
    case json(Schema, isRequired: Bool = true)
    /// Bytes of any kind.
    case bytes(String)
  }

  enum Answer: Sendable {
    case json(Schema)
    /// Of another media type.
    case text(String)
    /// A file of a media type, whatever its bytes.
    case file(String)
    /// Server-sent events with these names, whose data is JSON.
    case events([String])
  }

  var methods: [HTTPRequest.Method]
  /// With `{name}` for a part that varies.
  var path: String
  var summary: String
  /// Of the address: with GET, or with a body that has no members.
  var parameters: [Parameter] = []
  /// With POST.
  var body: Body?
  var answers: [Answer]
  var handler: Handler

  init(
    _ methods: [HTTPRequest.Method], _ path: String, _ summary: String, parameters: [Parameter] = [],
    body: Body? = nil, answers: [Answer], _ handler: @escaping Handler
  ) {
    self.methods = methods
    self.path = path
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.answers = answers
    self.handler = handler
  }

  /// Does it, where the parameters of the request's address are such as it takes.
  func answer(_ request: Request, _ context: ConsoleContext) async throws -> Response {
    let given = request.uri.formValues
    let known = takesParameters(request.method) ? parameters : []
    for parameter in known {
      if let value = given[parameter.name] {
        try parameter.schema.check(text: value, parameter.name)
      } else if parameter.isRequired {
        throw APIError(.badRequest, "the parameter '\(parameter.name)' is missing")
      }
    }
    // What takes nothing anyway may be asked with anything, such as what keeps caches away.
    let mayBeAnything = parameters.isEmpty && methods == [.get]
    if !mayBeAnything, let unknown = given.keys.filter({ name in !known.contains { $0.name == name } }).min() {
      let names = known.isEmpty ? "none" : known.map { "'\($0.name)'" }.joined(separator: ", ")
      throw APIError(.badRequest, "there is no parameter '\(unknown)' here; there is \(names)")
    }
    return try await handler(request, context)
  }

  func takesParameters(_ method: HTTPRequest.Method) -> Bool {
    if case .bytes? = body { true } else { method == .get }
  }

  /// The names of the path's varying parts.
  var pathParameters: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
  }
}

import Capture
import HTTPTypes
import Hummingbird

/// Why a request was not done; the answer is `{"error": …}`.
struct APIError: Error {
  var status: HTTPResponse.Status
  var message: String
  /// More about it, such as the kind of an SQL error and its place.
  var details: [(String, JSON)]
  /// What may be done instead, where a path does not take a method.
  var allowed: [HTTPRequest.Method] = []

  init(_ status: HTTPResponse.Status, _ message: String, _ details: [(String, JSON)] = []) {
    self.status = status
    self.message = message
    self.details = details
  }

  init(_ error: QueryError) {
    let status: HTTPResponse.Status =
      switch error.kind {
      case .forbidden: .forbidden
      case .database: .serviceUnavailable
      case .sql, .timeout, .cancelled, .limit: .badRequest
      }
    var details: [(String, JSON)] = [("kind", .text(error.kind.rawValue))]
    if let position = error.position { details.append(("position", .integer(position))) }
    self.init(status, error.description, details)
  }

  init(_ error: FilterError) {
    self.init(.badRequest, error.problem.description, [("column", .integer(error.column))])
  }

  init(_ error: DatabaseFolderError) {
    if case .problem = error { self.init(.conflict, "\(error)") } else { self.init(.notFound, "\(error)") }
  }

  /// A path takes other methods than the request's.
  init(_ request: Request, takes allowed: [HTTPRequest.Method]) {
    let names = allowed.map(\.rawValue).joined(separator: ", ")
    self.init(.methodNotAllowed, "\(request.uri.path) takes \(names), not \(request.method.rawValue)")
    self.allowed = allowed
  }

  var response: Response {
    var response = Response.json(.object([("error", .text(message))] + details), status: status)
    if !allowed.isEmpty { response.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ") }
    return response
  }
}

extension Response {
  static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> Response {
    bytes(value.utf8, "application/json; charset=utf-8", status: status)
  }

  static func bytes(_ bytes: [UInt8], _ type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

import Capture
import HTTPTypes
import Hummingbird
import NIOCore

extension ConsoleDesk {
  /// Something of any length, sent while it is made. An error on the way cuts the connection off, so that nobody takes a
  /// part for the whole; one before the first part is an answer of its own still.
  /// - Parameters:
  ///   - open: the place among the queries that it takes; cancelled when the client leaves, closed at the end.
  ///   - type: the media type.
  ///   - name: what the file is called.
  ///   - next: makes the next part; nil at the end.
  func download(
    _ open: OpenQuery, _ presence: ClientPresence, type: String, name: String,
    _ next: @escaping @Sendable () async throws -> [UInt8]?
  ) async throws -> Response {
    let id = presence.onLeave { open.cancellation.cancel() }
    @Sendable func end() {
      presence.forget(id)
      open.close()
    }
    let first: [UInt8]?
    do {
      first = try await next()
    } catch {
      end()
      throw error
    }
    let body = ResponseBody { writer in
      defer { end() }
      var part = first
      while let bytes = part {
        try await writer.write(ByteBuffer(bytes: bytes))
        part = try await next()
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\""], body: body)
  }
}

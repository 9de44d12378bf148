import Capture
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// The page and the API once more for each other database of the folder, below `/databases/NAME/`. Addresses in the page are
/// relative, so a link leads back to the database too.
///
/// They share the threads and the bounds of the console's own database; what is kept of one are a few connections and the
/// answers that took long.
final class OtherDatabases: Sendable {
  static let path = "/databases"
  /// Databases that are kept open.
  private static let maximumOpen = 16

  private typealias Responder = any HTTPResponder<ConsoleContext>

  /// A database that is open.
  private struct Open {
    var name: String
    /// The file's number: another one may get the name.
    var file: UInt64
    var desk: ConsoleDesk
    var responder: Responder
  }

  private let folder: DatabaseFolder
  /// The latest that was asked for comes last.
  private let open = Mutex<[Open]>([])

  init(_ folder: DatabaseFolder) { self.folder = folder }

  /// Answers what is asked of another database.
  func respond(to request: Request, _ context: ConsoleContext, beside desk: ConsoleDesk) async throws -> Response {
    let path = request.uri.path
    let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    guard parts.count > 1, let name = String(parts[1]).removingPercentEncoding else {
      throw APIError(.notFound, "there is no page \(path)")
    }
    // Without it the page's addresses would be beside those of the database.
    guard parts.count > 2 || path.hasSuffix("/") else {
      return Response(status: .permanentRedirect, headers: [.location: "\(parts[1])/"])
    }
    let responder = try await responder(name, desk)
    var head = request.head
    let query = request.uri.query.map { "?\($0)" } ?? ""
    head.path = "/" + (parts.count > 2 ? parts[2] : "") + query
    return try await responder.respond(to: Request(head: head, body: request.body), context: context)
  }

  /// Ends all queries, and closes all databases.
  func close() {
    let closed = open.withLock { open in
      defer { open = [] }
      return open
    }
    for one in closed { one.desk.queries.cancelAll() }
  }

  private func responder(_ name: String, _ desk: ConsoleDesk) async throws -> Responder {
    let file = try await desk.queries.work { [folder] cancellation in
      let control = QueryControl(limits: QueryLimits(seconds: 5), cancellation: cancellation)
      do throws(DatabaseFolderError) { return try folder.database(name, control) } catch { throw APIError(error) }
    }
    let number = file.fileNumber
    let known = open.withLock { open -> Responder? in
      guard let place = open.firstIndex(where: { $0.name == name }) else { return nil }
      let known = open.remove(at: place)
      guard known.file == number else { return nil }
      open.append(known)
      return known.responder
    }
    if let known { return known }
    let other = ConsoleDesk(file, beside: desk)
    let responder: Responder = other.router(isGuarded: false).buildResponder()
    open.withLock { open in
      open.append(Open(name: name, file: number, desk: other, responder: responder))
      if open.count > Self.maximumOpen { open.removeFirst() }
    }
    return responder
  }
}

import Capture
import Foundation
import HTTPTypes
import Synchronization

/// Queries that people have saved, for all who use the console: a JSON file beside the database.
final class SavedQueries: Sendable {
  struct Query: Codable, Sendable {
    var name: String
    var query: String
  }

  /// There are no more of them.
  static let maximumCount = 200

  private let path: String
  /// Whoever changes the file reads it first, and nobody else meanwhile.
  private let lock = Mutex(())

  init(path: String) { self.path = path }

  /// In the order of their names.
  /// - Throws: `APIError` where the file cannot be read.
  var all: [Query] {
    get throws { try lock.withLock { _ in try read() } }
  }

  /// Adds a query.
  /// - Parameter isReplacing: whether another query of its name is replaced.
  /// - Throws: `APIError` where there is another one of its name that is not to be replaced, where there are too many, or
  ///   where the file cannot be read or written.
  func save(_ query: Query, isReplacing: Bool = false) throws {
    try change { queries in
      guard isReplacing || !queries.contains(where: { $0.name == query.name && $0.query != query.query }) else {
        throw APIError(
          .conflict, "another query is saved as '\(query.name)'; give 'replace', or another name",
          [("kind", .text("exists"))])
      }
      queries.removeAll { $0.name == query.name }
      guard queries.count < Self.maximumCount else {
        throw APIError(.conflict, "there are \(Self.maximumCount) saved queries; remove some first")
      }
      queries.append(query)
    }
  }

  /// Removes a query.
  /// - Throws: `APIError` where there is none of that name, or where the file cannot be read or written.
  func remove(_ name: String) throws {
    try change { queries in
      guard let place = queries.firstIndex(where: { $0.name == name }) else {
        throw APIError(.notFound, "no query of the name '\(name)' is saved")
      }
      queries.remove(at: place)
    }
  }

  private func change(_ body: (inout [Query]) throws -> Void) throws {
    try lock.withLock { _ in
      var queries = try read()
      try body(&queries)
      queries.sort { $0.name < $1.name }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
      do {
        try DurableFile.write(try encoder.encode(queries), to: path)
      } catch {
        throw APIError(.forbidden, "\(error)")
      }
    }
  }

  private func read() throws -> [Query] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      return try JSONDecoder().decode([Query].self, from: try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw APIError(
        .internalServerError, "\(path): is no list of queries; mend it, or move it away, and another is begun")
    }
  }
}

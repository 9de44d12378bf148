import Foundation
public import ParserRuntime

// A file of SQLite's by its path alone, for all that works with a store.

extension Importer {
  /// - Parameters:
  ///   - database: the file's path; it is made if there is none.
  ///   - filter: a BPF filter for the packets.
  ///   - isShared: whether others may read the database meanwhile, also where it is made by this import.
  ///   - progress: called when a file is open and then several times a second; returning false ends the import, and
  ///     keeps what was read.
  public init(
    into database: String, as specification: any Specification.Type, filter: String? = nil,
    options: DecodingOptions = DecodingOptions(), isShared: Bool = false,
    progress: @escaping (ImportProgress) -> Bool = { _ in true }
  ) {
    self.init(
      into: DatabaseFile(path: database, info: specification.info), as: specification, filter: filter,
      options: options, isShared: isShared, progress: progress)
  }
}

extension ActivityRunner {
  /// - Parameters:
  ///   - database: the file's path; whatever writes to it first makes it.
  ///   - control: asked on the runner's thread.
  ///   - report: told what happens, on the runner's thread.
  public convenience init(
    database: String, as specification: any Specification.Type, control: Control,
    report: @escaping @Sendable (ActivityEvent) -> Void
  ) {
    self.init(
      store: DatabaseFile(path: database, info: specification.info), as: specification, control: control,
      report: report)
  }
}

extension StoredMessages {
  /// - Parameter path: the file's.
  /// - Throws: `QueryError` where there is none, or where it cannot be opened.
  public init(database path: String, as specification: any Specification.Type) throws {
    self.init(SQLiteQueries(path: path, info: specification.info), as: specification)
  }
}

extension ImportStages {
  /// Rows -> a new database at `path`, written as an import does; counts rows.
  package func write(_ batches: [RowBatch], to path: String) throws -> Int {
    let store = try CaptureDatabase(path: path, name: path, info: specification.info, isPrivate: true)
    let rows = try store.withSink { sink in
      do {
        for batch in batches { try sink.write(batch) }
        try sink.commit()
      } catch {
        sink.salvage()
        throw error
      }
      return sink.rowCount
    }
    try store.close()
    return rows
  }
}

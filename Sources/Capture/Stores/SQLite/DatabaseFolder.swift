import CLinux
public import Foundation
public import ParserRuntime

/// A folder with databases. Only files that are directly in it have a name here, and no links, so that no name leads out of
/// it.
public struct DatabaseFolder: Sendable {
  /// A file of the folder that is a database of SQLite's.
  public struct Entry: Sendable {
    /// The file's name, without the folder.
    public var name: String
    /// Bytes of the file and its write-ahead log.
    public var bytes: Int
    /// When the file was changed last; what is in its log does not count.
    public var modified: Date
  }

  /// There are no more of them: those that were changed last.
  private static let maximumFiles = 200
  /// How the names of databases end that are not complete yet.
  private static let incomplete = ".importing"

  /// The folder's path.
  public let path: String
  private let info: SpecificationInfo

  /// - Parameters:
  ///   - path: the folder's.
  ///   - info: of the description whose messages are to be shown.
  public init(path: String, info: SpecificationInfo) {
    self.path = path
    self.info = info
  }

  /// The databases by their names: of more than 200 those that were changed last.
  /// - Throws: Where the folder cannot be read.
  public func entries() throws(DatabaseFolderError) -> [Entry] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { throw .unreadable(path) }
    let all = names.compactMap(entry).sorted { ($1.modified, $0.name) < ($0.modified, $1.name) }
    return all.prefix(Self.maximumFiles).sorted { $0.name < $1.name }
  }

  /// The file of a name, whatever it is.
  public func file(_ name: String) -> DatabaseFile {
    DatabaseFile(path: path.hasSuffix("/") ? path + name : "\(path)/\(name)", info: info)
  }

  /// nil where it is no database, or a link, which may lead anywhere.
  private func entry(_ name: String) -> Entry? {
    let file = file(name)
    var status = stat()
    guard !name.hasPrefix("."), !name.hasSuffix(Self.incomplete), lstat(file.path, &status) == 0,
      status.st_mode & S_IFMT == S_IFREG, DatabaseFile.isDatabase(file.path)
    else { return nil }
    let modified = Date(timeIntervalSince1970: TimeInterval(status.st_mtim.tv_sec))
    return Entry(name: name, bytes: file.size, modified: modified)
  }

  /// A database by its name.
  /// - Throws: Where there is none of the name, or where its messages cannot be shown.
  public func database(_ name: String, _ control: QueryControl) throws(DatabaseFolderError) -> DatabaseFile {
    guard !name.contains("/"), !name.contains("\0"), entry(name) != nil else { throw .noDatabase(name) }
    if let problem = file(name).problem(control) { throw .problem(name, problem) }
    return file(name)
  }

  /// The database that was changed last.
  /// - Throws: Where there is none whose messages can be shown.
  public func latest() throws(DatabaseFolderError) -> DatabaseFile {
    let entries = try entries().sorted { ($1.modified, $0.name) < ($0.modified, $1.name) }
    guard let latest = entries.first(where: { file($0.name).problem(QueryControl()) == nil }) else {
      throw .noDatabases(path)
    }
    return file(latest.name)
  }
}

/// Why a folder has no such database.
public enum DatabaseFolderError: Error, Hashable, CustomStringConvertible {
  /// The folder cannot be read.
  case unreadable(String)
  /// The folder has no database whose messages can be shown.
  case noDatabases(String)
  /// No database of the folder has the name.
  case noDatabase(String)
  /// The database of the name cannot be shown.
  case problem(String, DatabaseProblem)

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .unreadable(let folder): "\(folder): the folder cannot be read"
    case .noDatabases(let folder): "\(folder): the folder has no database of this protocol; name one, or make one"
    case .noDatabase(let name): "there is no database '\(name)' in the folder (web.database_folder)"
    case .problem(let name, let problem): "\(name): \(problem)"
    }
  }
}

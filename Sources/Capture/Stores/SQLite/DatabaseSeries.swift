import CLinux
public import ParserRuntime
import Foundation
import Synchronization

/// Files of SQLite's that one capture fills after another. The first has the name that the user gave, each other one that
/// name with the time, in UTC, at which it was begun: `live.db`, `live-20261127T104500Z.db`. All that is asked of the
/// series is asked of its latest file.
public final class DatabaseSeries: CaptureStore {
  /// Of the first file.
  private let path: String
  private let info: SpecificationInfo
  private let latest: Mutex<DatabaseFile>
  private let engine: Mutex<any QueryEngine>
  private let now: @Sendable () -> Date

  /// - Parameters:
  ///   - path: of the first file, which need not exist, or of another one.
  ///   - info: of the description whose tables the files have, or get.
  ///   - isContinued: whether to go on with the latest file that there is, and not with the one that is named.
  public convenience init(path: String, info: SpecificationInfo, isContinued: Bool) {
    self.init(path: path, info: info, isContinued: isContinued) { Date() }
  }

  /// - Parameter now: the clock that files get their names by.
  init(path: String, info: SpecificationInfo, isContinued: Bool, now: @escaping @Sendable () -> Date) {
    self.path = Self.first(of: path)
    self.info = info
    self.now = now
    let file = DatabaseFile(path: isContinued ? Self.files(of: self.path).last ?? path : path, info: info)
    latest = Mutex(file)
    engine = Mutex(file.queries)
  }

  private var file: DatabaseFile { latest.withLock { $0 } }

  public var name: String { file.name }
  public var exists: Bool { file.exists }
  public var size: Int { file.size }
  public var definition: [String] { file.definition }
  /// Asks the file that is the latest now, also when another one is begun.
  public var queries: any QueryEngine { engine.withLock { $0 } }

  public func prepare() throws(CaptureError) { try file.prepare() }
  public func open(for use: StoreUse) throws(CaptureError) -> any StoreSession {
    let session = try file.open(for: use)
    guard var database = session as? CaptureDatabase else { return session }
    database.formerIDs = largestIDs(besides: file.path)
    return database
  }

  /// The largest ids that rows of the other files have, by table: what was written while the latest had few rows must not
  /// be mistaken for others.
  private func largestIDs(besides latest: String) -> [String: Int64] {
    var ids: [String: Int64] = [:]
    for path in Self.files(of: path) where path != latest {
      guard let connection = try? ReadConnection(path: path) else { continue }
      for table in (info.tables + EngineTables.all).map(\.name) {
        let sql = "SELECT max(id) FROM \(quoted(table))"
        // Who has no such table has no such ids.
        guard let cursor = try? QueryCursor(sql, on: connection, limits: QueryLimits()), (try? cursor.step()) == true,
          case .integer(let id) = cursor.value(0)
        else { continue }
        ids[table] = max(id, ids[table] ?? 0)
      }
    }
    return ids
  }

  /// Removes everything that is in the latest file.
  public func removeData() throws(CaptureError) { try file.removeData() }
  public func makeIndices() throws(CaptureError) { try file.makeIndices() }

  // MARK: Rotation

  public func rotate(beginning run: RunRecord) throws(CaptureError) -> (session: any StoreSession, run: Int64) {
    let next = DatabaseFile(path: newPath(), info: info)
    var session: (any StoreSession)?
    do throws(CaptureError) {
      let opened = try next.open(for: .sharing)
      session = opened
      let id = try opened.begin(run)
      latest.withLock { $0 = next }
      engine.withLock { $0 = next.queries }
      return (opened, id)
    } catch {
      session?.abandon()
      // Nobody else has it: its name was free.
      Self.remove(next.path)
      throw error
    }
  }

  /// The path of a file that begins now. It comes behind all others: two of one second, and what begins when a clock has
  /// been set back, are a second apart.
  private func newPath() -> String {
    let last = Self.files(of: path).last.flatMap(Self.time) ?? 0
    let time = max(last + 1, Int64(now().timeIntervalSince1970.rounded(.down)))
    return Self.path(path, with: Self.compactText(time))
  }

  public func removeOldest(keeping count: Int) {
    for path in Self.files(of: path).dropLast(max(count, 1)) {
      // What another process writes to stays.
      guard let lock = try? WriteLock(path: path, name: path) else { continue }
      Self.remove(path)
      withExtendedLifetime(lock) {}
    }
  }

  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
  }

  // MARK: Names

  /// When a file was begun, in seconds since 1970, as its name has it; nil for the first.
  private static func time(_ path: String) -> Int64? {
    guard first(of: path) != path else { return nil }
    let digits = parts(path).stem.suffix(timePattern.count).compactMap(\.wholeNumberValue)
    func number(_ places: Range<Int>) -> Int32 { digits[places].reduce(0) { $0 * 10 + Int32($1) } }
    var time = tm()
    (time.tm_year, time.tm_mon, time.tm_mday) = (number(0..<4) - 1900, number(4..<6) - 1, number(6..<8))
    (time.tm_hour, time.tm_min, time.tm_sec) = (number(8..<10), number(10..<12), number(12..<14))
    return Int64(timegm(&time))
  }

  /// Seconds since 1970 as ISO 8601 has them without separators, which not all file systems allow.
  private static func compactText(_ seconds: Int64) -> String {
    UTCTime.text(seconds).filter { $0 != "-" && $0 != ":" }.replacing(" ", with: "T") + "Z"
  }

  /// The files of a series that there are, the oldest first. What is empty is none yet.
  static func files(of path: String) -> [String] {
    let folder = (path as NSString).deletingLastPathComponent
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    let dated = names.filter { isDated($0, of: (path as NSString).lastPathComponent) }.sorted()
    let all = [path] + dated.map { folder.isEmpty ? $0 : (folder as NSString).appendingPathComponent($0) }
    return all.filter { CaptureDatabase.size(of: $0) > 0 }
  }

  private static func path(_ path: String, with time: String) -> String {
    let (stem, end) = parts(path)
    return "\(stem)-\(time)\(end)"
  }

  /// A path in front of what a time is put, and behind it.
  private static func parts(_ path: String) -> (stem: String, end: String) {
    let file = path as NSString
    let end = file.pathExtension.isEmpty ? "" : ".\(file.pathExtension)"
    return (String(path.dropLast(end.count)), end)
  }

  /// The path of the first file, by that of any.
  private static func first(of path: String) -> String {
    let (stem, end) = parts(path)
    guard stem.suffix(timePattern.count).isTime, stem.dropLast(timePattern.count).last == "-" else { return path }
    return stem.dropLast(timePattern.count + 1) + end
  }

  /// Whether a name is that of a file with the time when it was begun.
  private static func isDated(_ name: String, of first: String) -> Bool {
    name != first && Self.first(of: name) == first
  }
}

/// What a time looks like; a 0 is any digit.
private let timePattern = "00000000T000000Z"

extension StringProtocol {
  fileprivate var isTime: Bool {
    count == timePattern.count
      && zip(self, timePattern).allSatisfy { $1 == "0" ? $0.isASCII && $0.isNumber : $0 == $1 }
  }
}

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
  private let latest: Mutex<String>
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
    latest = Mutex(isContinued ? Self.files(of: self.path).last ?? path : path)
  }

  private var file: DatabaseFile { DatabaseFile(path: latest.withLock { $0 }, info: info) }

  public var name: String { file.name }
  public var exists: Bool { file.exists }
  public var size: Int { file.size }
  public var definition: [String] { file.definition }
  public var queries: any QueryEngine { SQLiteQueries(path: { [self] in file.path }, info: info) }

  public func prepare() throws(CaptureError) { try file.prepare() }
  public func open(for use: StoreUse) throws(CaptureError) -> any StoreSession { try file.open(for: use) }
  /// Removes everything that is in the latest file.
  public func removeData() throws(CaptureError) { try file.removeData() }
  public func makeIndices() throws(CaptureError) { try file.makeIndices() }

  // MARK: Rotation

  public func rotate(beginning run: RunRecord) throws(CaptureError) -> (session: any StoreSession, run: Int64) {
    let next = DatabaseFile(path: newPath(), info: info)
    let session = try next.open(for: .sharing)
    do throws(CaptureError) {
      let id = try session.begin(run)
      latest.withLock { $0 = next.path }
      return (session, id)
    } catch {
      session.abandon()
      Self.remove(next.path)
      throw error
    }
  }

  /// The path of a file that begins now. Two of one second are a second apart.
  private func newPath() -> String {
    var time = Int64(now().timeIntervalSince1970.rounded(.down))
    while true {
      let path = Self.path(path, with: Self.compactText(time))
      if !FileManager.default.fileExists(atPath: path) { return path }
      time += 1
    }
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

  /// Seconds since 1970 as ISO 8601 has them without separators, which not all file systems allow.
  private static func compactText(_ seconds: Int64) -> String {
    UTCTime.text(seconds).filter { $0 != "-" && $0 != ":" }.replacing(" ", with: "T") + "Z"
  }

  /// The files of a series that there are, the oldest first.
  static func files(of path: String) -> [String] {
    let folder = (path as NSString).deletingLastPathComponent
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    let dated = names.filter { isDated($0, of: (path as NSString).lastPathComponent) }.sorted()
    let first = FileManager.default.fileExists(atPath: path) ? [path] : []
    return first + dated.map { folder.isEmpty ? $0 : (folder as NSString).appendingPathComponent($0) }
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

import Foundation

/// The folder where compiled parsers are kept, so that a description that did not change is not compiled again.
///
/// It is made for many processes at once: whatever appears in it appears whole, by being renamed, and what another process
/// made meanwhile is as good.
///
///     ~/.cache/parsergen/KEY/runtime/           modules and objects that all parsers stand on
///     ~/.cache/parsergen/KEY/programs/NAME/     a program with several parsers, and their sources
///     ~/.cache/parsergen/KEY/parsers/NAME       a link to the program that has the parser
///     ~/.cache/parsergen/KEY/parsers/NAME.error why it does not compile
///
/// KEY stands for the runtime's sources and the compiler.
struct ParserCache: Sendable {
  let folder: String
  var runtime: String { folder + "/runtime" }
  private var programs: String { folder + "/programs" }
  private var parsers: String { folder + "/parsers" }

  /// - Parameters:
  ///   - root: where the folders of all keys are.
  init(root: String = defaultRoot, key: String) throws(DumpError) {
    folder = "\(root)/\(key)"
    for folder in [programs, parsers] { try makeFolder(folder) }
    touch(folder)
    forget(in: root)
    forget(in: programs)
    forget(in: folder, prefix: Self.temporaryPrefix)
  }

  static var defaultRoot: String {
    let environment = ProcessInfo.processInfo.environment
    // The specification of these folders says that relative ones are to be ignored.
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder + "/parsergen" }
    return NSHomeDirectory() + "/.cache/parsergen"
  }

  // MARK: Parsers

  /// The program that has a parser; nil if it was not compiled yet.
  func program(of parser: String) -> String? {
    let program = "\(parsers)/\(parser)/program"
    guard access(program, X_OK) == 0 else { return nil }
    touch("\(parsers)/\(parser)/")
    return program
  }

  /// The compiler's error, if it has refused a parser.
  func error(of parser: String) -> String? {
    FileManager.default.contents(atPath: "\(parsers)/\(parser).error").map { String(decoding: $0, as: UTF8.self) }
  }

  func keep(error: String, of parser: String) {
    try? Data(error.utf8).write(to: URL(filePath: "\(parsers)/\(parser).error"), options: .atomic)
  }

  /// Takes a folder that has a program of several parsers.
  func keep(program temporary: String, of names: [String]) throws(DumpError) {
    let program = Fingerprint(names).text
    try moveFolder(temporary, to: "\(programs)/\(program)")
    for name in names {
      let link = "\(parsers)/\(name)"
      let new = "\(temporary).link"
      guard symlink("../programs/\(program)", new) == 0, rename(new, link) == 0 else { throw failure(link) }
    }
  }

  // MARK: Folders

  private static let temporaryPrefix = "new-"

  /// An empty folder for one who makes something; it is to be moved or removed.
  func temporaryFolder() throws(DumpError) -> String {
    var template = Array("\(folder)/\(Self.temporaryPrefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw failure(folder) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Gives a finished folder its name, unless somebody else was faster.
  func moveFolder(_ temporary: String, to folder: String) throws(DumpError) {
    guard rename(temporary, folder) != 0 else { return }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw failure(folder) }
    remove(temporary)
  }

  func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

  /// Does something while no other process does the same.
  func whileLocked<Result>(_ body: () throws(DumpError) -> Result) throws(DumpError) -> Result {
    let path = folder + "/lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    while lockf(descriptor, F_LOCK, 0) != 0 {
      guard errno == EINTR else { throw failure(path) }
    }
    return try body()
  }

  private func makeFolder(_ path: String) throws(DumpError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      let reason = error.localizedDescription
      throw DumpError("\(path): cannot be made: \(reason); XDG_CACHE_HOME may name another folder for caches")
    }
  }

  private func failure(_ path: String) -> DumpError {
    DumpError("\(path): cannot be written: \(String(cString: strerror(errno)))")
  }

  // MARK: Forgetting

  /// Notes that a folder is in use.
  private func touch(_ path: String) { utimes(path, nil) }

  /// Removes what nobody has used for a month.
  private func forget(in folder: String, prefix: String = "") {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) {
      var status = stat()
      let path = "\(folder)/\(name)"
      guard stat(path, &status) == 0, status.st_mtim.tv_sec < time(nil) - 30 * 86_400 else { continue }
      remove(path)
    }
  }
}

import Capture
import Console
import Foundation
import Settings
import ParserRuntime

extension Configuration {
  /// How the console is reached. Where others can reach it and no token is set, one is made, and kept beside the
  /// database.
  func consoleOptions() throws(CaptureError) -> ConsoleOptions {
    var options = ConsoleOptions()
    options.bind = text("web.bind")
    options.port = integer("web.port")
    options.token = text("web.token")
    options.hosts = text("web.hosts").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    options.importFolder = textIfAny("web.import_folder")
    options.databaseFolder = textIfAny("web.database_folder")
    options.savedQueries = try placeOfState() + ".queries.json"
    options.version = Program.info.program.version
    options.examples = QueryExamples.all(isForClickHouse: try clickHouseStore() != nil)
    options.limits.rows = integer("web.max_query_result")
    options.limits.pageRows = integer("web.max_page_rows")
    options.limits.seconds = Double(integer("web.query_seconds"))
    if options.token.isEmpty, !options.isLocal { options.token = try AccessToken(beside: try placeOfState()).value }
    return options
  }
}

/// The token of a console that others can reach: made once, readable by its owner alone.
struct AccessToken {
  let value: String

  init(beside database: String) throws(CaptureError) {
    let path = database + ".token"
    if let text = try? String(contentsOfFile: path, encoding: .utf8) {
      let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
      guard token.count >= 16 else {
        throw CaptureError("\(path): is no token; remove the file, and another is made")
      }
      value = token
      return
    }
    var random = SystemRandomNumberGenerator()
    value = (0..<4).map { _ in
      let digits = String(random.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
    let folder = URL(filePath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    do throws(FileFailure) {
      // As a whole, never seen by others, and on the disk: half a token would keep the console from starting again.
      try DurableFile.write(Data((value + "\n").utf8), to: path, permissions: 0o600, isNew: true)
    } catch {
      throw CaptureError("\(error); or set web.token instead")
    }
  }
}

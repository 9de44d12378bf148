import Foundation
import Synchronization
import Testing

@testable import ClickHouseStore

/// ClickHouse of today, as far as chdb-core has it: a library for Python with its SQL and its formats, and no server. What
/// stands before it here only lets the store ask it: nothing of a server's HTTP, users or limits is tried by that.
final class CurrentDialect: Sendable {
  /// A Python that has chdb-core; `make check-current-dialect` names it.
  static let python = ProcessInfo.processInfo.environment["CHDB_PYTHON"]

  /// Where the store finds it.
  var port: Int { server.port }
  private let server: ScriptedServer
  private let engine: Engine

  init(_ folder: TestFolder) throws {
    let engine = try Engine(folder)
    self.engine = engine
    server = try ScriptedServer { engine.answer($0) }
  }

  func stop() {
    server.stop()
    engine.stop()
  }

  /// Answers to statements, one after another, by lines of JSON.
  private static let script = """
    import json, sys
    from chdb import session
    engine = session.Session(sys.argv[1])
    for line in sys.stdin:
        try:
            answer = {"text": engine.query(json.loads(line), "TabSeparated").bytes().decode()}
        except Exception as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)
    """

  /// The process of Python's.
  private final class Engine: Sendable {
    private let folder: TestFolder
    /// One statement at a time.
    private let pipes: Mutex<Pipes>

    private struct Pipes {
      let process = Process()
      let input = Pipe()
      let output = Pipe()
      var rest = Data()
      var bodies = 0
    }

    private struct Answer: Decodable {
      var text: String?
      var error: String?
    }

    init(_ folder: TestFolder) throws {
      self.folder = folder
      let pipes = Pipes()
      pipes.process.executableURL = URL(filePath: CurrentDialect.python ?? "")
      pipes.process.arguments = ["-c", CurrentDialect.script, folder.path("chdb")]
      pipes.process.standardInput = pipes.input
      pipes.process.standardOutput = pipes.output
      try pipes.process.run()
      self.pipes = Mutex(pipes)
    }

    func stop() {
      pipes.withLock { pipes in
        try? pipes.input.fileHandleForWriting.close()
        pipes.process.waitUntilExit()
      }
      // Here, and not when the last connection lets go of it: the tests' process may end meanwhile.
      try? FileManager.default.removeItem(at: folder.url)
    }

    func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Action {
      pipes.withLock { pipes in
        do {
          if let database = request.parameter("database") {
            _ = try Self.ask("USE \"\(database)\"", &pipes).unwrapped()
          }
          return .answer(try Self.ask(statement(request, &pipes.bodies), &pipes).unwrapped())
        } catch let failure as Failure {
          let code = failure.text.firstRange(of: "Code: ").map { failure.text[$0.upperBound...].prefix { $0.isNumber } }
          return .answer(
            failure.text, status: 500, headers: ["X-ClickHouse-Exception-Code": code.map(String.init) ?? "1002"])
        } catch {
          return .answer("\(error)", status: 502)
        }
      }
    }

    /// With the settings of the request, all of which it has to know, and with its rows, as the bytes that they are.
    private func statement(_ request: ScriptedServer.Request, _ bodies: inout Int) throws -> String {
      let target = request.line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      let own: Set = ["database", "query", "query_id"]
      let items = (URLComponents(string: target)?.queryItems ?? []).filter { !own.contains($0.name) }
      let settings = items.map { "\($0.name) = '\($0.value ?? "")'" }.joined(separator: ", ")
      let clause = settings.isEmpty ? "" : " SETTINGS \(settings)"
      guard request.headers["content-encoding"] == "gzip" else { return request.statement + clause }
      bodies += 1
      let path = folder.path("body\(bodies)")
      try Data(request.body).write(to: URL(filePath: path))
      return request.statement.replacing(
        " FORMAT RowBinary", with: " FROM INFILE '\(path)' COMPRESSION 'gzip'\(clause) FORMAT RowBinary")
    }

    private static func ask(_ statement: String, _ pipes: inout Pipes) throws -> Reply {
      var line = try JSONEncoder().encode(statement)
      line.append(10)
      try pipes.input.fileHandleForWriting.write(contentsOf: line)
      while true {
        if let end = pipes.rest.firstIndex(of: 10) {
          let answer = try JSONDecoder().decode(Answer.self, from: pipes.rest[..<end])
          pipes.rest = Data(pipes.rest[pipes.rest.index(after: end)...])
          return Reply(text: answer.text, error: answer.error)
        }
        // What there is; others wait for as much as they are asked for.
        let more = pipes.output.fileHandleForReading.availableData
        guard !more.isEmpty else { throw Failure(text: "Python has ended") }
        pipes.rest += more
      }
    }

    private struct Reply {
      var text: String?
      var error: String?

      func unwrapped() throws -> String {
        if let error { throw Failure(text: error) }
        return text ?? ""
      }
    }

    private struct Failure: Error { var text: String }
  }
}

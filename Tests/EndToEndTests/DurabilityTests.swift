import Foundation
import Testing

/// What a crash of the system, a full disk, or another process leaves of a new database.
@Suite struct DurabilityTests {
  let folder: TemporaryFolder
  let sample = Place.samples.appending(path: "node-v24-bootstrap.pcap").path
  let program = Place.programs.appending(path: "nanocap").path

  init() throws { folder = try TemporaryFolder() }

  private static let canTrace =
    (try? system("strace", "-o", "/dev/null", "true").status) == 0
  private static let canMount = geteuid() == 0 && (try? system("unshare", "-m", "true").status) == 0

  // MARK: The order of system calls

  @Test(.enabled(if: canTrace))
  func `a new database is on the disk before it has its name, and its name before success`()
    throws
  {
    let database = folder.path("a.db")
    let calls = try SystemCalls(of: program, ["import", sample, "--database", database], in: folder)
    let written = try #require(
      calls.last { ["write", "pwrite64", "ftruncate"].contains($0.name) && $0.has("<\(database).importing>") })
    let synchronized = try #require(
      calls.first(after: written) {
        ["fsync", "fdatasync"].contains($0.name) && $0.has("<\(database).importing>") && $0.result == "0"
      })
    let renamed = try #require(
      calls.first(after: synchronized) { $0.name.hasPrefix("rename") && $0.has("\"\(database)\"") && $0.result == "0" })
    let named = try #require(
      calls.first(after: renamed) {
        $0.name == "fsync" && $0.has("<\(folder.url.path)>") && $0.result == "0"
      })
    #expect(calls.first(after: named) { $0.name == "write" && $0.has("(1<") } != nil, "success is told last")
    #expect(calls.last { $0.name.hasSuffix("write64") && $0.has("<\(database)>") } == nil, "nothing is written later")
    #expect(try Database(database).values("PRAGMA integrity_check") == ["ok"])
  }

  /// - Parameter fault: a system call that fails, as strace's option `inject` wants it.
  private func importWithFault(_ fault: String) throws -> Outcome {
    try system(
      "strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,renameat2", "-e", "inject=\(fault)", program, "import",
      sample, "--database", folder.path("a.db"))
  }

  @Test(
    .enabled(if: canTrace),
    arguments: [
      ("fsync:error=EIO:when=1", "cannot be written to the disk: Input/output error"),
      ("renameat2:error=ENOSPC", "cannot be given its name: No space left on device"),
    ])
  func `a disk that fails at the end of an import leaves nothing, and is told`(fault: String, reason: String) throws {
    let outcome = try importWithFault(fault)
    #expect(outcome.status == 1 && outcome.errors.contains("a.db: \(reason); "), "\(outcome.errors)")
    #expect(outcome.errors.contains("name a file on another disk"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test(.enabled(if: canTrace)) func `a file system that cannot rename exclusively takes a second name`() throws {
    let outcome = try importWithFault("renameat2:error=EINVAL")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.db"])
  }

  // MARK: A full disk

  @Test(.enabled(if: canMount), arguments: ["8k", "64k", "300k", "1m"])
  func `an import that fills the disk leaves nothing and says what to do`(size: String) throws {
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let outcome = try inMountNamespace(
      """
      mount -t tmpfs -o size=\(size) tmpfs "$0" && "$1" import "$2" "$2" --again --database "$0/a.db"
      status=$?; ls "$0"; exit $status
      """, disk)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("the disk is full: free space, or name a file on another disk"), "\(outcome.errors)")
    #expect(outcome.output == "", "neither a.db nor a.db.importing")
  }

  @Test(.enabled(if: canMount)) func `a report that cannot be written leaves the former one`() throws {
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let outcome = try inMountNamespace(
      """
      mount -t tmpfs -o size=16k tmpfs "$0" && echo former > "$0/r.json"
      "$1" validate "$2" --format json --output "$0/r.json" --fail-on none
      status=$?; ls "$0"; cat "$0/r.json"; exit $status
      """, disk)
    #expect(outcome.status == 1 && outcome.errors.contains("the disk is full"), "\(outcome.errors)")
    #expect(outcome.output == "r.json\nformer\n")
  }

  private func inMountNamespace(_ script: String, _ disk: String) throws -> Outcome {
    try system("unshare", "-m", "sh", "-c", script, disk, program, sample)
  }

  // MARK: Others

  @Test func `a report goes to a pipe, a new file, or the target of a link`() throws {
    let report = folder.path("report.json")
    let arguments = ["validate", sample, "--format", "json", "--fail-on", "none", "--output"]
    let piped = try run(URL(filePath: "/bin/sh"), ["-c", "\"$0\" \"$@\" | cat", program] + arguments + ["/dev/stdout"])
    try run(URL(filePath: program), arguments + [report])
    #expect(try String(contentsOfFile: report, encoding: .utf8) == piped.output && piped.output.count > 100)
    try Data("old".utf8).write(to: URL(filePath: folder.path("target")))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("target"))
    try run(URL(filePath: program), arguments + [folder.path("link")])
    #expect(try String(contentsOfFile: folder.path("target"), encoding: .utf8) == piped.output)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == folder.path("target"))
  }

  @Test func `a file that appears while an import runs is not overwritten, and the import is kept`() throws {
    let outcome = try duringImport("echo kept > a.db")
    #expect(outcome.status == 1 && outcome.errors.contains("appeared while the import ran"), "\(outcome.errors)")
    #expect(try String(contentsOfFile: folder.path("a.db"), encoding: .utf8) == "kept\n")
    #expect(try Database(folder.path("a.db.importing")).count("SELECT count(*) FROM message") > 100)
  }

  @Test func `a second import into the same new database does no harm to the first`() throws {
    let outcome = try duringImport("\"$0\" import \"$1\" --database a.db >&2; echo second: $? >&2")
    #expect(outcome.errors.contains("another process is writing to it"), "\(outcome.errors)")
    #expect(outcome.errors.contains("second: 1"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.db"])
    #expect(try Database(folder.path("a.db")).count("SELECT count(*) FROM message") > 100)
  }

  /// Imports from standard input, and runs a command when the import has begun.
  private func duringImport(_ command: String) throws -> Outcome {
    try system(
      "sh", "-c",
      """
      (head -c 24 "$1"; until [ -e a.db.importing ]; do sleep 0.05; done; \(command); tail -c +25 "$1") |
        "$0" import - --database a.db
      """, program, sample, folder: folder.url)
  }
}

/// The system calls of a program in the order in which they were completed, by strace.
private struct SystemCalls {
  struct Call: Equatable {
    var number: Int
    var name: String
    /// With the paths of descriptors in angle brackets.
    var arguments: String
    var result: String

    func has(_ text: String) -> Bool { arguments.contains(text) }
  }

  private var calls: [Call] = []

  init(of program: String, _ arguments: [String], in folder: TemporaryFolder) throws {
    let log = try TemporaryFolder()
    let file = log.path("calls")
    let traced = "write,pwrite64,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,unlink"
    let outcome = try run(
      URL(filePath: "/usr/bin/env"),
      ["strace", "-f", "-y", "-s", "0", "-e", "signal=none", "-e", "trace=\(traced)", "-o", file, program] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    // A call during which another thread comes to speak has two lines.
    var unfinished: [Substring: Substring] = [:]
    for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard parts.count == 2 else { continue }
      var text = parts[1].drop { $0 == " " }
      if let end = text.range(of: " <unfinished ...>") {
        unfinished[parts[0]] = text[..<end.lowerBound]
        continue
      }
      if text.hasPrefix("<... "), let end = text.range(of: " resumed>") {
        text = (unfinished.removeValue(forKey: parts[0]) ?? "") + text[end.upperBound...]
      }
      guard let open = text.firstIndex(of: "("), let equals = text.range(of: " = ", options: .backwards) else {
        continue
      }
      calls.append(
        Call(
          number: calls.count, name: String(text[..<open]), arguments: String(text[open..<equals.lowerBound]),
          result: String(text[equals.upperBound...].prefix { $0 != " " })))
    }
  }

  func last(where condition: (Call) -> Bool) -> Call? { calls.last(where: condition) }

  func first(after call: Call, where condition: (Call) -> Bool) -> Call? {
    calls[(call.number + 1)...].first(where: condition)
  }
}

import Foundation
import Testing

/// Databases that may only be read. Root may do everything, so another user reads, or the file system forbids it.
@Suite(.enabled(if: geteuid() == 0)) struct ReadOnlyDatabaseTests {
  private static let messages = "425"
  private static let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try SampleDatabase.copy(to: folder.path("a.db"))
    try system("install", "-m", "755", Place.programs.appending(path: "nanocap").path, folder.path("nanocap"))
    chmod(folder.url.path, 0o555)
  }

  private func count(_ database: String, prefix: [String] = nobody) throws -> Outcome {
    try run(
      URL(filePath: "/usr/bin/env"),
      prefix + [
        folder.path("nanocap"), "query", "select count(*) from message", "--database", database, "--format", "csv",
      ],
      folder: folder.url)
  }

  @Test(arguments: ["a.db", "with ?, # and %41.db"])
  func `a database in a folder that may only be read is queried`(name: String) throws {
    if name != "a.db" { try FileManager.default.copyItem(atPath: folder.path("a.db"), toPath: folder.path(name)) }
    for database in [name, folder.path(name)] {
      #expect(try count(database).output == "count(*)\r\n\(Self.messages)\r\n")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path(name + "-wal")))
  }

  @Test func `a database on a file system that may only be read is queried`() throws {
    let script = "mount --bind '\(folder.url.path)' /mnt && mount -o remount,bind,ro /mnt && cd /mnt && exec \"$@\""
    #expect(
      try count("/mnt/a.db", prefix: ["unshare", "-m", "sh", "-c", script, "sh"]).output
        == "count(*)\r\n\(Self.messages)\r\n")
  }

  @Test func `changes that are only in a write-ahead log are not passed over`() throws {
    // What a program that is killed leaves behind.
    let killed = folder.path("killed.db")
    try system(
      "bash", "-c",
      """
      cp a.db killed.db
      coproc { exec sqlite3 killed.db; }
      printf 'delete from vote;\\nselect 1;\\n' >&${COPROC[1]}; read -u ${COPROC[0]} line; kill -9 $COPROC_PID; wait
      rm -f killed.db-shm; chmod 644 killed.db*
      """, folder: folder.url)
    #expect(FileManager.default.fileExists(atPath: killed + "-wal"))
    let outcome = try count(killed)
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("killed.db-wal") && outcome.errors.contains("copy both files"), "\(outcome.errors)")
    // With the right to write it opens.
    #expect(try count(killed, prefix: []).status == 0)
  }

  @Test func `a file that may not be read is told`() throws {
    chmod(folder.path("a.db"), 0o600)
    let outcome = try count(folder.path("a.db"))
    #expect(outcome.status == 1 && outcome.errors.contains("may not be read"), "\(outcome.errors)")
  }

  @Test func `the console serves it, and says what it cannot change`() throws {
    let console = try ConsoleProcess(
      Self.nobody.dropFirst() + [folder.path("nanocap"), "serve", "--database", "a.db"], folder: folder,
      program: Self.nobody[0])
    #expect(try console.query("select count(*) from message").rows.first?.first as? Int == Int(Self.messages))
    #expect(try console.ask("/api/v1/message/1").status == 200)
    for path in ["indices/make", "capture/destroy"] {
      let answer = try console.post("/api/v1/\(path)")
      #expect(answer.status == 409 && answer.error.contains("may you write to it"), "\(path): \(answer.text)")
    }
    #expect(try console.query("select count(*) from message").rows.first?.first as? Int == Int(Self.messages))
    #expect(console.interrupt() == 0)
  }
}

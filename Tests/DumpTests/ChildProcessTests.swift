import Foundation
import Testing

@testable import parsergen

@Suite struct ChildProcessTests {
  private func shell(_ script: String, seconds: Double = 60) throws -> ChildProcess {
    try ChildProcess.run("/bin/sh", ["-c", script], seconds: seconds)
  }

  @Test func `output, errors and status are told apart`() throws {
    let child = try shell("echo out; echo err >&2; cat; exit 3")
    #expect(child.end == .exited(3) && !child.succeeded)
    #expect(String(decoding: child.output, as: UTF8.self) == "out\n" && child.errorText == "err\n")
    #expect(child.peakMemory > 100_000)
  }

  @Test func `long output does not block`() throws {
    let child = try shell("head -c 3000000 /dev/zero; head -c 9000000 /dev/zero >&2")
    #expect(child.output.count == 3_000_000 && child.errors.count == 1 << 22 && child.succeeded)
  }

  @Test func `a signal is no status`() throws {
    #expect(try shell("kill -SEGV $$").end == .killed(signal: SIGSEGV))
    #expect(try shell("kill -KILL $$").end == .killed(signal: SIGKILL))
  }

  @Test func `what takes too long is killed with all that it started`() throws {
    let folder = try Folder()
    // The inner process would keep the pipes open, and make a file.
    let child = try shell("sh -c 'sleep 2; echo alive > \(folder.path("alive"))' & sleep 100", seconds: 0.3)
    #expect(child.end == .timedOut)
    sleep(3)
    #expect(!FileManager.default.fileExists(atPath: folder.path("alive")))
  }

  @Test func `a process that closes its output and goes on is killed too`() throws {
    #expect(try shell("exec >&- 2>&-; sleep 100", seconds: 0.3).end == .timedOut)
  }

  @Test func `a program that is still open for writing somewhere is run when it no longer is`() throws {
    let folder = try Folder()
    let program = try folder.write("#!/bin/sh\necho out\n", "program")
    chmod(program, 0o755)
    let descriptor = open(program, O_WRONLY | O_CLOEXEC)
    Thread {
      usleep(100_000)
      close(descriptor)
    }.start()
    #expect(try String(decoding: ChildProcess.run(program, [], seconds: 60).output, as: UTF8.self) == "out\n")
  }

  @Test func `a program that is not there is an error`() {
    #expect(throws: DumpError.self) { try ChildProcess.run("/no/such/program", [], seconds: 1) }
  }
}

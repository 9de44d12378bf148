import Foundation
import Testing

@testable import ClickHouseStore

/// Limits that make sense for a file alone.
@Suite struct StoreLimitTests {
  private let server: ClickHouseServer
  private let folder: TestFolder

  init() throws {
    server = try ClickHouseServer()
    folder = try TestFolder()
  }

  private func program(_ arguments: String...) throws -> ProgramRun {
    let run = try ProgramRun(
      arguments + ["--store", "clickhouse://default@127.0.0.1:\(server.port)/nano"], in: folder)
    run.wait()
    return run
  }

  @Test func `a limit of a file's size is refused for a store on a server`() throws {
    #expect(try program("store", "create").status == 0)
    let capture = try program(
      "capture", "--interface", "lo", "--no-console", "--duration", "1", "--set", "capture.max_capture_megabytes=5")
    #expect(capture.status == 1)
    #expect(capture.errors.contains("capture.max_capture_megabytes is for files"))
    #expect(capture.errors.contains("nanocap store drop"))
    // What does not capture does not mind.
    #expect(try program("query", "select 1", "--set", "capture.max_capture_megabytes=5").status == 0)
  }
}

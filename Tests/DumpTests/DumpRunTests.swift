import Foundation
import Testing

@testable import parsergen

/// Jobs of which many go wrong, each in its own way, with parsers that a test wrote and the real compiler.
@Suite(.serialized) struct DumpRunTests {
  private let folder: Folder
  private let file: String

  init() throws {
    folder = try Folder()
    file = try folder.write([7], "file")
  }

  private struct Outcome: Decodable, Equatable {
    struct Failure: Decodable, Equatable {
      var kind: String
      var path: String
      var message: String
    }

    var id: String
    var status: String
    var value: [String: Value]?
    var error: Failure?
  }

  private enum Value: Decodable, Equatable {
    case number(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = try (try? container.decode(Int.self)).map { .number($0) } ?? .text(container.decode(String.self))
    }
  }

  private var compiler: BatchCompiler {
    get throws { BatchCompiler(library: try RuntimeLibrary(try .find(), cacheRoot: testCache + "/parsergen") { _ in }) }
  }

  /// Runs a job for each parser, all on the same file.
  private func run(
    _ parsers: [String: ParserSource], seconds: Double = 20, compiler: BatchCompiler? = nil
  ) async throws -> [Outcome] {
    let run = DumpRun(
      compiler: try compiler ?? self.compiler, runner: JobRunner(seconds: seconds),
      generate: { description throws(JobFailure) in
        guard let source = parsers[description.spec] else { throw .invalid(path: "/meta/id", "no \(description.spec)") }
        return source
      })
    let lines = (parsers.keys + ["missing"]).sorted().map { #"{"id":"\#($0)","spec":"\#($0)","file":"\#(file)"}"# }
    let results = try folder.write("", "results")
    await run.run(lines, try FileHandle(forWritingTo: URL(filePath: results)), tell: { _ in })
    return try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Outcome.self, from: Data($0.utf8))
    }
  }

  @Test func `what goes wrong costs its own job only`() async throws {
    let outcomes = try await run(
      [
        "bad": parserSource("value = try stream.readU1() + \"\""),
        "cut": parserSource("_ = try stream.readU4le()"),
        "good": parserSource("value = try stream.readU1()"),
        "hang": parserSource("while true {}"),
        "hungry": parserSource(
          "var a = [[1]]; while true { a.append(.init(unsafeUninitializedCapacity: 1 << 24) { _, n in n = 1 }) }"),
        "late": parserSource("let x: Int = nothing"),
        "trap": parserSource("let empty: [UInt8] = []; value = empty[Int(try stream.readU1())]"),
      ], seconds: 10)
    #expect(outcomes.map(\.id) == ["bad", "cut", "good", "hang", "hungry", "late", "missing", "trap"])
    #expect(
      outcomes.map(\.status) == [
        "compile_error", "parse_error", "ok", "timeout", "timeout", "compile_error", "invalid_description", "crash",
      ])
    #expect(outcomes[0].error?.message.contains(".swift:") == true)
    #expect(outcomes[1].error?.kind == "EndOfStreamError" && outcomes[1].error?.path == "/value")
    #expect(outcomes[2].value == ["$type": .text("test"), "value": .number(7)])
    #expect(outcomes[3].error?.kind == "TimeLimit" && outcomes[4].error?.kind == "MemoryLimit")
    #expect(outcomes[5].error?.message.contains("cannot find 'nothing' in scope") == true)
    #expect(outcomes[6].error == .init(kind: "InvalidDescription", path: "/meta/id", message: "no missing"))
    #expect(outcomes[7].error?.message.contains("Index out of range") == true)
  }

  @Test func `a parser that the compiler fails at without a word is found`() async throws {
    // A compiler that dies whenever one file is among its arguments, and says nothing.
    let (good, bad) = (parserSource("value = try stream.readU1()"), parserSource("value = try stream.readU1()"))
    var compiler = try compiler
    let script = try folder.write(
      """
      #!/bin/sh
      case "$*" in *\(bad.name)*) exit 1;; esac
      exec '\(compiler.library.toolchain.compiler)' "$@"
      """, "swiftc")
    chmod(script, 0o755)
    compiler.library.toolchain.compiler = script
    let outcomes = try await run(["bad": bad, "good": good], compiler: compiler)
    #expect(outcomes.map(\.status) == ["compile_error", "ok", "invalid_description"])
    // That is not kept: another time the compiler may do better.
    #expect(try await run(["bad": bad]).map(\.status) == ["ok", "invalid_description"])
  }

  @Test func `a compiler that never has done is stopped`() async throws {
    let bad = parserSource("value = try stream.readU1()")
    var compiler = try compiler
    let script = try folder.write("#!/bin/sh\nsleep 100\n", "swiftc")
    chmod(script, 0o755)
    compiler.library.toolchain.compiler = script
    (compiler.secondsForBatch, compiler.secondsForKilobyte) = (0.5, 0)
    let outcomes = try await run(["bad": bad], compiler: compiler)
    #expect(outcomes[0].status == "compile_error")
    #expect(outcomes[0].error?.message == "the compiler has not done after 0 seconds")
  }
}

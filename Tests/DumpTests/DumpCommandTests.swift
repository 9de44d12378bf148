import Foundation
import Testing

@testable import parsergen

/// `parsergen dump` as its users have it, from descriptions to what is printed.
@Suite struct DumpCommandTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Runs the program in the test's folder.
  private func dump(_ arguments: String..., environment: [String: String] = [:]) throws -> DumpTool.Outcome {
    try DumpTool.system(
      ["--chdir=\(folder.url.path)"]
        + environment.merging(["XDG_CACHE_HOME": testCache]) { own, _ in own }.map { "\($0)=\($1)" }
        + [DumpTool.program.path, "dump"] + arguments)
  }

  private static let description = """
    meta: {id: cards, endian: be}
    seq:
      - {id: count, type: u1, doc: How many there are.}
      - {id: cards, type: card, repeat: expr, repeat-expr: count}
    instances:
      last: {value: 'cards[count - 1]'}
    types:
      card:
        seq:
          - {id: suit, type: u1, enum: suits}
          - {id: rank, type: u2}
    enums:
      suits: {1: hearts, 2: spades}
    """

  // MARK: What a description does not say

  private static let open = """
    meta: {id: open, ks-opaque-types: true}
    params:
      - {id: count, type: u1}
      - {id: suit, type: u1, enum: suits}
      - {id: key, type: bytes}
      - {id: name, type: str}
      - {id: weights, type: 'f8[]'}
    seq:
      - {id: data, size: count, process: nested.filter(7)}
      - {id: rest, type: own_type}
    enums:
      suits: {1: hearts, 2: spades}
    """

  private static let code = """
    import ParserRuntime

    enum Nested {
      struct Filter: ByteProcessor {
        let step: Int
        init(_ step: Int) { self.step = step }
        func decode(_ bytes: [UInt8]) throws(ParseError) -> [UInt8] { bytes.map { $0 &+ UInt8(step) } }
      }
    }

    final class OwnType: ParsedObject {
      static let typeName = "own_type"
      let stream: ByteStream
      let startPosition: Int
      var parentObject: (any ParsedObject)? { nil }
      init(_ stream: ByteStream) { (self.stream, startPosition) = (stream, stream.position) }
      func read() throws(ParseError) { _ = try stream.readU1() }
    }
    """

  @Test func `parameters of the root type, processors and opaque types are given by the caller`() throws {
    _ = try folder.write(Self.open, "open.ksy")
    _ = try folder.write(Self.code, "code.swift")
    _ = try folder.write([1, 2, 3], "file")
    let outcome = try dump(
      "open.ksy", "file", "--swift", "code.swift", "--param", "count=2", "--param", "suit=spades",
      "--param", "key=0AFF", "--param", "name=a=b", "--param", "weights=1.5,2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let value = try JSONReader.read(outcome.output)
    #expect(value["data"]?["$bytes"]?.text == "0809" && value["key"]?["$bytes"]?.text == "0AFF")
    #expect(value["suit"]?["$enum"]?.text == "spades" && value["name"]?.text == "a=b")
    #expect(value["weights"]?.list?.count == 2)
  }

  @Test func `what is missing or does not fit costs the job that needs it, and says what it is`() throws {
    let open = try folder.write(Self.open, "open.ksy")
    let good = try folder.write("meta: {id: good}\nseq: [{id: a, type: u1}]\n", "good.ksy")
    let code = try folder.write(Self.code, "code.swift")
    let bad = try folder.write("struct Nested {\n", "bad.swift")
    let file = try folder.write([1, 2, 3], "file")
    let params = #"{"count": 2, "suit": 1, "key": {"$bytes": "0a"}, "name": "x", "weights": [1, 2.5]}"#
    func job(_ id: String, _ spec: String, _ more: String = "") -> String {
      #"{"id": "\#(id)", "spec": "\#(spec)", "file": "\#(file)"\#(more)}"#
    }
    let jobs = [
      job("good", good), job("all", open, #", "swift": ["\#(code)"], "params": \#(params)"#),
      job("no code", open, #", "params": \#(params)"#), job("no params", open, #", "swift": ["\#(code)"]"#),
      job("bad code", open, #", "swift": ["\#(bad)"], "params": \#(params)"#),
      job("unknown", good, #", "params": {"a": 1}"#),
      job("wrong", open, #", "swift": ["\#(code)"], "params": \#(params.replacing("2,", with: "300,"))"#),
    ]
    _ = try folder.write(jobs.joined(separator: "\n"), "jobs")
    let outcome = try dump("--jobs", "jobs", "--output", "results")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let results = try String(contentsOfFile: folder.path("results"), encoding: .utf8).split(separator: "\n").map {
      try JSONReader.read(String($0))
    }
    let statuses = results.map { $0["status"]?.text ?? "" }
    #expect(
      statuses == [
        "ok", "ok", "compile_error", "invalid_description", "compile_error", "invalid_description",
        "invalid_description",
      ])
    let errors = results.map { (path: $0["error"]?["path"]?.text ?? "", text: $0["error"]?["message"]?.text ?? "") }
    #expect(errors[2].path == "/seq/0/process" && errors[2].text.contains("ByteProcessor called Nested.Filter"))
    #expect(errors[3].path == "/params/0" && errors[3].text.contains("'count' needs a value"))
    #expect(errors[4].text.contains("-0.swift:"))
    #expect(errors[5].path == "/params" && errors[5].text.contains("no parameter 'a'"))
    #expect(errors[6].path == "/params/0" && errors[6].text.contains("no value of the parameter 'count'"))
  }

  // MARK: One file

  @Test func `a file is parsed and printed`() throws {
    _ = try folder.write(Self.description, "cards.ksy")
    _ = try folder.write([2, 1, 0, 5, 9, 1, 0], "hand")
    let outcome = try dump("cards.ksy", "hand")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("{\n \"$type\": \"cards\",\n \"count\": 2,\n \"cards\": [\n"))
    #expect(outcome.output.hasSuffix("\n \"last\": {\n  \"$ref\": \"/cards/1\"\n }\n}\n"))
    let tree = try dump("cards.ksy", "hand", "--format", "tree")
    #expect(
      tree.output == """
             0     7  cards
             0     1    count = 2    # How many there are.
             1     3    cards[0]: card
             1     1      suit = 1 (hearts)
             2     2      rank = 5
             4     3    cards[1]: card
             4     1      suit = 9 (not in the description)
             5     2      rank = 256
                        last => /cards/1

        """)
  }

  @Test func `what was parsed before an error is printed, and the error says where it is`() throws {
    _ = try folder.write(Self.description, "cards.ksy")
    _ = try folder.write([2, 1, 0, 5, 2, 0], "cut")
    let outcome = try dump("cards.ksy", "cut")
    #expect(outcome.status == 1 && outcome.output.contains(#""rank": 5"#))
    #expect(
      outcome.errors == "error: cut: EndOfStreamError: needs 2 bytes, 1 are left, at /cards/1/rank, byte 5\n")
    let missing = try dump("cards.ksy", "none")
    #expect(missing.status == 1 && missing.output.isEmpty)
    #expect(missing.errors.contains("none: cannot be read: No such file or directory"))
  }

  @Test func `a wrong description is told at its place`() throws {
    _ = try folder.write("meta: {id: a}\nseq:\n  - id: x\n    type: nothing\n", "a.ksy")
    let outcome = try dump("a.ksy", "a.ksy")
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("a.ksy:4:11: error: ") && outcome.errors.contains("nothing"))
    #expect(try dump("none.ksy", "a.ksy").errors.contains("cannot read 'none.ksy'"))
  }

  @Test(arguments: [
    (["a.ksy"], "name a description and a file"), (["--jobs", "a"], "--jobs and --output belong together"),
    (["a", "b", "--time-limit", "0"], "--time-limit"), (["a", "--jobs", "b", "--output", "c"], "those of the jobs"),
    (["--jobs", "none", "--output", "c"], "none: cannot be read"),
  ])
  func `wrong use is told`(arguments: [String], complaint: String) throws {
    let outcome = try DumpTool.run(["dump"] + arguments)
    #expect(outcome.status != 0 && outcome.errors.contains(complaint))
  }

  // MARK: The compiler

  @Test func `without a compiler it says what to install`() throws {
    _ = try folder.write(Self.description, "cards.ksy")
    let outcome = try dump("cards.ksy", "cards.ksy", environment: ["PATH": folder.url.path])
    #expect(outcome.status == 1 && outcome.errors.contains("https://www.swift.org/install"))
  }

  /// A compiler that knows its version, and does something else when it is to compile.
  private func compiler(_ script: String) throws -> [String: String] {
    let text = "#!/bin/sh\n[ \"$1\" = --version ] && exec echo 'Swift 9'\n\(script)\n"
    chmod(try folder.write(text, "bin/swiftc"), 0o755)
    return ["PATH": folder.path("bin") + ":/usr/bin:/bin", "XDG_CACHE_HOME": folder.path("cache")]
  }

  @Test func `a compiler that cannot compile the runtime is told`() throws {
    _ = try folder.write(Self.description, "cards.ksy")
    let environment = try compiler("echo '/x/Text.swift:3:4: error: too new' >&2; exit 1")
    let outcome = try dump("cards.ksy", "cards.ksy", environment: environment)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "error: the runtime does not compile: Text.swift:3: too new. Swift 6.2 or later is needed; swiftc is Swift 9\n\n"
    )
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path("cache"))
    #expect(!names.contains { $0.contains("/new-") || $0.hasSuffix("/runtime") })
  }

  @Test func `a terminal sees what is waited for`() throws {
    _ = try folder.write(Self.description, "cards.ksy")
    var environment = try compiler("exit 1")
    environment["TERM"] = "xterm"
    let command = "'\(DumpTool.program.path)' dump cards.ksy cards.ksy"
    let outcome = try DumpTool.system(
      ["--chdir=\(folder.url.path)"] + environment.map { "\($0)=\($1)" } + ["script", "-qec", command, "/dev/null"])
    #expect(outcome.output.contains("compiling the runtime, once"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `whoever ends a dump ends the compiler that it has started, and what that has started`(signal: Int32) throws {
    _ = try folder.write(Self.description, "cards.ksy")
    // A compiler that leaves its work to another process and never has done.
    let environment = try compiler(
      "echo $$ > new; sleep 1000 & echo $! >> new; mv new processes; wait")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // Whoever runs the tests in the background may have signals ignored, which is inherited.
    process.arguments =
      ["--default-signal=INT,TERM,HUP", "--chdir=\(folder.url.path)"] + environment.map { "\($0)=\($1)" }
      + [DumpTool.program.path, "dump", "cards.ksy", "cards.ksy"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }
    try wait(for: "the compiler's start") {
      try #require(process.isRunning)
      return FileManager.default.fileExists(atPath: folder.path("processes"))
    }
    let text = try String(decoding: Data(contentsOf: URL(filePath: folder.path("processes"))), as: UTF8.self)
    let started = text.split(separator: "\n").compactMap { pid_t($0) }
    defer { for process in started where isAlive(process) { kill(process, SIGKILL) } }
    try #require(started.count == 2 && started.allSatisfy(isAlive))
    kill(process.processIdentifier, signal)
    try wait(for: "its end") { !process.isRunning }
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    try wait(for: "the compiler's end") { !started.contains(where: isAlive) }
  }

  /// Whether a process is there that has not ended yet: whose parent is gone may stay as a zombie until somebody asks.
  private func isAlive(_ process: pid_t) -> Bool {
    // `123 (name) S 1 ...`
    guard let status = try? Data(contentsOf: URL(filePath: "/proc/\(process)/stat")) else { return false }
    let state = String(decoding: status, as: UTF8.self).split(separator: ")").last?.dropFirst().first
    return state.map { !"ZX".contains($0) } ?? false
  }

  private func wait(for event: String, _ condition: () throws -> Bool) throws {
    let limit = Date(timeIntervalSinceNow: 120)
    while try !condition() {
      try #require(Date() < limit, "waited two minutes for \(event)")
      usleep(20_000)
    }
  }

  // MARK: Jobs

  @Test func `jobs have their results in order, whatever becomes of the others`() throws {
    _ = try folder.write(Self.description, "cards.ksy")
    // The same id, another type.
    _ = try folder.write("meta: {id: cards}\nseq:\n  - {id: all, size-eos: true}\n", "other/cards.ksy")
    _ = try folder.write("meta: {id: user, imports: [/cards]}\nseq:\n  - {id: hand, type: cards}\n", "user.ksy")
    _ = try folder.write("meta: {id: bad}\nseq:\n  - {id: x, type: nothing}\n", "bad.ksy")
    _ = try folder.write([1, 2, 0, 5], "hand")
    let jobs = [
      #"{"id":"a","spec":"cards.ksy","file":"hand"}"#, #"{"id":"b","spec":"bad.ksy","file":"hand"}"#,
      #"{"id":"c","spec":"other/cards.ksy","file":"hand"}"#, "nothing", "",
      #"{"id":"d","spec":"user.ksy","file":"hand","import_path":["other"]}"#,
      #"{"id":"e","spec":"user.ksy","file":"hand","import_path":["."]}"#,
      #"{"id":"f","spec":"cards.ksy","file":"none"}"#,
    ]
    _ = try folder.write(jobs.joined(separator: "\n"), "jobs")
    let outcome = try dump("--jobs", "jobs", "--output", "results")
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome.errors)")
    let lines = try String(contentsOfFile: folder.path("results"), encoding: .utf8).split(separator: "\n")
    let cards = #"{"$type":"cards","count":1,"cards":[{"$type":"cards::card","suit":{"$enum":"spades","value":2},"#
    try #require(lines.count == 7)
    #expect(lines[0].hasPrefix(#"{"id":"a","status":"ok","value":\#(cards)"#))
    #expect(lines[1].contains(#""status":"invalid_description""#) && lines[1].contains(#""path":"/seq/0/type""#))
    #expect(
      lines[2] == #"{"id":"c","status":"ok","value":{"$type":"cards","all":{"$bytes":"01020005"}},"issues":[]}"#)
    #expect(lines[3].hasPrefix(#"{"id":null,"#) && lines[3].contains("line 4 is no job"))
    #expect(lines[4].contains(#""hand":{"$type":"cards","all":{"$bytes":"01020005"}}"#))
    #expect(lines[5].contains(#""hand":\#(cards)"#))
    #expect(lines[6].contains(#""kind":"FileError""#))
  }

  @Test func `several at once share a cache`() async throws {
    let description = Self.description.replacing("count", with: "count_\(Int.random(in: 0..<1 << 60))")
    _ = try folder.write(description, "cards.ksy")
    _ = try folder.write([0], "none")
    let outcomes = try await withThrowingTaskGroup(of: DumpTool.Outcome.self) { group in
      for _ in 0..<3 { group.addTask { try dump("cards.ksy", "none") } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.map(\.status) == [0, 0, 0] && Set(outcomes.map(\.output)).count == 1)
  }
}

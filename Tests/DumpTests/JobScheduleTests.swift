import Foundation
import Testing

@testable import parsergen

/// What is done for jobs, in which order, and what becomes of those that are none.
@Suite struct JobScheduleTests {
  private let folder: Folder
  private let cache: ParserCache
  private let output: FileHandle

  init() throws {
    folder = try Folder()
    cache = try ParserCache(root: folder.path("cache"), key: "key")
    output = try FileHandle(forWritingTo: URL(filePath: try folder.write("", "results")))
  }

  private var results: [String] {
    get throws {
      try String(contentsOfFile: folder.path("results"), encoding: .utf8).split(separator: "\n").map(String.init)
    }
  }

  private func schedule(_ lines: String...) -> JobSchedule {
    JobSchedule(lines, output: output, cache: cache, processors: 2)
  }

  private func keepProgram(of name: String) throws {
    let program = try cache.temporaryFolder()
    try Data().write(to: URL(filePath: program + "/program"))
    chmod(program + "/program", 0o755)
    try cache.keep(program: program, of: [name])
  }

  private func source(_ name: String) -> ParserSource { ParserSource(name: name, text: "", rootType: "") }

  @Test func `what is no job has a result that says so`() throws {
    var schedule = schedule(#"{"id":"a""#, #"{"id":7,"spec":"x.ksy"}"#, "[]")
    #expect(schedule.next() == nil)
    let lines = try results
    #expect(lines.count == 3 && lines.allSatisfy { $0.contains(#""status":"invalid_description""#) })
    #expect(lines[0].hasPrefix(#"{"id":null,"#) && lines[1].hasPrefix(#"{"id":7,"#))
    #expect(lines[2].contains("line 3 is no job"))
  }

  @Test func `a description is compiled once, and its jobs run before others are compiled`() throws {
    var schedule = schedule(
      #"{"id":"a","spec":"x.ksy","file":"1"}"#, #"{"id":"b","spec":"y.ksy","file":"2"}"#,
      #"{"id":"c","spec":"x.ksy","file":"3"}"#, #"{"id":"d","spec":"x.ksy","file":"4","import_path":["z"]}"#)
    let x = DescriptionFiles(spec: "x.ksy")
    #expect(schedule.next() == .generate(x))
    #expect(schedule.next() == .generate(DescriptionFiles(spec: "y.ksy")))
    #expect(schedule.next() == .generate(DescriptionFiles(spec: "x.ksy", importPath: ["z"])))
    #expect(schedule.next() == nil)
    schedule.generated(x, .success(source("D1")))
    // Something may still be said of the others.
    #expect(schedule.next() == nil)
    schedule.generated(DescriptionFiles(spec: "y.ksy"), .success(source("D2")))
    schedule.generated(DescriptionFiles(spec: "x.ksy", importPath: ["z"]), .success(source("D1")))
    #expect(schedule.next() == .compile([source("D1")]) && schedule.next() == .compile([source("D2")]))
    try keepProgram(of: "D1")
    schedule.compiled([source("D1")], .success([:]))
    var files: [String] = []
    while case .run(let job, _, "D1")? = schedule.next() { files.append(job.file) }
    #expect(files == ["1", "3", "4"])
    schedule.compiled([source("D2")], .success(["D2": "no"]))
    #expect(schedule.next() == nil)
  }

  @Test func `what was compiled before is not compiled again`() throws {
    var schedule = schedule(#"{"id":"a","spec":"x.ksy","file":"1"}"#, #"{"id":"b","spec":"y.ksy","file":"2"}"#)
    try keepProgram(of: "D1")
    cache.keep(error: "no", of: "D2")
    #expect(schedule.next() != nil && schedule.next() != nil)
    schedule.generated(DescriptionFiles(spec: "y.ksy"), .success(source("D2")))
    schedule.generated(DescriptionFiles(spec: "x.ksy"), .success(source("D1")))
    guard case .run(let job, _, "D1") = schedule.next() else {
      Issue.record("there is nothing to run")
      return
    }
    schedule.ran(job, .success(Array("{\"status\":\"ok\"}\n".utf8)))
    #expect(schedule.next() == nil)
    #expect(
      try results == [
        #"{"id":"a","status":"ok"}"#,
        #"{"id":"b","error":{"kind":"CompileError","message":"no","path":""},"issues":[],"status":"compile_error"}"#,
      ])
  }

  @Test func `results are in the order of the jobs, and none waits for a later one`() throws {
    var lines = OrderedLines(output)
    lines.put(1, Array("b\n".utf8))
    #expect(try results.isEmpty)
    lines.put(0, Array("a\n".utf8))
    #expect(try results == ["a", "b"])
    lines.put(3, Array("d\n".utf8))
    lines.put(2, Array("c\n".utf8))
    #expect(try results == ["a", "b", "c", "d"])
    #expect(lines.count == 4)
  }

  @Test(arguments: [(1, [1]), (2, [1, 1]), (10, [5, 5]), (45, [20, 20, 5])] as [(Int, [Int])])
  func `batches keep all processors busy, and are not too large`(count: Int, sizes: [Int]) {
    let parsers = (0..<count).map { source("D\($0)") }
    let batches = BatchCompiler.batches(of: parsers, processors: 2)
    #expect(batches.map(\.count) == sizes && batches.flatMap(\.self) == parsers)
  }

  @Test func `a large parser has a batch of its own`() {
    let large = ParserSource(name: "L", text: String(repeating: "x", count: 500_000), rootType: "")
    let batches = BatchCompiler.batches(of: [source("A"), large, source("B"), source("C")], processors: 1)
    #expect(batches.map { $0.map(\.name) } == [["A"], ["L"], ["B", "C"]])
  }
}

import Foundation
import Testing

@testable import parsergen

@Suite struct ParserCacheTests {
  private let root: Folder

  init() throws { root = try Folder() }

  /// A folder that a compiler might have made.
  private func program(_ cache: ParserCache, saying text: String) throws -> String {
    let folder = try cache.temporaryFolder()
    try Data("#!/bin/sh\necho \(text)\n".utf8).write(to: URL(filePath: folder + "/program"))
    chmod(folder + "/program", 0o755)
    return folder
  }

  private func said(_ program: String?) throws -> String {
    try String(decoding: ChildProcess.run(#require(program), [], seconds: 60).output, as: UTF8.self)
  }

  private var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: root.path("key")).sorted() }
  }

  @Test func `a program is found under the name of each of its parsers`() throws {
    let cache = try ParserCache(root: root.url.path, key: "key")
    #expect(cache.program(of: "D1") == nil)
    try cache.keep(program: program(cache, saying: "both"), of: ["D1", "D2"])
    #expect(try said(cache.program(of: "D1")) == "both\n" && said(cache.program(of: "D2")) == "both\n")
    #expect(try ParserCache(root: root.url.path, key: "other").program(of: "D1") == nil)
    // The next process finds it, and a later program with one of the parsers does not harm the other.
    let again = try ParserCache(root: root.url.path, key: "key")
    try again.keep(program: program(cache, saying: "one"), of: ["D2", "D3"])
    #expect(try said(again.program(of: "D1")) == "both\n" && said(again.program(of: "D2")) == "one\n")
    #expect(try entries == ["parsers", "programs"])
  }

  @Test func `what two have made at once is kept once`() throws {
    let cache = try ParserCache(root: root.url.path, key: "key")
    let (first, second) = (try program(cache, saying: "first"), try program(cache, saying: "second"))
    try cache.keep(program: first, of: ["D1"])
    try cache.keep(program: second, of: ["D1"])
    #expect(try said(cache.program(of: "D1")) == "first\n")
    #expect(try entries == ["parsers", "programs"])
  }

  @Test func `errors are kept`() throws {
    let cache = try ParserCache(root: root.url.path, key: "key")
    #expect(cache.error(of: "D1") == nil)
    cache.keep(error: "no", of: "D1")
    #expect(cache.error(of: "D1") == "no" && cache.program(of: "D1") == nil)
  }

  @Test func `what nobody has used for a month is forgotten`() throws {
    let cache = try ParserCache(root: root.url.path, key: "key")
    try cache.keep(program: program(cache, saying: "old"), of: ["D1"])
    try cache.keep(program: program(cache, saying: "new"), of: ["D2"])
    let unfinished = try cache.temporaryFolder()
    _ = try ParserCache(root: root.url.path, key: "other")
    let programs = root.path("key/programs") + "/"
    var past = [timeval](repeating: timeval(tv_sec: time(nil) - 40 * 86_400, tv_usec: 0), count: 2)
    let folders = ["D1", "D2"].map { programs + Fingerprint([$0]).text } + [unfinished, root.path("other")]
    for folder in folders { #expect(utimes(folder, &past) == 0) }
    // Asking for a program is using it.
    #expect(cache.program(of: "D2") != nil)
    let later = try ParserCache(root: root.url.path, key: "key")
    #expect(later.program(of: "D1") == nil && later.program(of: "D2") != nil)
    #expect(try entries == ["parsers", "programs"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.url.path) == ["key"])
  }

  @Test func `a folder that cannot be made is named`() throws {
    let file = try root.write("", "plain")
    let error = #expect(throws: DumpError.self) { try ParserCache(root: file, key: "key") }
    #expect(error?.description.contains(file) == true)
  }
}

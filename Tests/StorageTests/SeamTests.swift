import Foundation
import Testing

/// What a store speaks with its database stands in that store's folder alone.
@Suite struct SeamTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")
  /// Everything that is linked into the program, and no store. The compiler is not: it prints SQL, and has SQLite check
  /// views.
  private static let targets = [
    "Analyzer", "Capture", "Console", "NanoParser", "ParserRuntime", "Settings", "nanocap",
  ]
  private static let storeFolders = ["Capture/Stores/SQLite/"]
  /// Shows users examples of what they may ask.
  private static let help = [
    "Analyzer/AnalyzerCommand.swift", "Analyzer/Commands/Query.swift", "Analyzer/QueryExamples.swift",
  ]

  private struct File {
    var name: String
    /// Without comments.
    var lines: [String]
  }

  private func files(_ suffixes: [String]) throws -> [File] {
    var files: [File] = []
    for target in Self.targets {
      let folder = Self.sources.appending(path: target)
      let walk = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
      for case let url as URL in walk where suffixes.contains(url.pathExtension) {
        let name = "\(target)/" + url.path.dropFirst(folder.path.count + 1)
        guard !Self.storeFolders.contains(where: name.hasPrefix), !Self.help.contains(name) else { continue }
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
        let code = lines.filter { line in
          let text = line.drop { $0 == " " }
          return !text.hasPrefix("//") && !text.hasPrefix("*") && !text.hasPrefix("/*")
        }
        files.append(File(name: name, lines: code))
      }
    }
    return files
  }

  private func places(of pattern: some RegexComponent, in files: [File]) -> [String] {
    files.flatMap { file in file.lines.filter { $0.contains(pattern) }.map { "\(file.name): \($0)" } }
  }

  @Test func `no other part of the program imports a store's library`() throws {
    let files = try files(["swift"])
    #expect(files.count > 150)
    #expect(places(of: #/import +(GRDB|GRDBSQLite|CSQLite)\b/#, in: files) == [])
    #expect(places(of: #/\bsqlite3_/#, in: files) == [])
  }

  @Test func `no other part of the program, nor the page, speaks SQL`() throws {
    let files = try files(["swift", "js"])
    #expect(files.contains { $0.name.hasSuffix("messages.js") })
    let keywords =
      #/\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|EXPLAIN|ORDER BY|GROUP BY|UNION|JOIN|LIMIT|WHERE)\b/#
    #expect(places(of: keywords, in: files) == [])
    #expect(places(of: #/["'`] *(?i:select) .*\b(?i:from)\b/#, in: files) == [])
  }
}

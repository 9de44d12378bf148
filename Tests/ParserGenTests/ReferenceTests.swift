import Foundation
import ParserGen
import Testing

/// The generated Swift of small descriptions, compared with texts that somebody has read.
///
/// `RENEW_REFERENCES=1 swift test --filter ReferenceTests` writes the texts anew; read the difference before committing it.
@Suite struct ReferenceTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References")

  static let descriptions: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".ksy") }.sorted()
  }()

  @Test func thereAreDescriptions() { #expect(Self.descriptions.count >= 7) }

  @Test(arguments: descriptions)
  func generatedObjectsAreAsTheyWere(_ name: String) throws {
    let generator = Generator(access: "public") { path in
      FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
    let result = generator.objectParser(Self.folder.appending(path: name).path, namespace: nil, isDumped: false)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    let reference = Self.folder.appending(path: name.replacing(".ksy", with: ".swift.txt"))
    if ProcessInfo.processInfo.environment["RENEW_REFERENCES"] != nil {
      try Data(result.text.utf8).write(to: reference)
    }
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    let (wanted, found) = (lines(try String(contentsOf: reference, encoding: .utf8)), lines(result.text))
    for (number, pair) in zip(wanted, found).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name): line \(number + 1) is '\(pair.1)', it was '\(pair.0)'")
      return
    }
    #expect(wanted.count == found.count)
  }
}

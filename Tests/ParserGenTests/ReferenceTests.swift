import Foundation
import ParserGen
import Testing

/// The generated Swift of small descriptions, compared with texts that somebody has read.
///
/// `RENEW_REFERENCES=1 swift test --filter ReferenceTests` writes the texts anew; read the difference before committing it.
@Suite struct ReferenceTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "References")
  static let messages = folder.appending(path: "Messages")

  private static func descriptions(in folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".ksy") }.sorted()
  }

  private let generator = Generator(access: "public") { path in
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func thereAreDescriptions() {
    #expect(Self.descriptions(in: Self.folder).count >= 7)
    #expect(Self.descriptions(in: Self.messages).count >= 3)
  }

  @Test(arguments: descriptions(in: folder))
  func generatedObjectsAreAsTheyWere(_ name: String) throws {
    let path = Self.folder.appending(path: name)
    let result = generator.objectParser(path.path, namespace: nil, isDumped: false)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    try compare(result.text, with: path)
  }

  /// The parser and the rows.
  @Test(arguments: descriptions(in: messages))
  func generatedMessagesAreAsTheyWere(_ name: String) throws {
    let path = Self.messages.appending(path: name)
    let result = generator.generate(path.path)
    #expect(!result.diagnostics.contains { $0.severity == .error }, "\(result.diagnostics)")
    #expect(result.files.count == 3)
    try compare(result.files.prefix(2).map(\.text).joined(), with: path)
  }

  private func compare(_ text: String, with description: URL) throws {
    let name = description.lastPathComponent
    let reference = description.deletingLastPathComponent().appending(path: name.replacing(".ksy", with: ".swift.txt"))
    if ProcessInfo.processInfo.environment["RENEW_REFERENCES"] != nil {
      try Data(text.utf8).write(to: reference)
    }
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    let (wanted, found) = (lines(try String(contentsOf: reference, encoding: .utf8)), lines(text))
    for (number, pair) in zip(wanted, found).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name): line \(number + 1) is '\(pair.1)', it was '\(pair.0)'")
      return
    }
    #expect(wanted.count == found.count)
  }
}

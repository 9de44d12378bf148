import Foundation
import ParserGen
import Testing

/// The descriptions that the handbook shows are descriptions.
@Suite struct HandbookTests {
  private static let handbook = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "protocol/README.md")

  private static func descriptions() throws -> [String] {
    try String(contentsOf: handbook, encoding: .utf8).components(separatedBy: "```yaml\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
  }

  @Test func `every step of the handbook compiles`() throws {
    let descriptions = try Self.descriptions()
    #expect(descriptions.count >= 6 && descriptions.allSatisfy { $0.hasPrefix("meta:") })
    for text in descriptions {
      let result = Generator(read: { $0 == "thermo.ksy" ? text : nil }).generate("thermo.ksy")
      let errors = result.diagnostics.filter { $0.severity == .error }
      #expect(errors.isEmpty && result.files.count == 3, "\(result.diagnostics)\n\(text)")
    }
    let last = try #require(descriptions.last { $0.contains("{table: history_entry") })
    let sql = Generator(read: { $0 == "thermo.ksy" ? last : nil }).generate("thermo.ksy").sql
    #expect(sql.contains("CREATE TABLE \"history_entry\"") && sql.contains("\"is_frost\" INTEGER"))
  }
}

import Foundation
import Testing

@testable import ParserGen

/// A description with mistakes, and every problem that must be reported: `line:column: message (path)`.
struct BrokenDescription: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var problems: [String]

  init(_ name: String, _ text: String, _ problems: [String]) {
    self.name = name
    self.text = text.isEmpty ? "" : text + "\n"
    self.problems = problems
  }

  var testDescription: String { name }

  static let all = yamlAndKeys + attributes + expressions + typesAndStreams + states + matches + summaries
}

/// Compiles a description that stands alone.
func compile(_ text: String, files: [String: String] = [:]) -> Generator.Result {
  let generator = Generator { path in path == "t.ksy" ? text : files[path] }
  return generator.generate("t.ksy")
}

@Suite struct BrokenDescriptionTests {
  @Test(arguments: BrokenDescription.all)
  func `every problem is reported at its place, and nothing else`(broken: BrokenDescription) {
    let result = compile(broken.text)
    let problems = result.diagnostics.filter { $0.severity == .error }.map { problem in
      "\(problem)".replacingOccurrences(of: "t.ksy:", with: "").replacingOccurrences(of: " error:", with: "")
    }
    #expect(problems == broken.problems)
    #expect(result.files.isEmpty, "nothing is generated from a description with errors")
  }

  @Test func `there are at least a hundred`() {
    #expect(BrokenDescription.all.count >= 100)
    #expect(Set(BrokenDescription.all.map(\.name)).count == BrokenDescription.all.count)
  }
}

@Suite struct HostileDescriptionTests {
  /// Descriptions that are good, to be damaged.
  static let seeds = BrokenDescription.all.map(\.text).filter { $0.count > 60 }

  @Test func `no change of a few characters crashes the compiler`() {
    var random = SystemRandomNumberGenerator()
    let letters = Array(" \n:{}[]'\"-_,.?&*!|>%@#0189azxu=+()<>~\\\t\u{0}é")
    for round in 0..<3000 {
      var text = Array(Self.seeds[round % Self.seeds.count])
      for _ in 0..<Int.random(in: 1...8, using: &random) where !text.isEmpty {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text.remove(at: place)
        case 1: text.insert(letters[Int.random(in: 0..<letters.count, using: &random)], at: place)
        default: text[place] = letters[Int.random(in: 0..<letters.count, using: &random)]
        }
      }
      _ = compile(String(text))
    }
  }

  @Test func `nesting and length are limited`() {
    let deep = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
    #expect(compile("meta: {id: a}\ninstances:\n  x: {value: \(deep)}\n").diagnostics.count == 1)
    let long = Array(repeating: "1", count: 20_000).joined(separator: "+")
    #expect(compile("meta: {id: a}\ninstances:\n  x: {value: \(long)}\n").diagnostics.count == 1)
    let brackets = String(repeating: "[", count: 5000)
    #expect(compile("meta: \(brackets)\n").diagnostics.count == 1)
    let bomb = (1...30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }.joined(separator: "\n")
    #expect(compile("a0: &a0 [x]\n\(bomb)\n").diagnostics.contains { $0.message.contains("too many nodes") })
  }
}

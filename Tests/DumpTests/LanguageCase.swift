import Foundation

/// A small description, and what must come of it. LanguageCases/README.md tells how they are written.
struct LanguageCase: Sendable, CustomStringConvertible {
  enum Outcome: Sendable {
    case value
    case error(kind: String, path: String)
    case violation(kind: String, path: String)
  }

  /// A file that is parsed by the description.
  struct Run: Sendable {
    var input: [UInt8]
    var outcome = Outcome.value
    /// nil where none is expected.
    var value: JSON?
  }

  /// A problem that must be told.
  struct Problem: Sendable, CustomStringConvertible {
    var path: String
    var word: String
    var isWarning: Bool

    var description: String { "\(path) \(word)" }

    func isTold(by problem: DumpTool.Problem) -> Bool {
      problem.isWarning == isWarning && matches(problem.path, path) && (word.isEmpty || problem.message.contains(word))
    }
  }

  var group: String
  var name: String
  /// The description and what it imports, by their paths; `t.ksy` is the description.
  var files: [String: String] = ["t.ksy": ""]
  var importPath: [String] = []
  var runs: [Run] = []
  var problems: [Problem] = []

  var description: String { "\(group): \(name)" }
  /// The name of one of the runs among all jobs.
  func id(_ run: Int) -> String { "\(self) (\(run + 1))" }
}

/// Whether a text is what a pattern with `*` at its end says.
func matches(_ text: String, _ pattern: String) -> Bool {
  pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
}

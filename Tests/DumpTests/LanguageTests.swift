import Foundation
import Testing

/// The language, feature by feature, from descriptions to values and errors.
@Suite struct LanguageTests {
  @Test func `there are cases of every feature`() throws {
    let cases = try LanguageCaseReader.all()
    #expect(cases.count >= 300)
    #expect(Set(cases.map(\.description)).count == cases.count)
    #expect(cases.allSatisfy { $0.runs.isEmpty != $0.problems.isEmpty })
  }

  @Test func `what is parsed has the values and the errors that it must`() throws {
    let results = try TableResults.shared.get()
    for each in try LanguageCaseReader.all() {
      for (index, run) in each.runs.enumerated() {
        let id = each.id(index)
        let result = try #require(results[id], "\(id): no result")
        let faults = self.faults(of: result, run)
        #expect(faults.isEmpty, "\(id)\n  \(faults.joined(separator: "\n  "))")
      }
    }
  }

  @Test(arguments: LineEnds.allCases)
  func `it does not matter how lines end, or whether there is a byte order mark`(ends: LineEnds) throws {
    let results = try TableResults.shared.get()
    for each in try LanguageCaseReader.all() where each.group == LineEnds.group {
      let (plain, other) = (try #require(results[each.id(0)]), try #require(results[ends.id(each)]))
      #expect(other["status"]?.text == plain["status"]?.text, "\(each): \(other["error"] ?? .null)")
      #expect((other["value"] ?? .null).differences(from: plain["value"] ?? .null).isEmpty, "\(each)")
    }
  }

  @Test func `what is wrong is refused at its place, and all of it at once`() throws {
    for each in try LanguageCaseReader.all() where !each.problems.isEmpty {
      let folder = try Folder()
      for (name, text) in each.files { _ = try folder.write(text, name) }
      let told = try DumpTool.problems(of: folder.path("t.ksy"), importPath: each.importPath.map(folder.path))
      for problem in each.problems {
        #expect(told.contains { problem.isTold(by: $0) }, "\(each): nothing of \(problem), but \(told)")
      }
      let unexpected = told.filter { told in !each.problems.contains { $0.isTold(by: told) } }
      #expect(unexpected.isEmpty, "\(each)")
    }
  }

  /// What is wrong with a result; nothing if it is as it must be.
  private func faults(of result: JSON, _ run: LanguageCase.Run) -> [String] {
    let status = result["status"]?.text ?? "no status"
    let value = result["value"] ?? .null
    var faults = run.value.map { value.differences(from: $0) } ?? []
    switch run.outcome {
    case .value:
      if status != "ok" { faults.append("\(status): \(result["error"] ?? .null)") }
    case .error(let kind, let path):
      if !isError(result["error"], kind, path) { faults.append("\(status): \(result["error"] ?? .null)") }
    case .violation(let kind, let path):
      if status == "ok" {
        // The parse went on, so there may be more than what was there when the constraint was violated.
        let issues = result["issues"]?.list ?? []
        faults = issues.contains { isError($0, kind, path) } ? [] : ["no issue \(kind) at \(path)"]
      } else if !isError(result["error"], kind, path) {
        faults.append("\(status): \(result["error"] ?? .null)")
      }
    }
    return faults
  }

  private func isError(_ error: JSON?, _ kind: String, _ path: String) -> Bool {
    guard let told = error?["kind"]?.text, let place = error?["path"]?.text else { return false }
    return matches(told, kind) && matches(place, path)
  }
}

/// Spellings of a file in which the lines are the same.
enum LineEnds: CaseIterable, Sendable {
  case carriageReturn
  case byteOrderMark

  /// The cases that are tried in them.
  static let group = "yaml"

  func text(_ text: String) -> String {
    switch self {
    case .carriageReturn: text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    case .byteOrderMark: "\u{FEFF}" + text
    }
  }

  func id(_ languageCase: LanguageCase) -> String { "\(languageCase) \(self)" }
}

/// The results of all tables, which are compiled together in one call.
enum TableResults {
  static let shared = Result { try compute() }

  private static func compute() throws -> [String: JSON] {
    let folder = try Folder()
    var jobs: [DumpTool.Job] = []
    for (number, each) in try LanguageCaseReader.all().enumerated() {
      for (name, text) in each.files { _ = try folder.write(text, "\(number)/\(name)") }
      for (index, run) in each.runs.enumerated() {
        jobs.append(
          DumpTool.Job(
            id: each.id(index), spec: folder.path("\(number)/t.ksy"),
            file: try folder.write(run.input, "\(number)/\(index).bin"),
            importPath: each.importPath.map { folder.path("\(number)/\($0)") }))
      }
    }
    for each in try LanguageCaseReader.all() where each.group == LineEnds.group {
      for ends in LineEnds.allCases {
        let text = ends.text(each.files["t.ksy"] ?? "")
        jobs.append(
          DumpTool.Job(
            id: ends.id(each), spec: try folder.write(text, "\(ends)/\(each.name)/t.ksy"),
            file: try folder.write(each.runs[0].input, "\(ends)/\(each.name)/bin")))
      }
    }
    jobs += try ExpressionTable.read().jobs(in: folder)
    return try DumpTool.results(of: jobs, in: folder)
  }
}

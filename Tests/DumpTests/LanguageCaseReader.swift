import Foundation

/// Reads files of cases.
struct LanguageCaseReader {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// What the lines that have no marker belong to.
  private enum Section {
    case file(String)
    case value
    case nothing
  }

  private let group: String
  private var cases: [LanguageCase] = []
  private var section = Section.nothing
  private var value = ""

  static func all() throws -> [LanguageCase] {
    let folder = DumpTool.here.appending(path: "LanguageCases")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "cases" }.sorted { $0.path < $1.path }.flatMap { file in
      var reader = LanguageCaseReader(group: file.deletingPathExtension().lastPathComponent)
      // Not `components`: a CR LF is one character.
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
      {
        try reader.read(String(line))
      }
      try reader.endValue()
      return reader.cases
    }
  }

  private init(group: String) { self.group = group }

  private mutating func read(_ line: String) throws {
    if line.hasPrefix("== ") {
      try endValue()
      cases.append(LanguageCase(group: group, name: String(line.dropFirst(3))))
      section = .file("t.ksy")
    } else if line.hasPrefix("-- ") {
      try endValue()
      let words = line.dropFirst(3).split(separator: " ", maxSplits: 1)
      try mark(String(words[0]), words.count > 1 ? String(words[1]) : "", line)
    } else {
      try read(text: line)
    }
  }

  private mutating func read(text line: String) throws {
    switch section {
    case .file(let name): cases[cases.count - 1].files[name, default: ""] += line + "\n"
    case .value: value += line + "\n"
    case .nothing:
      guard cases.isEmpty || line.isEmpty else { throw Failure(description: "\(group): what is '\(line)'?") }
    }
  }

  private mutating func mark(_ marker: String, _ text: String, _ line: String) throws {
    section = .nothing
    let (last, words) = (cases.count - 1, text.split(separator: " ", maxSplits: 1).map(String.init))
    let run = cases[last].runs.count - 1
    switch marker {
    case "file": section = .file(text)
    case "import-path": cases[last].importPath.append(text)
    case "input": cases[last].runs.append(LanguageCase.Run(input: try bytes(text)))
    case "value": section = .value
    case "error": cases[last].runs[run].outcome = .error(kind: words[0], path: words[1])
    case "violation": cases[last].runs[run].outcome = .violation(kind: words[0], path: words[1])
    case "invalid", "warning":
      cases[last].problems.append(
        LanguageCase.Problem(
          path: words[0], word: words.count > 1 ? words[1] : "", isWarning: marker == "warning"))
    case "note": break
    default: throw Failure(description: "\(group): what is '\(line)'?")
    }
  }

  private mutating func endValue() throws {
    guard case .value = section else { return }
    let last = cases.count - 1
    cases[last].runs[cases[last].runs.count - 1].value = try JSONReader.read(value)
    (section, value) = (.nothing, "")
  }

  /// Bytes in hex and texts in quotes, apart by spaces.
  private func bytes(_ text: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        bytes += part.utf8
      } else {
        guard let hex = hexBytes(part) else { throw Failure(description: "\(group): what is '\(part)'?") }
        bytes += hex
      }
    }
    return bytes
  }
}

/// The bytes of a text of pairs of hex digits with spaces between them; nil if it is none.
func hexBytes(_ text: some StringProtocol) -> [UInt8]? {
  let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
  guard digits.count % 2 == 0, digits.count == text.filter({ !$0.isWhitespace }).count else { return nil }
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

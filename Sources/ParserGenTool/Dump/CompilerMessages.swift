/// The errors that a compiler has written.
struct CompilerMessages {
  struct Message: CustomStringConvertible {
    /// The file's name without its folder and `.swift`.
    var file: String
    var line: Substring
    var text: Substring

    var description: String { "\(file).swift:\(line): \(text)" }
  }

  let errors: [Message]
  var first: Message? { errors.first }

  /// - Parameter text: lines of which some are `path:line:column: error: text`.
  init(_ text: String) {
    errors = text.split(whereSeparator: \.isNewline).compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 4)
      guard parts.count == 5, parts[3] == " error", Int(parts[1]) != nil else { return nil }
      let name = parts[0].split(separator: "/").last ?? parts[0]
      let file = name.hasSuffix(".swift") ? name.dropLast(".swift".count) : name
      return Message(file: String(file), line: parts[1], text: parts[4].drop { $0 == " " })
    }
  }
}

extension ChildProcess {
  /// What it said when something went wrong: the line that says so, or its last one, or how it ended.
  var lastWords: String {
    let lines = errorText.split(whereSeparator: \.isNewline)
    let line = lines.first { $0.contains("Fatal error") || $0.contains("error:") } ?? lines.last
    switch end {
    case _ where line != nil: return String((line ?? "").prefix(500))
    case .exited(let status): return "status \(status)"
    case .killed(let signal): return "signal \(signal)"
    case .timedOut: return "no end in time"
    }
  }
}

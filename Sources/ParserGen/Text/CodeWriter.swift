/// Collects lines of code with their indentation.
struct CodeWriter {
  private(set) var text = ""
  private var depth = 0

  mutating func line(_ line: String = "") {
    text += line.isEmpty ? "\n" : String(repeating: "  ", count: depth) + line + "\n"
  }

  /// `head {`, what `body` writes, `}`.
  mutating func block(_ head: String, _ body: (inout CodeWriter) -> Void) {
    line(head + " {")
    indented(body)
    line("}")
  }

  /// `head {`, what `body` writes, `} else {`, what `other` writes, `}`.
  mutating func block(
    _ head: String, _ body: (inout CodeWriter) -> Void, else other: (inout CodeWriter) -> Void
  ) {
    line(head + " {")
    indented(body)
    line("} else {")
    indented(other)
    line("}")
  }

  mutating func indented(_ body: (inout CodeWriter) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  /// A doc comment from a description's `doc` and `doc-ref`.
  mutating func doc(_ doc: Documentation, fallback: String? = nil) {
    guard let whole = doc.text ?? fallback else { return }
    var lines = Self.lines(of: whole)
    while lines.last?.isEmpty == true { lines.removeLast() }
    for part in lines { line(part.isEmpty ? "///" : "/// \(part)") }
    for reference in doc.references {
      line("/// - SeeAlso: \(Self.lines(of: reference).filter { !$0.isEmpty }.joined(separator: " "))")
    }
  }

  /// The lines of a description's text, by all that any compiler takes for the end of one: nothing of a text must get
  /// out of its comment.
  private static func lines(of text: String) -> [String] {
    text.split(omittingEmptySubsequences: false) { $0.isNewline || $0 == "\0" }.map { line in
      var line = line
      while line.last?.isWhitespace == true { line.removeLast() }
      return String(line)
    }
  }
}

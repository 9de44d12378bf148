/// The text of a file, in Unicode scalars as YAML counts them.
final class YAMLSource {
  private let text: String
  lazy var scalars = Array(text.unicodeScalars)

  init(_ text: String) { self.text = text }
}

/// A scalar as the file spells it: over several lines, or with quotes and escapes, so that offsets in its text say nothing of columns.
struct ScalarSpelling {
  enum Style { case plain, singleQuoted, doubleQuoted, block }
  typealias Place = (line: Int, column: Int)

  let source: YAMLSource
  /// Of the first character in the file; of a quote or of the `|` of a block.
  let index: Int
  let line: Int
  let column: Int
  let style: Style

  /// Where each Unicode scalar of the text stands, and where the text ends.
  ///
  /// Folding and indentation change nothing but white space, so everything else is found in the order of the text.
  func places(of text: String) -> [Place] {
    var reader = Reader(scalars: source.scalars, index: index, line: line, column: column, style: style)
    reader.skipOpening()
    var places: [Place] = []
    places.reserveCapacity(text.unicodeScalars.count + 1)
    for scalar in text.unicodeScalars {
      if !scalar.isYAMLSpace { reader.skipSpace() }
      places.append((reader.line, reader.column))
      if !scalar.isYAMLSpace { reader.skipCharacter() }
    }
    places.append((reader.line, reader.column))
    return places
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var index: Int
    var line: Int
    var column: Int
    let style: Style

    private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
      index + distance < scalars.count ? scalars[index + distance] : nil
    }

    private mutating func advance(_ count: Int = 1) {
      for _ in 0..<count {
        guard let scalar = peek() else { return }
        index += 1
        if scalar == "\n" || scalar == "\r" && peek() != "\n" {
          line += 1
          column = 1
        } else {
          column += 1
        }
      }
    }

    /// Passes the quote, or the line on which a block is announced.
    mutating func skipOpening() {
      switch style {
      case .plain: break
      case .singleQuoted, .doubleQuoted: advance()
      case .block:
        let first = line
        while line == first, peek() != nil { advance() }
      }
    }

    /// Passes what the text has as white space, escapes included.
    mutating func skipSpace() {
      while let scalar = peek() {
        if scalar.isYAMLSpace {
          advance()
        } else if style == .doubleQuoted, scalar == "\\", let length = spaceEscape() {
          advance(length)
        } else {
          return
        }
      }
    }

    /// The length of an escape that stands for white space, or for nothing.
    private func spaceEscape() -> Int? {
      switch peek(1) {
      case "n", "t", "r", " ", "\t", "N", "L", "P", "\n", "\r": return 2
      case "x":
        guard peek(2) == "0" || peek(2) == "2", let digit = peek(3) else { return nil }
        return (peek(2) == "2" ? "0" : "9aAdD").unicodeScalars.contains(digit) ? 4 : nil
      default: return nil
      }
    }

    mutating func skipCharacter() {
      switch (style, peek()) {
      case (.singleQuoted, "'"): advance(2)
      case (.doubleQuoted, "\\"):
        switch peek(1) {
        case "x": advance(4)
        case "u": advance(6)
        case "U": advance(10)
        default: advance(2)
        }
      default: advance()
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isYAMLSpace: Bool {
    switch self {
    case " ", "\t", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }
}

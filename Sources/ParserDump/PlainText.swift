import ParserRuntime

// Values as people read them, each in one line.

extension DumpValue {
  /// How many bytes, and elements of a list, are shown: there is JSON for those who want all.
  private static let maximumBytes = 64
  private static let maximumElements = 32

  /// The value in a line; nil if it has an object in it, which takes several.
  var plainText: String? {
    switch self {
    case .integer(let value): String(value)
    case .float(let value): "\(value)"
    case .boolean(let value): String(value)
    case .text(let value): quoted(value)
    case .bytes(let value): hex(value)
    case .enumeration(let name, let value): "\(value) (\(name ?? "not in the description"))"
    case .object: nil
    case .stream(let value): "a stream of \(value.size) bytes"
    case .list(let elements): list(elements)
    case .null: "nothing"
    }
  }

  private func hex(_ bytes: [UInt8]) -> String {
    let digits = bytes.prefix(Self.maximumBytes).withUnsafeBytes(hexText)
    return digits + (bytes.count > Self.maximumBytes ? "… (\(bytes.count) bytes)" : "")
  }

  private func list(_ elements: [DumpValue]) -> String? {
    var texts: [String] = []
    for element in elements.prefix(Self.maximumElements) {
      guard let text = element.plainText else { return nil }
      texts.append(text)
    }
    guard elements.count > texts.count else { return "[\(texts.joined(separator: ", "))]" }
    return "[\(texts.joined(separator: ", ")), …] (\(elements.count) elements)"
  }

  /// A text of a file says nothing to the terminal: control characters are escaped.
  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: result += scalar.escaped(asASCII: true)
      default: result += scalar == "\"" || scalar == "\\" ? scalar.escaped(asASCII: true) : String(scalar)
      }
    }
    return result + "\""
  }
}

extension DumpableObject {
  /// The type's name without those of the types around it.
  var shortName: String {
    let name = Self.typeName
    return name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }

  /// Where the bytes of its fields are, counted from the first byte of the stream's source.
  var span: (start: Int, end: Int) {
    let start = stream.start + startPosition
    let end = dumpMembers().lazy.filter { $0.kind == .field }.compactMap { $0.span?.end }.max()
    return (start, Swift.max(start, end ?? start))
  }
}

extension StaticString {
  /// The first paragraph, in one line.
  var firstParagraph: String {
    var words: [Substring] = []
    for line in description.split(separator: "\n", omittingEmptySubsequences: false) {
      let more = line.split(whereSeparator: \.isWhitespace)
      if more.isEmpty, !words.isEmpty { break }
      words += more
    }
    return words.joined(separator: " ")
  }
}

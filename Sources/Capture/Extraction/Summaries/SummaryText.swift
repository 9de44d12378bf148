/// Texts from the wire as they can stand in a line.
enum SummaryText {
  /// Characters of a value, and of a line.
  static let maximumValue = 100
  static let maximumLine = 400

  /// A value without control characters, and no longer than one may be.
  static func value(_ text: String) -> String { plain(shortened(text, to: maximumValue)) }

  /// A line with one space between words, without control characters, and no longer than one may be.
  static func line(_ text: String) -> String {
    plain(shortened(text.split(whereSeparator: \.isWhitespace).joined(separator: " "), to: maximumLine))
  }

  private static func plain(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{FFFD}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  private static func shortened(_ text: String, to length: Int) -> String {
    // A character may consist of any number of scalars.
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: length, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
  }
}

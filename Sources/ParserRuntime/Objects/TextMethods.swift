/// What descriptions do with text. A text is a sequence of code points: nothing is composed, and two texts are equal if
/// their code points are.
public enum Text {
  /// The number of code points.
  public static func length(_ text: String) -> Int { text.unicodeScalars.count }

  /// The code points in reverse order.
  public static func reverse(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
  }

  /// The code points from number `from` up to, not including, number `to`. Numbers outside of the text stand for its
  /// beginning or end; if `to` is less than `from` the result is empty. (Kaitai leaves both undefined.)
  public static func substring(_ text: String, from: Int, to: Int) -> String {
    let scalars = text.unicodeScalars
    let first = max(0, from)
    return String(scalars.dropFirst(first).prefix(max(0, to) - min(first, max(0, to))))
  }

  /// The number that the text is in a radix of 2 to 36: an optional sign and digits. A radix of 16, 8 or 2 allows the
  /// prefix `0x`, `0o` or `0b`.
  public static func integer<I: FixedWidthInteger>(
    _ text: String, radix: Int = 10, as type: I.Type = Int.self
  ) throws(ParseError) -> I {
    guard (2...36).contains(radix), let value = I(withoutPrefix(text, radix), radix: radix) else {
      throw ParseError(.conversion(text), field: "", offset: 0)
    }
    return value
  }

  private static func withoutPrefix(_ text: String, _ radix: Int) -> String {
    guard let mark = [16: "x", 8: "o", 2: "b"][radix] else { return text }
    let sign = text.hasPrefix("-") || text.hasPrefix("+") ? text.prefix(1) : ""
    let digits = text.dropFirst(sign.count)
    guard digits.prefix(2).lowercased() == "0" + mark else { return text }
    let rest = digits.dropFirst(2)
    // A second sign must not become the first.
    return rest.first?.isHexDigit == true ? String(sign + rest) : text
  }

  /// Order by code point: negative when `left` comes first, 0 when both are the same.
  public static func compare(_ left: String, _ right: String) -> Int {
    // UTF-8 sorts as code points do.
    var (left, right) = (left, right)
    return left.withUTF8 { left in
      right.withUTF8 { right in
        for (one, other) in zip(left, right) where one != other { return one < other ? -1 : 1 }
        return left.count - right.count
      }
    }
  }

  /// Whether both have the same code points.
  public static func equal(_ left: String, _ right: String) -> Bool { compare(left, right) == 0 }

  /// An integer in decimal.
  public static func of(_ value: some BinaryInteger) -> String { String(value) }

  /// The shortest decimal that gives this number again: `1.5`, `2.0`, `1e+20`, `nan`.
  public static func of(_ value: Double) -> String { value.description }

  /// `true` or `false`.
  public static func of(_ value: Bool) -> String { value ? "true" : "false" }
}

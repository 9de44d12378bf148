import ParserRuntime
import Testing

@Suite struct TextMethodTests {
  /// An e with an accent of its own, a family of five code points, and a flag of two.
  private static let accent = "e\u{301}"
  private static let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}"
  private static let flag = "\u{1F1E9}\u{1F1EA}"

  @Test func `length counts code points`() {
    #expect(Text.length("") == 0 && Text.length("abc") == 3 && Text.length("é") == 1)
    #expect(Text.length(Self.accent) == 2 && Text.length(Self.family) == 5 && Text.length(Self.flag) == 2)
    #expect(Text.length("\r\n") == 2 && Text.length("\u{1F600}") == 1)
  }

  @Test func `reverse turns code points round, whatever they make together`() {
    #expect(Text.reverse("") == "" && Text.reverse("abc") == "cba")
    #expect(Text.equal(Text.reverse(Self.accent + "x"), "x\u{301}e"))
    #expect(Text.equal(Text.reverse(Self.flag), "\u{1F1EA}\u{1F1E9}"))
    #expect(Text.equal(Text.reverse("\r\n"), "\n\r"))
    #expect(Text.equal(Text.reverse(Self.family), "\u{1F467}\u{200D}\u{1F469}\u{200D}\u{1F468}"))
    #expect(Text.equal(Text.reverse(Text.reverse(Self.family + Self.accent)), Self.family + Self.accent))
  }

  @Test(
    arguments: [
      ("foobar", 0, 3, "foo"), ("foobar", 3, 6, "bar"), ("foobar", 2, 2, ""), ("foobar", 0, 6, "foobar"),
      ("foobar", 6, 6, ""), ("foobar", 4, 100, "ar"), ("foobar", 100, 200, ""), ("foobar", 4, 1, ""),
      ("foobar", -5, 2, "fo"), ("foobar", -5, -2, ""), ("foobar", .min, .max, "foobar"), ("foobar", .max, .min, ""),
      ("", 0, 1, ""), ("e\u{301}x", 0, 1, "e"), ("e\u{301}x", 1, 2, "\u{301}"), ("e\u{301}x", 2, 3, "x"),
      ("\u{1F1E9}\u{1F1EA}", 1, 2, "\u{1F1EA}"), ("a\u{1F600}b", 1, 2, "\u{1F600}"), ("\r\n", 0, 1, "\r"),
      ("\u{1F468}\u{200D}\u{1F469}", 0, 2, "\u{1F468}\u{200D}"),
    ] as [(String, Int, Int, String)])
  func `substrings by code point`(text: String, from: Int, to: Int, expected: String) {
    #expect(Text.equal(Text.substring(text, from: from, to: to), expected))
  }

  @Test(
    arguments: [
      ("12345", 10, 12345), ("-12345", 10, -12345), ("+7", 10, 7), ("0", 10, 0), ("-0", 10, 0), ("007", 10, 7),
      ("1010", 2, 10), ("777", 8, 511), ("123", 13, 198), ("4a7b9c", 13, 1_788_149), ("4A7B9F", 16, 4_881_311),
      ("zz", 36, 1295), ("0x1F", 16, 31), ("-0X1f", 16, -31), ("0b11", 2, 3), ("0o17", 8, 15), ("0b1", 16, 177),
      ("9223372036854775807", 10, .max), ("-9223372036854775808", 10, .min), ("-8000000000000000", 16, .min),
    ] as [(String, Int, Int)])
  func `numbers in a radix`(text: String, radix: Int, expected: Int) throws {
    #expect(try Text.integer(text, radix: radix) == expected)
  }

  @Test(
    arguments: [
      ("", 10), ("-", 10), ("+", 10), ("12a", 10), ("123.^&@#!@", 10), (" 1", 10), ("1 ", 10), ("1_000", 10),
      ("1.5", 10),
      ("9223372036854775808", 10), ("99999999999999999999999", 10), ("8", 8), ("2", 2), ("g", 16), ("0x", 16),
      ("0x-1", 16), ("0x+1", 16), ("0x1", 10), ("--1", 10), ("+-1", 10), ("１２", 10), ("\u{663}", 10), ("1\u{301}", 10),
      ("1", 1), ("1", 37), ("1", 0), ("1", -10), ("1", .max), ("-0x", 16), ("0x0x1", 16),
    ] as [(String, Int)])
  func `what is no number`(text: String, radix: Int) {
    #expect(failure { () throws(ParseError) in try Text.integer(text, radix: radix) } == "ConversionError @0")
  }

  @Test func `numbers of other widths`() throws {
    #expect(try Text.integer("18446744073709551615", as: UInt64.self) == .max)
    #expect(try Text.integer("-170141183460469231731687303715884105728", as: Int128.self) == .min)
    #expect(failure { () throws(ParseError) in try Text.integer("256", as: UInt8.self) } == "ConversionError @0")
    #expect(try Text.integer("42") == 42)
  }

  @Test func `order and equality by code point`() {
    let sorted = ["", "A", "Z", "a", "ab", "e\u{301}", "\u{E9}", "\u{FF5E}", "\u{1F600}", "\u{1F600}a"]
    for (first, left) in sorted.enumerated() {
      for (second, right) in sorted.enumerated() {
        let order = Text.compare(left, right)
        #expect(first < second ? order < 0 : first > second ? order > 0 : order == 0)
        #expect(Text.equal(left, right) == (first == second), "composed and decomposed letters are different texts")
      }
    }
  }

  @Test func `numbers and truth as text`() {
    #expect(Text.of(0) == "0" && Text.of(-5 as Int8) == "-5" && Text.of(UInt64.max) == "18446744073709551615")
    #expect(Text.of(Int128.min) == "-170141183460469231731687303715884105728")
    #expect(Text.of(true) == "true" && Text.of(false) == "false")
    for (number, text) in [
      (1.5, "1.5"), (2, "2.0"), (-0.25, "-0.25"), (0.1, "0.1"), (123_456_789.125, "123456789.125"),
      (1e15, "1000000000000000.0"),
      (1e16, "1e+16"),
      (0, "0.0"), (-0.0, "-0.0"), (.infinity, "inf"), (.nan, "nan"), (1e-7, "1e-07"), (1.0 / 3, "0.3333333333333333"),
    ] as [(Double, String)] {
      #expect(Text.of(number) == text)
    }
  }
}

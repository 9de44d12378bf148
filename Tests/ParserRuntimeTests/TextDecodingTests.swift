import Foundation
import ParserRuntime
import Testing

@Suite struct TextDecodingTests {
  @Test(
    arguments: [
      ("ASCII", [0x48, 0x69], "Hi"), ("UTF-8", [0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80], "é😀"),
      ("UTF-16LE", [0x41, 0x00, 0x91, 0x25, 0x3D, 0xD8, 0x00, 0xDE], "A░😀"),
      ("UTF-16BE", [0x00, 0x41, 0x25, 0x91, 0xD8, 0x3D, 0xDE, 0x00], "A░😀"),
      ("UTF-32LE", [0x41, 0, 0, 0, 0x00, 0xF6, 0x01, 0], "A😀"),
      ("UTF-32BE", [0, 0, 0, 0x41, 0, 0x01, 0xF6, 0x00], "A😀"),
      ("ISO-8859-1", [0x41, 0x80, 0xA6, 0xFF], "A\u{80}¦ÿ"), ("ISO-8859-15", [0x80, 0xA4, 0xA6], "\u{80}€Š"),
      ("ISO-8859-2", [0xB1, 0xE6], "ąć"), ("ISO-8859-5", [0xBF, 0xE0], "Пр"), ("ISO-8859-7", [0xE1, 0xE2], "αβ"),
      ("ISO-8859-16", [0xA4, 0xAA], "€Ș"), ("windows-1250", [0x9A, 0xB9], "šą"), ("windows-1251", [0xCF, 0xF0], "Пр"),
      ("windows-1252", [0x80, 0x9F], "€Ÿ"), ("windows-1253", [0xE1, 0xA2], "αΆ"), ("windows-1254", [0xFD, 0xDE], "ıŞ"),
      ("windows-1256", [0xC7, 0x80], "ا€"), ("windows-1257", [0xE0, 0xF0], "ąš"),
      ("IBM437", [0x92, 0xCC, 0xB2], "Æ╠▓"),
      ("IBM866", [0x8F, 0xE0, 0xFC], "Пр№"), ("SJIS", [0x8A, 0xBF, 0x8E, 0x9A, 0x5C, 0x7E, 0xB1], "漢字\\~ｱ"),
      ("Shift_JIS", [0x81, 0x60, 0x87, 0x40], "～①"), ("EUC-JP", [0xB4, 0xC1, 0xBB, 0xFA], "漢字"),
      ("EUC-KR", [0xC7, 0xD1, 0xB1, 0xDB], "한글"), ("GB2312", [0xC4, 0xE3, 0xBA, 0xC3], "你好"),
      ("GBK", [0x98, 0x80, 0xC4, 0xE3], "榾你"), ("GB18030", [0x94, 0x39, 0xFC, 0x36, 0xC4, 0xE3], "😀你"),
      ("Big5", [0xA7, 0x41, 0xA6, 0x6E], "你好"), ("KOI8-R", [0xF0, 0xD2, 0x80], "Пр─"), ("KOI8-U", [0xA4, 0xAD], "єґ"),
      ("ISO-2022-JP", [0x1B, 0x24, 0x42, 0x34, 0x41, 0x1B, 0x28, 0x42, 0x61], "漢a"), ("IBM037", [0xC8, 0x89], "Hi"),
      ("UTF-8", [0xEF, 0xBB, 0xBF, 0x41], "\u{FEFF}A"), ("UTF-16LE", [0xFF, 0xFE, 0x41, 0], "\u{FEFF}A"),
      ("UTF-16", [0xFF, 0xFE, 0x41, 0], "A"), ("UTF-16", [0xFE, 0xFF, 0, 0x41], "A"), ("UTF-16", [0x41, 0], "A"),
      ("UTF-32", [0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0], "A"), ("UTF-32", [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x41], "A"),
      ("UTF-32", [0x41, 0, 0, 0], "A"), ("windows-1258", [0x61, 0xEC], "a\u{301}"),
      ("windows-1255", [0xE0, 0xC8], "א\u{5B8}"),
      ("UTF-7", [0x2B, 0x41, 0x4F, 0x6B, 0x2D], "é"),
    ] as [(String, [UInt8], String)])
  func `text in each encoding`(encoding: String, bytes: [UInt8], text: String) throws {
    let decoded = try Text.decode(bytes, encoding: encoding)
    #expect(Text.equal(decoded, text), "\(decoded) in \(encoding)")
    #expect(try Text.decode([], encoding: encoding).isEmpty)
  }

  /// What is invalid is replaced as Unicode recommends, and Python and browsers do.
  @Test(
    arguments: [
      ("ASCII", [0x41, 0x80, 0xFF, 0x42], "A??B"), ("UTF-8", [0x41, 0xFF, 0xC3, 0x28, 0xE2, 0x82], "A??(?"),
      ("UTF-8", [0xF0, 0x9F, 0x98, 0x41, 0xC0, 0x80, 0xED, 0xA0, 0x80], "?A?????"),
      ("UTF-16LE", [0x41, 0, 0x42], "A?"), ("UTF-16LE", [0x00, 0xD8, 0x41, 0], "?A"), ("UTF-16BE", [0xDC, 0x00], "?"),
      ("UTF-16LE", [0x00, 0xD8], "?"), ("UTF-16BE", [0x41], "?"),
      ("UTF-32LE", [0x00, 0x00, 0x11, 0x00, 0x41, 0, 0, 0], "?A"),
      ("UTF-32BE", [0, 0, 0xD8, 0, 0, 0, 0, 0x41, 0], "?A?"), ("windows-1252", [0x81, 0x41], "?A"),
      ("SJIS", [0x83, 0x30, 0x83], "?0?"), ("SJIS", [0xFF, 0x83, 0x65], "?テ"), ("GB2312", [0xB0, 0x30], "?0"),
      ("GB2312", [0xB0], "?"), ("EUC-JP", [0xB0, 0x41], "?A"), ("EUC-KR", [0xC7, 0xD1, 0xC7], "한?"),
      ("Big5", [0xA7, 0x20, 0xA7, 0x41], "? 你"), ("GB18030", [0x81, 0x30, 0x41], "?0A"),
      ("ISO-8859-6", [0xA1, 0x61], "?a"),
    ] as [(String, [UInt8], String)])
  func `invalid bytes are replaced`(encoding: String, bytes: [UInt8], pattern: String) throws {
    let text = pattern.replacing("?", with: "\u{FFFD}")
    let decoded = try Text.decode(bytes, encoding: encoding)
    #expect(Text.equal(decoded, text), "\(decoded) in \(encoding)")
  }

  @Test func `long texts`() throws {
    // Longer than any buffer, with characters across every border.
    let many = [UInt8]([[UInt8]](repeating: [0x83, 0x65, 0x41], count: 50_000).joined())
    #expect(try Text.decode(many, encoding: "SJIS") == String(repeating: "テA", count: 50_000))
    #expect(try Text.decode(many + [0x83], encoding: "SJIS").hasSuffix("A\u{FFFD}"))
    let box = [UInt8](repeating: 0xF7, count: 100_000)
    #expect(try Text.decode(box, encoding: "IBM437").utf8.count == 300_000)
    #expect(try Text.decode(box, encoding: "ISO-8859-1").utf8.count == 200_000)
    #expect(try Text.decode(box, encoding: "ASCII").utf8.count == 300_000)
    #expect(try Text.decode(box, encoding: "ISO-8859-6").utf8.count == 300_000)
  }

  @Test func `many threads decode at once`() async throws {
    let bytes = [UInt8](0x20...0xFE)
    let encodings = ["SJIS", "IBM437", "windows-1258", "EUC-JP", "GB18030", "UTF-16LE"]
    let expected = try encodings.map { try Text.decode(bytes, encoding: $0) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<200 {
        group.addTask {
          let which = turn % encodings.count
          return try Text.equal(Text.decode(bytes, encoding: encodings[which]), expected[which])
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test(
    arguments: [
      "", "invalid", "UTF-9", "ISO-8859-12", "ISO-8859-17", "UTF-8//IGNORE", "ASCII//TRANSLIT", "//", "windows-28612",
      "cp", "windows-", "utf 8 le", "\0", "UTF-8\0", "É", String(repeating: "A", count: 10_000),
    ])
  func `unknown names`(name: String) {
    for bytes in [[], [0x41]] as [[UInt8]] {
      #expect(failure { () throws(ParseError) in try Text.decode(bytes, encoding: name) } == "UnknownEncodingError @0")
    }
  }
}

import Foundation
import ParserRuntime
import Testing

/// Against the `iconv` command, and Python's codecs, which are not of the C library.
@Suite struct IconvTests {
  static let singleByte =
    (1...16).filter { $0 != 12 }.map { "ISO-8859-\($0)" } + (1250...1258).map { "windows-\($0)" }
    + ["IBM437", "IBM850", "IBM852", "IBM866", "KOI8-R", "KOI8-U", "IBM037", "macintosh", "ASCII"]

  @Test(arguments: singleByte)
  func `each byte of the encodings that have no others`(encoding: String) throws {
    let iconv = try #require(Command("iconv"))
    let space = try #require(encoding == "IBM037" ? 0x40 : 0x20)
    // Something between them, since the library composes letters and marks.
    let bytes = [UInt8](0...255).flatMap { [$0, UInt8(space)] }
    // With -c iconv leaves out what is invalid.
    let expected = try iconv.run(["-c", "-f", encoding, "-t", "UTF-8"], bytes)
    let decoded = try Text.decode(bytes, encoding: encoding)
    #expect([UInt8](decoded.replacing("\u{FFFD}", with: "").utf8) == expected)
  }

  @Test(arguments: ["SJIS", "EUC-JP", "EUC-KR", "GB2312", "GBK", "GB18030", "BIG5", "UTF-8", "UTF-16LE", "UTF-32BE"])
  func `every character that an encoding has`(encoding: String) throws {
    let iconv = try #require(Command("iconv"))
    var text = String.UnicodeScalarView()
    for value in UInt32(0x20)...0x2_FFFF {
      if value != 0xFFFD, let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    // Encoded by iconv, which leaves out what the encoding does not have, and decoded again by it and by us.
    let name = encoding == "SJIS" ? "CP932" : encoding
    let encoded = try iconv.run(["-c", "-f", "UTF-8", "-t", name], [UInt8](String(text).utf8))
    let expected = try iconv.run(["-f", name, "-t", "UTF-8"], encoded)
    #expect(encoded.count > 5000)
    #expect(try [UInt8](Text.decode(encoded, encoding: encoding).utf8) == expected)
  }

  static let python = Command("python3")
  private static let parts: [UInt8] = [0xC3, 0xE2, 0xF0, 0x80, 0x9F, 0xA9, 0x41]

  /// Random bytes, most of them invalid, so that the replacement characters are compared too.
  @Test(
    .enabled(if: python != nil, "needs python3"),
    arguments: [
      ("UTF-8", "utf-8"), ("ASCII", "ascii"), ("ISO-8859-1", "latin-1"), ("ISO-8859-7", "iso8859-7"),
      ("UTF-32LE", "utf-32-le"), ("windows-1252", "cp1252"), ("windows-1255", "cp1255"), ("windows-1258", "cp1258"),
      ("IBM437", "cp437"), ("SJIS", "cp932"), ("GB2312", "gb2312"),
    ])
  func `random bytes`(encoding: String, codec: String) throws {
    let python = try #require(Self.python)
    let script = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode('\(codec)', 'replace').encode())"
    var random = SeededGenerator(codec.utf8.count)
    var bytes = random.bytes(20_000)
    // Half of them are more likely to be valid.
    if encoding == "UTF-8" { for index in 0..<10_000 { bytes[index] = Self.parts[Int(bytes[index] % 7)] } }
    if encoding == "UTF-32LE" { for index in 0..<10_000 where index % 4 > 1 { bytes[index] = 0 } }
    // The C library knows the code 0x80 and 0xA0, 0xFD to 0xFF in Shift JIS as little as the standard.
    if codec == "cp932" { bytes.removeAll { [0x80, 0xA0, 0xFD, 0xFE, 0xFF].contains($0) } }
    let expected = try python.run(["-c", script], bytes)
    #expect(try [UInt8](Text.decode(bytes, encoding: encoding).utf8) == expected)
  }
}

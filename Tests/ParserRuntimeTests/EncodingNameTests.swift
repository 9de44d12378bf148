import ParserRuntime
import Testing

@Suite struct EncodingNameTests {
  /// Bytes that each encoding understands in another way.
  private static let sample =
    [UInt8](0xA1...0xFE) + [0x41, 0x41, 0, 0, 0, 0x41, 0x42, 0, 0, 0, 0xC3, 0xA9, 0x98, 0x80, 0x94, 0x39, 0xFC, 0x36]

  private static func names(_ canonical: String, _ others: String) -> (String, [String]) {
    (canonical, others.split(separator: " ").map(String.init))
  }

  private static let all = [
    names("ASCII", "US-ASCII us_ascii IBM367 cp367 csASCII iso-ir-6"),
    names("UTF-8", "utf8 UTF_8 ISO-10646/UTF-8 ISO-10646/UTF8 cp65001 csUTF8 unicode-1-1-utf-8 unicode-2-0-utf-8"),
    names("UTF-16BE", "utf16be UTF16-BE UTF-16-BE UTF_16BE UTF16_BE UTF_16_BE csUTF16BE"),
    names("UTF-16LE", "utf16le UTF16-LE UTF-16-LE UTF_16LE UTF16_LE UTF_16_LE csUTF16LE"),
    names("UTF-32BE", "utf32be UTF32-BE UTF-32-BE UTF_32BE UTF32_BE UTF_32_BE csUTF32BE"),
    names("UTF-32LE", "utf32le UTF32-LE UTF-32-LE UTF_32LE UTF32_LE UTF_32_LE csUTF32LE"),
    names("ISO-8859-1", "latin1 LATIN-1 L1 csISOLatin1 iso-ir-100 IBM819 cp819 windows-28591"),
    names("ISO-8859-2", "latin2 L2 csISOLatin2 iso-ir-101 IBM1111 windows-28592"),
    names("ISO-8859-3", "latin3 L3 csISOLatin3 iso-ir-109 windows-28593"),
    names("ISO-8859-4", "latin4 L4 csISOLatin4 iso-ir-110 windows-28594"),
    names("ISO-8859-5", "cyrillic csISOLatinCyrillic iso-ir-144 windows-28595"),
    names("ISO-8859-6", "arabic csISOLatinArabic iso-ir-127 windows-28596 ECMA-114 ASMO-708"),
    names("ISO-8859-7", "greek greek8 csISOLatinGreek iso-ir-126 windows-28597 ECMA-118 ELOT_928"),
    names("ISO-8859-8", "hebrew csISOLatinHebrew iso-ir-138 windows-28598"),
    names("ISO-8859-9", "latin5 L5 csISOLatin5 iso-ir-148 windows-28599"),
    names("ISO-8859-10", "latin6 L6 csISOLatin6 iso-ir-157"), names("ISO-8859-11", "thai csTIS620 TIS-620"),
    names("ISO-8859-13", "latin7 L7 csISO885913 windows-28603"),
    names("ISO-8859-14", "latin8 L8 csISO885914 iso-ir-199 iso-celtic"),
    names("ISO-8859-15", "latin9 L9 csISO885915 windows-28605"), names("ISO-8859-16", "latin10 L10 csISO885916"),
    names("IBM437", "cp437 437 csPC8CodePage437"), names("IBM866", "cp866 866 csIBM866"),
    names("Shift_JIS", "SJIS sjis shift-jis ShiftJIS MS_Kanji csShiftJIS windows-31j cp932 ms932"),
    names("EUC-KR", "euckr EUC_KR"), names("EUC-JP", "eucjp euc_jp"), names("GB2312", "gb2312 EUC-CN euccn"),
    names("GBK", "gbk CP936"), names("GB18030", "gb18030"), names("Big5", "BIG5 big-5"),
    names("KOI8-R", "koi8r koi8_r"),

    names("KOI8-U", "koi8u"), names("macintosh", "mac MacRoman mac-roman"),
  ]

  @Test(arguments: all)
  func `other names, in any case`(canonical: String, others: [String]) throws {
    let text = try Text.decode(Self.sample, encoding: canonical)
    for name in others.flatMap({ [$0, $0.lowercased(), $0.uppercased()] }) + [canonical.lowercased()] {
      let other = try Text.decode(Self.sample, encoding: name)
      #expect(Text.equal(other, text), "\(name) is \(canonical)")
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16])
  func `spellings of ISO 8859`(part: Int) throws {
    let text = try Text.decode(Self.sample, encoding: "ISO-8859-\(part)")
    for form in ["ISO8859-#", "ISO_8859-#", "ISO8859#", "ISO_8859_#", "ISO8859_#", "8859_#", "8859-#", "8859#"] {
      let name = form.replacing("#", with: "\(part)")
      #expect(try Text.equal(Text.decode(Self.sample, encoding: name), text), "\(name)")
    }
  }

  @Test(arguments: 1250...1258)
  func `spellings of Windows' code pages`(page: Int) throws {
    let text = try Text.decode(Self.sample, encoding: "windows-\(page)")
    for name in ["cp\(page)", "CP-\(page)", "cswindows\(page)", "Windows_\(page)", "WINDOWS\(page)"] {
      #expect(try Text.equal(Text.decode(Self.sample, encoding: name), text), "\(name)")
    }
  }

  @Test func `different encodings are different`() throws {
    let texts = try Self.all.map { try Text.decode(Self.sample, encoding: $0.0) }
    #expect(Set(texts.map { Array($0.utf8) }).count == texts.count)
  }
}

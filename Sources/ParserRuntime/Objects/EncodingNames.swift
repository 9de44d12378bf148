extension TextDecoder {
  /// - Parameter name: a name of the encoding, in any case.
  init?(named name: String) {
    switch name {
    case "UTF-8": self = .utf8
    case "ASCII": self = .ascii
    case "UTF-16LE": self = .utf16(.little)
    case "UTF-16BE": self = .utf16(.big)
    default:
      guard name.utf8.allSatisfy({ Self.isAlphanumeric($0) || Self.punctuation.contains($0) }),
        let decoder = Self.known(Self.plain(name)) ?? Self.unlisted(name)
      else { return nil }
      self = decoder
    }
  }

  private static let punctuation = [UInt8]("-_.:()+/".utf8)

  /// Lower-case letters and digits only: people write `UTF-8`, `utf_8` and `utf8`.
  private static func plain(_ name: String) -> String {
    String(decoding: name.utf8.filter { isAlphanumeric($0) }.map { $0 | 0x20 }, as: UTF8.self)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func known(_ name: String) -> TextDecoder? {
    switch name {
    case "ascii", "usascii", "ibm367", "cp367", "csascii", "isoir6", "iso646us", "ansix341968": return .ascii
    case "utf8", "iso10646utf8", "cp65001", "csutf8", "unicode11utf8", "unicode20utf8": return .utf8
    case "utf16": return .utf16(.marked)
    case "utf16le", "csutf16le": return .utf16(.little)
    case "utf16be", "csutf16be": return .utf16(.big)
    case "utf32": return .utf32(.marked)
    case "utf32le", "csutf32le": return .utf32(.little)
    case "utf32be", "csutf32be": return .utf32(.big)
    // Everybody's Shift JIS is Microsoft's superset of the standard.
    case "sjis", "shiftjis", "mskanji", "csshiftjis", "windows31j", "cswindows31j", "ms932", "cp932":
      return .library("CP932")
    default: break
    }
    if let part = latinPart(name) { return part == 1 ? .latin1 : .library("ISO-8859-\(part)") }
    return (libraryNames[name] ?? codePage(name)).map { .library($0) }
  }

  /// The part of ISO 8859 that a plain name means.
  private static func latinPart(_ name: String) -> Int? {
    for prefix in ["iso8859", "csiso8859", "8859", "windows285", "windows286"] where name.hasPrefix(prefix) {
      let digits = name.dropFirst(prefix.count)
      guard let number = Int(digits) else { continue }
      let part = prefix == "windows285" ? number - 90 : prefix == "windows286" ? number + 10 : number
      return (1...16).contains(part) && part != 12 ? part : nil
    }
    return latinAliases[name]
  }

  private static let latinAliases: [String: Int] = [
    "latin1": 1, "l1": 1, "csisolatin1": 1, "isoir100": 1, "ibm819": 1, "cp819": 1,
    "latin2": 2, "l2": 2, "csisolatin2": 2, "isoir101": 2, "ibm1111": 2,
    "latin3": 3, "l3": 3, "csisolatin3": 3, "isoir109": 3,
    "latin4": 4, "l4": 4, "csisolatin4": 4, "isoir110": 4,
    "cyrillic": 5, "csisolatincyrillic": 5, "isoir144": 5,
    "arabic": 6, "csisolatinarabic": 6, "isoir127": 6, "ecma114": 6, "asmo708": 6,
    "greek": 7, "greek8": 7, "csisolatingreek": 7, "isoir126": 7, "ecma118": 7, "elot928": 7,
    "hebrew": 8, "csisolatinhebrew": 8, "isoir138": 8,
    "latin5": 9, "l5": 9, "csisolatin5": 9, "isoir148": 9,
    "latin6": 10, "l6": 10, "csisolatin6": 10, "isoir157": 10,
    "thai": 11, "cstis620": 11, "tis620": 11,
    "latin7": 13, "l7": 13, "latin8": 14, "l8": 14, "isoir199": 14, "isoceltic": 14,
    "latin9": 15, "l9": 15, "latin10": 16, "l10": 16, "isoir226": 16,
  ]

  /// The library's name of what is often written with other punctuation, or none.
  private static let libraryNames = [
    "eucjp": "EUC-JP", "euckr": "EUC-KR", "euccn": "GB2312", "euctw": "EUC-TW", "big5hkscs": "BIG5-HKSCS",
    "koi8r": "KOI8-R", "koi8u": "KOI8-U", "koi8t": "KOI8-T", "iso2022jp": "ISO-2022-JP", "iso2022kr": "ISO-2022-KR",
    "uhc": "CP949", "utf7": "UTF-7", "mac": "MACINTOSH", "macroman": "MACINTOSH", "maccyrillic": "MAC-CYRILLIC",
    "tcvn": "TCVN5712-1", "tcvn57121": "TCVN5712-1", "cspc8codepage437": "IBM437", "csibm866": "IBM866",
  ]

  /// The library's name of a code page: a few of IBM's differ from those of Microsoft that have the same number.
  private static func codePage(_ name: String) -> String? {
    for (prefix, family) in [("windows", "CP"), ("cswindows", "CP"), ("cp", "CP"), ("ibm", "IBM"), ("", "CP")]
    where name.hasPrefix(prefix) {
      let digits = name.dropFirst(prefix.count)
      if digits.count >= 3, digits.allSatisfy(\.isNumber) { return family + digits }
    }
    return nil
  }

  /// Any other name that iconv has. What follows a slash is an option to it, and no name is that of the user's locale.
  private static func unlisted(_ name: String) -> TextDecoder? {
    name.isEmpty || name.contains("/") ? nil : .library(name.uppercased())
  }
}

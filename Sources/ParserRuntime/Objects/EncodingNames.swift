extension TextDecoder {
  /// - Parameter name: a name of the encoding, in any case.
  init?(named name: String) {
    switch name {
    case "UTF-8": self = .utf8
    case "ASCII": self = .ascii
    case "UTF-16LE": self = .utf16(.little)
    case "UTF-16BE": self = .utf16(.big)
    default:
      guard let decoder = Self.known(Self.plain(name)) ?? Self.unlisted(name) else { return nil }
      self = decoder
    }
  }

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
    if let page = codePage(name) { return .library("CP\(page)") }
    return nil
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

  /// The number of a code page of IBM or Microsoft.
  private static func codePage(_ name: String) -> Int? {
    for prefix in ["windows", "cswindows", "cp", "ibm", "csibm", "cspc8codepage", ""] where name.hasPrefix(prefix) {
      let digits = name.dropFirst(prefix.count)
      if digits.count >= 3, let number = Int(digits) { return number }
    }
    return nil
  }

  /// Any other name that iconv has. It gives some characters a meaning of its own, so not every name may reach it.
  private static func unlisted(_ name: String) -> TextDecoder? {
    let allowed = name.utf8.allSatisfy { isAlphanumeric($0) || "-_.:()+".utf8.contains($0) }
    return allowed && !name.isEmpty ? .library(name.uppercased()) : nil
  }
}

/// The names of encodings.
enum EncodingName {
  /// The name that Kaitai, or the C library where Kaitai has none, prefers; nil for an unknown encoding.
  static func canonical(_ name: String) -> String? { canonicalNames[key(name)] }

  /// Spellings differ in case and in what stands between the parts.
  private static func key(_ name: String) -> String {
    String(name.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) })
  }

  private static let canonicalNames: [String: String] = {
    var names: [String: String] = [:]
    func add(_ canonical: String, _ others: [String] = []) {
      for name in [canonical] + others { names[key(name)] = canonical }
      names["cs" + key(canonical)] = canonical
    }
    add("ASCII", ["US-ASCII", "IBM367", "cp367", "iso-ir-6"])
    add("UTF-8", ["ISO-10646/UTF-8", "cp65001", "unicode-1-1-utf-8", "unicode-2-0-utf-8"])
    for size in [16, 32] {
      for order in ["LE", "BE"] { add("UTF-\(size)\(order)") }
    }
    let latin: [Int: [String]] = [
      1: ["latin1", "l1", "iso-ir-100", "IBM819", "cp819"], 2: ["latin2", "l2", "iso-ir-101", "IBM1111"],
      3: ["latin3", "l3", "iso-ir-109"], 4: ["latin4", "l4", "iso-ir-110"], 5: ["cyrillic", "iso-ir-144"],
      6: ["arabic", "iso-ir-127", "ECMA-114", "ASMO-708"],
      7: ["greek", "greek8", "iso-ir-126", "ECMA-118", "ELOT_928"], 8: ["hebrew", "iso-ir-138"],
      9: ["latin5", "l5", "iso-ir-148"], 10: ["latin6", "l6", "iso-ir-157"], 11: ["thai", "TIS-620", "csTIS620"],
      13: ["latin7", "l7"], 14: ["latin8", "l8", "iso-ir-199", "iso-celtic"], 15: ["latin9", "l9"],
      16: ["latin10", "l10"],
    ]
    for (part, others) in latin { add("ISO-8859-\(part)", others + ["8859-\(part)", "windows-\(28590 + part)"]) }
    for (part, script) in [(5, "Cyrillic"), (6, "Arabic"), (7, "Greek"), (8, "Hebrew")] {
      names[key("csISOLatin\(script)")] = "ISO-8859-\(part)"
    }
    for (part, number) in [(1, 1), (2, 2), (3, 3), (4, 4), (9, 5), (10, 6)] {
      names[key("csISOLatin\(number)")] = "ISO-8859-\(part)"
    }
    for page in 1250...1258 { add("windows-\(page)", ["cp\(page)"]) }
    add("IBM437", ["cp437", "437", "csPC8CodePage437"])
    for page in [850, 852, 855, 866] { add("IBM\(page)", ["cp\(page)", String(page)]) }
    add("Shift_JIS", ["S-JIS", "PCK"])
    add("EUC-KR", ["korean", "iso-ir-149"])
    for name in ["Big5", "GB2312", "GBK", "GB18030", "EUC-JP", "ISO-2022-JP", "KOI8-R", "KOI8-U"] { add(name) }
    return names
  }()
}

import ParserRuntime

/// The ways in which columns have a public key. Each takes any of them, in any case: `nano_…`, `node_…` and `xrb_…`, and 64
/// hexadecimal digits; it returns nil for what is none of these.
public enum NanoSpelling {
  /// As an account, `nano_…`.
  public static func account(_ text: String) -> String? { key(in: text).map(NanoAccount.text) }

  /// As a node's identity, `node_…`.
  public static func node(_ text: String) -> String? { key(in: text).map(NanoAccount.nodeText) }

  /// As 64 hexadecimal digits in capitals.
  public static func key(_ text: String) -> String? { key(in: text).map { $0.withBytes(hexText) } }

  private static func key(in text: String) -> FixedBytes<32>? {
    let text = text.lowercased()
    if let key = NanoAccount.key(text) { return key }
    let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, !digits.contains(nil) else { return nil }
    let values = digits.compactMap(\.self)
    return FixedBytes(stride(from: 0, to: 64, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
  }
}

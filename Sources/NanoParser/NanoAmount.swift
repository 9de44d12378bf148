public import ParserRuntime

/// Amounts are raw, 128-bit integers; 1 nano is 10^30 raw.
public enum NanoAmount {
  /// 10^30.
  public static let rawPerNano: UInt128 = 1_000_000_000_000_000_000_000_000_000_000

  /// The raw of a big-endian field.
  public static func raw(_ field: FixedBytes<16>) -> UInt128 {
    field.withBytes { $0.reduce(0) { $0 << 8 | UInt128($1) } }
  }

  /// In nano, with all decimals that are not zero: `0.000001`.
  public static func nanoText(_ raw: UInt128) -> String {
    let (whole, rest) = raw.quotientAndRemainder(dividingBy: rawPerNano)
    guard rest > 0 else { return String(whole) }
    let digits = String(rest)
    var decimals = String(repeating: "0", count: 30 - digits.count) + digits
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(whole).\(decimals)"
  }
}

/// A server's version. Servers refuse settings that they do not know, and need some that older ones do not have.
public struct ClickHouseVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The year, of versions since 18.
  public var major: Int
  /// Counts the releases of a year.
  public var minor: Int

  /// A version of these numbers.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// - Parameter text: as `version()` has it, `18.16.1`; nil where it begins with no two numbers.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".")
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
    self.init(major, minor)
  }

  public static func < (first: Self, second: Self) -> Bool {
    (first.major, first.minor) < (second.major, second.minor)
  }

  public var description: String { "\(major).\(minor)" }

  /// Since when rows can be collected by the server (`async_insert`), which it must not do with ours: it would mix
  /// batches.
  var collectsInserts: Bool { self >= Self(21, 11) }
  /// Since when a batch can have a name by which a second one is known (`insert_deduplication_token`).
  var knowsTokens: Bool { self >= Self(22, 2) }
}

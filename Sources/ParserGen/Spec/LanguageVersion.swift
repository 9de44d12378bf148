/// A version of the description language, as `ks-version` names it.
struct LanguageVersion: Comparable {
  /// The version that descriptions are understood in.
  static let ours = LanguageVersion(parts: [0, 11])

  private let parts: [Int]

  private init(parts: [Int]) {
    // 0.11.0 is 0.11.
    self.parts = parts.reversed().drop { $0 == 0 }.reversed()
  }

  /// nil if the text is no version. A name behind a version, `0.11-SNAPSHOT`, says nothing of the language.
  init?(_ text: String) {
    let parts = text.prefix { $0 != "-" }.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard !parts.contains(where: { $0 == nil || $0 ?? 0 < 0 }) else { return nil }
    self.init(parts: parts.compactMap(\.self))
  }

  static func < (left: LanguageVersion, right: LanguageVersion) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }
}

extension LanguageVersion: CustomStringConvertible {
  var description: String { parts.map(String.init).joined(separator: ".") }
}

/// How many messages of each kind there were.
public struct MessageCounts: Sendable {
  private let kinds: [String]
  private var counts: [Int]

  /// No messages of these kinds.
  init(kinds: [String] = []) {
    self.kinds = kinds
    counts = [Int](repeating: 0, count: kinds.count)
  }

  /// Counts a message of the kind with that number.
  mutating func count(_ kind: Int) { counts[kind] += 1 }

  /// Messages of all kinds.
  public var total: Int { counts.reduce(0, +) }

  /// The counts of those kinds that there were, by their names.
  public var byName: [String: Int] {
    zip(kinds, counts).reduce(into: [:]) { counts, kind in
      if kind.1 > 0 { counts[kind.0, default: 0] += kind.1 }
    }
  }

  /// What has been counted since.
  static func - (now: MessageCounts, before: MessageCounts) -> MessageCounts {
    var counts = now
    for index in before.counts.indices where counts.counts.indices.contains(index) {
      counts.counts[index] -= before.counts[index]
    }
    return counts
  }
}

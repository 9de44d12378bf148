/// What packets turned out to be.
public struct PacketCounts: Sendable {
  /// Whole TCP segments; of a fragmented one the last packet.
  public var segments = 0
  /// Whole UDP datagrams that carry no encapsulation, where the protocol uses them; of a fragmented one the last packet.
  public var datagrams = 0
  /// Of other protocols, ICMP errors that quote a segment among them.
  public var other = 0
  /// Parts of datagrams of which others were missing when they came.
  public var fragments = 0
  /// With headers that contradict themselves or the packet.
  public var malformed = 0
  /// Dropped for their checksum of TCP or UDP.
  public var badChecksums = 0
  /// Encrypted by the link layer.
  public var encrypted = 0
  /// With more layers than are followed.
  public var tooDeep = 0
  /// Packets by what they came in, whatever was in it.
  public var encapsulations = EncapsulationCounts()
}

extension PacketCounts {
  private static var fields: [WritableKeyPath<PacketCounts, Int>] {
    [\.segments, \.datagrams, \.other, \.fragments, \.malformed, \.badChecksums, \.encrypted, \.tooDeep]
  }

  private func combined(_ other: PacketCounts, _ combine: (Int, Int) -> Int) -> PacketCounts {
    var counts = self
    for field in Self.fields { counts[keyPath: field] = combine(self[keyPath: field], other[keyPath: field]) }
    counts.encapsulations = encapsulations.combined(other.encapsulations, combine)
    return counts
  }

  static func + (left: PacketCounts, right: PacketCounts) -> PacketCounts { left.combined(right, +) }
  static func - (left: PacketCounts, right: PacketCounts) -> PacketCounts { left.combined(right, -) }
}

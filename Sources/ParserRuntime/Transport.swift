/// What carries messages.
public enum Transport: String, Sendable, CaseIterable {
  /// Connections: streams of bytes, in which messages stand one after another, wherever segments end.
  case tcp
  /// Datagrams, of which each holds whole messages.
  case udp
}

/// How many messages a datagram holds.
public enum DatagramContent: String, Sendable, CaseIterable {
  /// One, and nothing behind it.
  case one
  /// One after another.
  case many
}

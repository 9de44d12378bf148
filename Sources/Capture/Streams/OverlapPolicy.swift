/// Which bytes count where two segments hold different ones for the same place. It has a say only as long as the bytes
/// wait for others before them: what has been delivered has been decoded.
public enum OverlapPolicy: String, Sendable, CaseIterable {
  /// Those that arrived first.
  case firstWins = "first"
  /// Those that arrived last.
  case lastWins = "last"
}

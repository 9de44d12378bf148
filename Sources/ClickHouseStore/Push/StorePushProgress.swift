public import Capture

/// How far a push has come.
public struct StorePushProgress: Sendable {
  /// Messages that were read.
  public internal(set) var messages = 0
  /// Rows that were read.
  public internal(set) var rows = 0
  /// Since the push began.
  public internal(set) var seconds = 0.0
  /// Whether a former push was interrupted, or has sent all that there was then.
  public internal(set) var isResumed = false
  /// Whether everything has been read, and the store is waited for.
  public internal(set) var isDraining = false
  /// Whether the store has everything.
  public internal(set) var isComplete = false
  /// How rows get on that the store has not taken yet.
  public internal(set) var store: StoreHealth?
}

/// What was found wrong in a capture file, all of which that can be read has been.
public struct FileDamage: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The file ends inside of a record.
    case cutOff
    /// Bytes that are no record, between others that are.
    case damaged
  }

  /// Of the first place: what is wrong there, as a reason in words where the format tells one.
  public var kind: Kind
  public var reason: String
  /// Place of the first byte, in the decompressed file.
  public var offset: Int
  /// Packets before it.
  public var packets: Int
  /// How many places there are, and how many bytes were passed over.
  public var places = 1
  public var skippedBytes = 0
}

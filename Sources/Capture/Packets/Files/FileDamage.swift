/// What was found wrong in a capture file, all of which that can be read has been.
public struct FileDamage: Sendable, Equatable {
  /// What can be wrong.
  public enum Kind: Sendable, Equatable {
    /// The file ends inside of a record.
    case cutOff
    /// Bytes that are no record, between others that are.
    case damaged
  }

  /// What is wrong at the first place.
  public var kind: Kind
  /// Why, in words that complete a sentence about the first place.
  public var reason: String
  /// Place of the first byte that was passed over, in the decompressed file.
  public var offset: Int
  /// Packets before that place.
  public var packets: Int
  /// How many places there are.
  public var places = 1
  /// How many bytes were passed over at all places; where the file is cut off those that were not read count too.
  public var skippedBytes = 0
}

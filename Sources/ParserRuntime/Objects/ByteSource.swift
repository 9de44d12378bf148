/// The bytes that streams look at, and their owner: a stream keeps its source alive, and no stream copies it.
public final class ByteSource: Sendable {
  /// All bytes, from the first to the last.
  public let bytes: [UInt8]

  /// A source of these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// How many bytes there are.
  public var count: Int { bytes.count }
}

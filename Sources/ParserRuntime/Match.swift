/// How a message finds its counterpart where requests and answers are both messages: by a key that they have in common,
/// which is `match` in a description's `-stream`.
public struct Match: Sendable {
  /// What the request and its answer have in common.
  public var key: MatchKey
  /// The number of the type of answers that the message is of; nil where it answers nothing.
  public var answers: Int?
  /// The number of the type of answers that the message waits for; nil where it is no request.
  public var awaits: Int?

  /// - Parameters:
  ///   - key: what the request and its answer have in common.
  ///   - answers: the number of the type of answers that the message is of.
  ///   - awaits: the number of the type of answers that the message waits for.
  @inlinable
  public init(_ key: MatchKey, answers: Int? = nil, awaits: Int? = nil) {
    self.key = key
    self.answers = answers
    self.awaits = awaits
  }
}

/// What a request and its answer have in common.
public enum MatchKey: Sendable, Hashable {
  /// An integer, or the number of an enum's value. Unsigned ones of 64 bits are signed ones of the same bits.
  case integer(Int64)
  /// Bytes, or a text's UTF-8.
  case bytes([UInt8])

  /// Bytes that a key has at the most: it is kept as long as its request waits.
  public static let maximumLength = 64

  /// The key of an integer; never nil.
  @inlinable
  public init?(_ value: some FixedWidthInteger) { self = .integer(Int64(truncatingIfNeeded: value)) }

  /// The key of bytes; nil where these are longer than `maximumLength`.
  public init?(_ value: some ByteString) {
    guard value.byteCount <= Self.maximumLength else { return nil }
    self = .bytes(value.bytes)
  }

  /// The key of a text; nil where its UTF-8 is longer than `maximumLength`.
  public init?(_ value: String) {
    guard value.utf8.count <= Self.maximumLength else { return nil }
    self = .bytes([UInt8](value.utf8))
  }
}

/// Where the answer to a request is looked for, which has the same key.
public enum MatchScope: String, Sendable, CaseIterable {
  /// In the request's flow: its connection, or the datagrams between the same two ports.
  case flow
  /// In all flows between the two hosts, whichever ports they use.
  case hosts
}

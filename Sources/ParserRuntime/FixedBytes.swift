/// A byte string of `count` bytes, stored inline: hashes, keys, signatures and the like cost no heap allocation.
public struct FixedBytes<let count: Int>: Sendable {
  @usableFromInline
  let storage: InlineArray<count, UInt8>

  /// Copies `count` bytes from `source`, which need not be aligned.
  @inlinable
  public init(at source: UnsafeRawPointer) {
    storage = source.loadUnaligned(as: InlineArray<count, UInt8>.self)
  }

  /// Copies the bytes; `nil` unless there are exactly `count` of them.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == count else { return nil }
    storage = InlineArray { bytes[$0] }
  }

  /// The byte at `index`, from 0.
  @inlinable
  public subscript(index: Int) -> UInt8 { storage[index] }
}

/// What byte strings of fixed and of varying length have in common.
public protocol ByteString: Sendable {
  /// The length in bytes.
  var byteCount: Int { get }

  /// Calls `body` with the bytes; the buffer must not outlive the call.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension FixedBytes: ByteString {
  /// The length in bytes, that of the type.
  @inlinable
  public var byteCount: Int { count }

  /// Calls `body` with the bytes; the buffer must not outlive the call.
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: storage, body)
  }
}

extension [UInt8]: ByteString {
  /// The length in bytes.
  @inlinable
  public var byteCount: Int { count }

  /// Calls `body` with the bytes; the buffer must not outlive the call.
  @inlinable
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(body)
  }
}

extension ByteString {
  /// The bytes as an array.
  public var bytes: [UInt8] { withBytes { [UInt8]($0) } }

  /// Whether every byte is zero: the usual sentinel of binary protocols.
  @inlinable
  public var isZero: Bool {
    withBytes { bytes in
      var rest = bytes[...]
      while rest.count >= 8 {
        guard UnsafeRawBufferPointer(rebasing: rest).loadUnaligned(as: UInt64.self) == 0 else { return false }
        rest = rest.dropFirst(8)
      }
      return rest.allSatisfy { $0 == 0 }
    }
  }

  /// Byte-wise lexicographic order: negative when this comes before `other`, 0 when both are the same.
  public func compare(_ other: some ByteString) -> Int {
    withBytes { mine in
      other.withBytes { theirs in
        for (left, right) in zip(mine, theirs) where left != right { return left < right ? -1 : 1 }
        return mine.count - theirs.count
      }
    }
  }

  /// Whether both hold the same bytes.
  @inlinable
  public func equals(_ other: some ByteString) -> Bool {
    byteCount == other.byteCount && compare(other) == 0
  }
}

extension FixedBytes: Hashable {
  /// Whether both hold the same bytes.
  public static func == (left: Self, right: Self) -> Bool { left.compare(right) == 0 }

  /// Feeds all bytes to `hasher`.
  public func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: $0) }
  }
}

extension FixedBytes: CustomStringConvertible {
  /// Upper-case hex.
  public var description: String { withBytes(hexText) }
}

/// Two upper-case hex digits for each byte.
public func hexText(_ bytes: UnsafeRawBufferPointer) -> String {
  String(unsafeUninitializedCapacity: bytes.count * 2) { output in
    for (index, byte) in bytes.enumerated() {
      output[2 * index] = hexDigit(byte >> 4)
      output[2 * index + 1] = hexDigit(byte & 15)
    }
    return bytes.count * 2
  }
}

@inlinable
func hexDigit(_ nibble: UInt8) -> UInt8 {
  nibble < 10 ? 0x30 + nibble : 0x37 + nibble
}

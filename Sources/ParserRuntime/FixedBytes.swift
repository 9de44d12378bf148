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
      var place = 0
      while place + 8 <= bytes.count {
        guard bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) == 0 else { return false }
        place += 8
      }
      while place < bytes.count {
        guard bytes[place] == 0 else { return false }
        place += 1
      }
      return true
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
    withBytes { mine in other.withBytes { hasSameBytes(mine, $0) } }
  }
}

@inlinable
func hasSameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  var place = 0
  while place + 8 <= left.count {
    let word = right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    guard left.loadUnaligned(fromByteOffset: place, as: UInt64.self) == word else { return false }
    place += 8
  }
  while place < left.count {
    guard left[place] == right[place] else { return false }
    place += 1
  }
  return true
}

extension FixedBytes: Hashable {
  /// Whether both hold the same bytes.
  @inlinable
  public static func == (left: Self, right: Self) -> Bool { left.equals(right) }

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
    if let place = output.baseAddress { writeHex(bytes, to: place) }
    return bytes.count * 2
  }
}

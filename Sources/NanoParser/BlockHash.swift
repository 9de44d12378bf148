public import ParserRuntime

// A block's hash is BLAKE2b-256 over the fields before the signature, in order; state blocks put a preamble of 32 bytes
// in front, whose last byte is their block type (nano::block::generate_hash in the node's source).

extension Nano.BlockSend {
  /// The block's hash.
  public var blockHash: FixedBytes<32> { hashed(previous, destination, balance) }
}

extension Nano.BlockReceive {
  /// The block's hash.
  public var blockHash: FixedBytes<32> { hashed(previous, source) }
}

extension Nano.BlockOpen {
  /// The block's hash.
  public var blockHash: FixedBytes<32> { hashed(source, representative, account) }
}

extension Nano.BlockChange {
  /// The block's hash.
  public var blockHash: FixedBytes<32> { hashed(previous, representative) }
}

extension Nano.BlockState {
  /// The block's hash.
  public var blockHash: FixedBytes<32> { hashed(statePreamble, account, previous, representative, balance, link) }
}

private let statePreamble: [UInt8] = [UInt8](repeating: 0, count: 31) + [6]

/// BLAKE2b-256 over the parts one after another; together at most 256 bytes.
private func hashed<each Part: ByteString>(_ parts: repeat each Part) -> FixedBytes<32> {
  withUnsafeTemporaryAllocation(byteCount: 256 + 32, alignment: 8) { buffer in
    var length = 0
    for part in repeat each parts {
      part.withBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: buffer[length..<length + bytes.count]).copyMemory(from: bytes)
        length += bytes.count
      }
    }
    let hash = UnsafeMutableRawBufferPointer(rebasing: buffer[256...])
    Blake2b.hash(UnsafeRawBufferPointer(rebasing: buffer[..<length]), into: hash)
    return FixedBytes(storedIn: UnsafeRawBufferPointer(hash))
  }
}

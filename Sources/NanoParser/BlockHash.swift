public import ParserRuntime

// A block's hash is BLAKE2b-256 over the fields before the signature, in order; state blocks put a preamble of 32 bytes
// in front, whose last byte is their block type (nano::block::generate_hash in the node's source).

extension Nano.BlockSend {
  /// The block's hash.
  public var blockHash: FixedBytes<32> {
    HashedFields.hash {
      $0.append(previous)
      $0.append(destination)
      $0.append(balance)
    }
  }
}

extension Nano.BlockReceive {
  /// The block's hash.
  public var blockHash: FixedBytes<32> {
    HashedFields.hash {
      $0.append(previous)
      $0.append(source)
    }
  }
}

extension Nano.BlockOpen {
  /// The block's hash.
  public var blockHash: FixedBytes<32> {
    HashedFields.hash {
      $0.append(source)
      $0.append(representative)
      $0.append(account)
    }
  }
}

extension Nano.BlockChange {
  /// The block's hash.
  public var blockHash: FixedBytes<32> {
    HashedFields.hash {
      $0.append(previous)
      $0.append(representative)
    }
  }
}

extension Nano.BlockState {
  /// The block's hash.
  public var blockHash: FixedBytes<32> {
    HashedFields.hash {
      $0.append(statePreamble)
      $0.append(account)
      $0.append(previous)
      $0.append(representative)
      $0.append(balance)
      $0.append(link)
    }
  }
}

private let statePreamble: [UInt8] = [UInt8](repeating: 0, count: 31) + [6]

/// The fields that a hash is made of, one after another; together at most 256 bytes.
///
/// A function of them all, by a parameter pack, would look up each field's type while it runs.
private struct HashedFields {
  private let buffer: UnsafeMutableRawBufferPointer
  private var length = 0

  private init(in buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

  /// BLAKE2b-256 over what `fill` appends.
  static func hash(_ fill: (inout HashedFields) -> Void) -> FixedBytes<32> {
    withUnsafeTemporaryAllocation(byteCount: 256 + 32, alignment: 8) { buffer in
      var fields = HashedFields(in: UnsafeMutableRawBufferPointer(rebasing: buffer[..<256]))
      fill(&fields)
      let hash = UnsafeMutableRawBufferPointer(rebasing: buffer[256...])
      Blake2b.hash(UnsafeRawBufferPointer(rebasing: buffer[..<fields.length]), into: hash)
      return FixedBytes(storedIn: UnsafeRawBufferPointer(hash))
    }
  }

  mutating func append(_ field: some ByteString) {
    field.withBytes { bytes in
      UnsafeMutableRawBufferPointer(rebasing: buffer[length..<length + bytes.count]).copyMemory(from: bytes)
    }
    length += field.byteCount
  }
}

import CSodium

/// BLAKE2b, by libsodium.
enum Blake2b {
  /// Lets the library choose its code for this processor; without that it uses its slowest, which gives the same.
  private static let choice = sodium_init()

  /// Writes the hash of `input` into `output`, whose length (1 to 64 bytes) is that of the hash.
  static func hash(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
    _ = choice
    guard let place = output.baseAddress else { return }
    crypto_generichash_blake2b(
      place.assumingMemoryBound(to: UInt8.self), output.count,
      input.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(input.count), nil, 0)
  }
}

/// FNV-1a: to know content again, not to trust it.
func contentHash64(_ bytes: some Sequence<UInt8>) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return hash
}

/// The same of bytes in memory.
func contentHash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  // By index: a program that is not optimized takes seconds for a megabyte from an iterator.
  var index = 0
  while index < bytes.count {
    hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
    index += 1
  }
  return hash
}

/// The same as text.
package func contentHash(_ bytes: UnsafeRawBufferPointer) -> String { String(contentHash64(bytes), radix: 16) }

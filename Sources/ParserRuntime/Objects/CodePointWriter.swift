/// Writes code points as UTF-8: the standard library's own decoders of other encodings are many times slower.
struct CodePointWriter {
  fileprivate let output: UnsafeMutableBufferPointer<UInt8>
  fileprivate var count = 0

  fileprivate init(_ output: UnsafeMutableBufferPointer<UInt8>) { self.output = output }

  /// - Parameter code: a Unicode scalar value.
  mutating func append(_ code: UInt32) {
    switch code {
    case ..<0x80:
      put(UInt8(truncatingIfNeeded: code))
    case ..<0x800:
      put(0xC0 | UInt8(truncatingIfNeeded: code >> 6))
      putRest(code)
    case ..<0x10000:
      put(0xE0 | UInt8(truncatingIfNeeded: code >> 12))
      putRest(code >> 6)
      putRest(code)
    default:
      put(0xF0 | UInt8(truncatingIfNeeded: code >> 18))
      putRest(code >> 12)
      putRest(code >> 6)
      putRest(code)
    }
  }

  private mutating func putRest(_ bits: UInt32) { put(0x80 | UInt8(truncatingIfNeeded: bits) & 0x3F) }

  private mutating func put(_ byte: UInt8) {
    output[count] = byte
    count += 1
  }
}

extension String {
  /// A text of at most `count` code points, which `write` writes.
  init(codePoints count: Int, _ write: (inout CodePointWriter) -> Void) {
    self.init(unsafeUninitializedCapacity: 4 * count) { buffer in
      var output = CodePointWriter(buffer)
      write(&output)
      return output.count
    }
  }
}

public import ParserRuntime

/// The text form of public keys: `nano_`, 52 characters for 4 zero bits and the 256-bit key, 8 characters for a 5-byte
/// BLAKE2b checksum of the key, its bytes reversed; all in base 32.
public enum NanoAccount {
  /// Base 32 without the characters that are easily mistaken: 0, 2, l and v.
  static let alphabet = Array("13456789abcdefghijkmnopqrstuwxyz".utf8)

  /// An account as nodes print it.
  public static func text(_ key: FixedBytes<32>) -> String { text(key, prefix: "nano_") }

  /// A node's identity as nodes print it.
  public static func nodeText(_ key: FixedBytes<32>) -> String { text(key, prefix: "node_") }

  private static func text(_ key: FixedBytes<32>, prefix: StaticString) -> String {
    let check = checksum(key)
    return String(unsafeUninitializedCapacity: 65) { output in
      for index in 0..<5 { output[index] = prefix.utf8Start[index] }
      // The key's 256 bits behind 4 zero bits make 52 digits; the first digit holds just the key's topmost bit.
      var place = 5
      var bits: UInt32 = 0
      var count = 4
      alphabet.withUnsafeBufferPointer { alphabet in
        func add(_ byte: UInt8) {
          bits = bits << 8 | UInt32(byte)
          count += 8
          while count >= 5 {
            count -= 5
            output[place] = alphabet[Int(bits >> UInt32(count) & 31)]
            place += 1
          }
        }
        for index in 0..<32 { add(key[index]) }
        for index in 0..<5 { add(check[4 - index]) }
      }
      return 65
    }
  }

  /// The key of an account's or a node's text form, `nano_…`, `node_…` or `xrb_…`; nil where the text is malformed or
  /// its checksum does not fit.
  public static func key(_ text: String) -> FixedBytes<32>? {
    guard let separator = text.firstIndex(of: "_"), ["nano", "node", "xrb"].contains(text[..<separator]) else {
      return nil
    }
    let digits = text[text.index(after: separator)...].utf8.map { alphabet.firstIndex(of: $0) }
    guard digits.count == 60, !digits.contains(nil) else { return nil }
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    for digit in digits.compactMap(\.self) {
      bits = (bits << 5 | digit) & 0xFFFF
      count += 5
      // The first four bits are no part of the key.
      if bytes.isEmpty, count == 5 {
        guard digit < 2 else { return nil }
        count = 1
      }
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(bits >> count & 0xFF))
      }
    }
    guard let key = FixedBytes<32>(Array(bytes.prefix(32))),
      bytes.suffix(5).elementsEqual(checksum(key).bytes.reversed())
    else { return nil }
    return key
  }

  private static func checksum(_ key: FixedBytes<32>) -> FixedBytes<5> {
    withUnsafeTemporaryAllocation(byteCount: 5, alignment: 1) { output in
      key.withBytes { Blake2b.hash($0, into: output) }
      return FixedBytes(storedIn: UnsafeRawBufferPointer(output))
    }
  }
}

extension FixedBytes {
  /// Of a buffer of exactly that length.
  init(storedIn buffer: UnsafeRawBufferPointer) {
    precondition(buffer.count == count, "a hash of another length")
    self.init(at: buffer.baseAddress.unsafelyUnwrapped)
  }
}

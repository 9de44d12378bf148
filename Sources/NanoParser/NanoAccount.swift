public import ParserRuntime
import Synchronization

/// The text form of public keys: `nano_`, 52 characters for 4 zero bits and the 256-bit key, 8 characters for a 5-byte
/// BLAKE2b checksum of the key, its bytes reversed; all in base 32.
public enum NanoAccount {
  /// Base 32 without the characters that are easily mistaken: 0, 2, l and v.
  static let alphabet = Array("13456789abcdefghijkmnopqrstuwxyz".utf8)

  /// An account as nodes print it.
  public static func text(_ key: FixedBytes<32>) -> String {
    recent.withLock { recent in
      recent.text(key) { text(key, prefix: "nano_") }
    }
  }

  /// A node's identity as nodes print it.
  public static func nodeText(_ key: FixedBytes<32>) -> String { text(key, prefix: "node_") }

  /// A few hundred representatives sign nearly all votes.
  private static let recent = Mutex(RecentTexts())

  private static func text(_ key: FixedBytes<32>, prefix: StaticString) -> String {
    let check = checksum(key)
    // The bits that are digits are in 38 bytes; 64 bits can be read from any of them on.
    return withUnsafeTemporaryAllocation(byteCount: 48, alignment: 8) { bits in
      bits.initializeMemory(as: UInt8.self, repeating: 0)
      key.withBytes { UnsafeMutableRawBufferPointer(rebasing: bits[1...]).copyMemory(from: $0) }
      for index in 0..<5 { bits[33 + index] = check[4 - index] }
      return String(unsafeUninitializedCapacity: 65) { output in
        for index in 0..<5 { output[index] = prefix.utf8Start[index] }
        alphabet.withUnsafeBufferPointer { alphabet in
          // The key's 256 bits behind 4 zero bits make 52 digits; the first digit holds just the key's topmost bit.
          for group in 0..<8 {
            let word = UInt64(bigEndian: bits.loadUnaligned(fromByteOffset: 5 * group, as: UInt64.self))
            for digit in 0..<min(8, 60 - 8 * group) {
              output[5 + 8 * group + digit] = alphabet[Int(word >> UInt64(55 - 5 * digit) & 31)]
            }
          }
        }
        return 65
      }
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

/// The texts of keys that were met lately. Each key has one place, by its first bits, and the last one has it.
private struct RecentTexts {
  private static let count = 1024

  private var entries = [(key: FixedBytes<32>, text: String)?](repeating: nil, count: count)

  mutating func text(_ key: FixedBytes<32>, _ make: () -> String) -> String {
    let place = (Int(key[0]) << 8 | Int(key[1])) % Self.count
    if let entry = entries[place], entry.key == key { return entry.text }
    let text = make()
    entries[place] = (key, text)
    return text
  }
}

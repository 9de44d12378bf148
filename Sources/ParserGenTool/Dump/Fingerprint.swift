/// FNV-1a over texts: what distinguishes them in names of files.
struct Fingerprint {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// - Parameter texts: each counts with its end, so that what is moved from one to the next makes a difference.
  init(_ texts: [String]) {
    for text in texts {
      for byte in text.utf8 { add(byte) }
      add(0xFF)
    }
  }

  private mutating func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

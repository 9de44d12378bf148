import Glibc

/// Text in the encodings of the C library's iconv.
enum LibraryDecoder {
  /// `nil` if iconv does not know the encoding.
  static func decode(_ bytes: [UInt8], encoding: String) -> String? {
    let descriptor = iconv_open("UTF-8", encoding)
    // iconv_open fails with -1 as a pointer.
    guard let descriptor, Int(bitPattern: descriptor) != -1 else { return nil }
    defer { iconv_close(descriptor) }
    var input = bytes
    return input.withUnsafeMutableBytes { String(decoding: convert($0, by: descriptor), as: UTF8.self) }
  }

  /// UTF-8 of the bytes. A byte that begins nothing valid becomes U+FFFD, and so does a sequence that ends early.
  private static func convert(_ input: UnsafeMutableRawBufferPointer, by descriptor: iconv_t) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(input.count + input.count / 2)
    var next = input.baseAddress?.assumingMemoryBound(to: CChar.self)
    var left = input.count
    while left > 0 {
      switch step(descriptor, &next, &left, &output) {
      case 0, E2BIG: continue
      case EILSEQ:
        next = next?.advanced(by: 1)
        left -= 1
        output += replacement
      default:
        left = 0
        output += replacement
      }
    }
    // Some encodings hold a letter back, for a mark that may follow.
    while step(descriptor, nil, nil, &output) == E2BIG {}
    return output
  }

  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// Converts as much as fits into a buffer, and tells why it stopped, as `errno` does.
  private static func step(
    _ descriptor: iconv_t, _ next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ left: UnsafeMutablePointer<Int>?, _ output: inout [UInt8]
  ) -> Int32 {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
      var (end, room) = (buffer.baseAddress, buffer.count)
      let failed = iconv(descriptor, next, left, &end, &room) == -1
      let reason = failed ? errno : 0
      output.append(contentsOf: UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(buffer))[..<(buffer.count - room)])
      return reason
    }
  }
}

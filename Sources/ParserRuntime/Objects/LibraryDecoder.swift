import Glibc

/// Text in the encodings of the C library's iconv.
enum LibraryDecoder {
  /// Encodings in which the C library makes one character of a letter and the mark that follows it. Nobody else does:
  /// a byte is a code point.
  private static let composing: Set = ["CP1255", "CP1258", "TCVN5712-1"]

  /// `nil` if iconv does not know the encoding.
  ///
  /// A descriptor is opened for each call: that takes a microsecond or ten, and nothing is shared between threads.
  static func decode(_ bytes: [UInt8], encoding: String) -> String? {
    let descriptor = iconv_open("UTF-8", encoding)
    // iconv_open fails with -1 as a pointer.
    guard let descriptor, Int(bitPattern: descriptor) != -1 else { return nil }
    defer { iconv_close(descriptor) }
    var (input, output) = (bytes, [UInt8]())
    output.reserveCapacity(bytes.count + bytes.count / 2)
    input.withUnsafeMutableBytes { input in
      guard composing.contains(encoding) else { return convert(input, by: descriptor, into: &output) }
      for index in input.indices {
        convert(UnsafeMutableRawBufferPointer(rebasing: input[index...index]), by: descriptor, into: &output)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Appends UTF-8 of the bytes. A byte that begins nothing valid becomes U+FFFD, and so does a sequence that the end cuts off.
  private static func convert(
    _ input: UnsafeMutableRawBufferPointer, by descriptor: iconv_t, into output: inout [UInt8]
  ) {
    var next = input.baseAddress?.assumingMemoryBound(to: CChar.self)
    var left = input.count
    while left > 0 {
      switch step(descriptor, &next, &left, &output) {
      case 0: left = 0
      case E2BIG: continue
      case let reason:
        // A letter after the lead byte of two is one of its own, even if more bytes were expected after it.
        let isCut = reason == EINVAL && input.suffix(left - 1).allSatisfy { $0 >= 0x80 }
        let skipped = isCut ? left : 1
        next = next?.advanced(by: skipped)
        left -= skipped
        output += replacement
      }
    }
    // Some encodings hold a letter back, for a mark that may follow.
    while step(descriptor, nil, nil, &output) == E2BIG {}
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

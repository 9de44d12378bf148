import CCompression
import Foundation
import Testing

@testable import ClickHouseStore

@Suite struct GzipTests {
  /// As zlib reads it; nil where the checksum or anything else is wrong.
  private func unpack(_ packed: [UInt8], count: Int) -> [UInt8]? {
    var packed = packed
    var stream = z_stream()
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var result = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: count + 1) { output, initialized in
      packed.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(count + 1)
        result = inflate(&stream, Z_FINISH)
      }
      initialized = count + 1 - Int(stream.avail_out)
    }
    return result == Z_STREAM_END && stream.avail_in == 0 ? bytes : nil
  }

  private func joined(_ parts: [UnsafeRawBufferPointer]) -> [UInt8] { parts.flatMap { [UInt8]($0) } }

  @Test(arguments: [0, 1, 65_534, 65_535, 65_536, 131_070, 1_000_003])
  func `what is packed is unpacked by zlib`(count: Int) {
    var generator = SystemRandomNumberGenerator()
    // Half of it repeats itself.
    let bytes = (0..<count).map { $0 % 2 == 0 ? UInt8.random(in: .min ... .max, using: &generator) : 7 }
    for level in [Gzip.Level.stored, .fast] {
      let packed = bytes.withUnsafeBytes { Gzip.pack($0, comment: "INSERT\nä", level, joined) }
      #expect(unpack(packed, count: count) == bytes)
      #expect(Gzip.comment(packed) == "INSERT\nä")
      // What servers rely on.
      #expect(unpack(packed.dropLast(), count: count) == nil)
      var damaged = packed
      damaged[packed.count - 9] ^= 1
      #expect(unpack(damaged, count: count) == nil)
    }
  }

  @Test func `the fast level is smaller`() {
    let bytes = [UInt8](repeating: 65, count: 100_000)
    #expect(bytes.withUnsafeBytes { Gzip.pack($0, comment: "", .fast, joined) }.count < 2000)
  }

  @Test func `what is none has no comment`() {
    #expect(Gzip.comment([1, 2, 3]) == nil)
    #expect(Gzip.comment([0x1F, 0x8B, 8, 0x10, 0, 0, 0, 0, 0, 3, 65]) == nil)
  }
}

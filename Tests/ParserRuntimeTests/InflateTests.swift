import CCompression
import Foundation
import Testing

@testable import ParserRuntime

@Suite struct InflateTests {
  private static func compress(_ bytes: [UInt8], level: Int32 = 6) throws -> [UInt8] {
    var size = compressBound(UInt(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    try #require(compress2(&output, &size, bytes, UInt(bytes.count), level) == Z_OK)
    return [UInt8](output[..<Int(size)])
  }

  @Test func `bytes of every size and level come back`() throws {
    for (seed, size) in [0, 1, 2, 100, 65_535, 65_536, 65_537, 300_000].enumerated() {
      var random = SeededGenerator(seed)
      let noise = random.bytes(size)
      let repeated = noise.map { $0 & 1 }
      for bytes in [noise, repeated] {
        for level in [0, 1, 6, 9] as [Int32] {
          #expect(try Bytes.inflate(Self.compress(bytes, level: level)) == bytes)
        }
      }
    }
  }

  @Test func `what follows the end is ignored`() throws {
    #expect(try Bytes.inflate(Self.compress([1, 2, 3]) + [9, 9, 9]) == [1, 2, 3])
  }

  /// The streams are of `Hi`, whole, cut, with a wrong header, with a preset dictionary, and with a wrong checksum.
  @Test(
    arguments: [
      ([0x78, 0x9C, 0xF3, 0xC8, 0x04, 0x00, 0x00, 0xFB, 0x00, 0xB2], nil),
      ([0x78, 0x9C, 0xF3, 0xC8, 0x04, 0x00, 0x00, 0xFB, 0x00], "zlib: the data are damaged or end early"),
      ([], "zlib: the data are damaged or end early"),
      ([0x78, 0x9D, 0xF3, 0xC8, 0x04, 0x00, 0x00, 0xFB, 0x00, 0xB2], "zlib: the data are damaged or end early"),
      ([0x78, 0xBB, 0x08, 0xAB, 0x02, 0x7A, 0x4B, 0x03, 0x93, 0x00], "zlib: the data are damaged or end early"),
      ([0x78, 0x9C, 0xF3, 0xC8, 0x04, 0x00, 0x00, 0xFB, 0x00, 0xB3], "zlib: the data are damaged or end early"),
    ] as [([UInt8], String?)])
  func `broken streams are errors`(bytes: [UInt8], problem: String?) {
    do throws(ParseError) {
      #expect(try Bytes.inflate(bytes) == [0x48, 0x69] && problem == nil)
    } catch {
      #expect(error.description == problem && error.kaitaiKind == "ProcessError")
    }
  }

  @Test func `every cut and every changed byte ends in bytes or in an error`() throws {
    let original = [UInt8](repeating: 7, count: 1000) + [UInt8](0...255)
    let bytes = try Self.compress(original)
    for length in 0..<bytes.count {
      #expect(failure { () throws(ParseError) in try Bytes.inflate([UInt8](bytes[..<length])) } == "ProcessError @0")
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x10
      // Of a few bits of the header nothing depends.
      let result = try? Bytes.inflate(changed)
      #expect(result == nil || result == original)
    }
  }

  @Test func `output is bounded`() throws {
    let bomb = try Self.compress([UInt8](repeating: 0, count: 5_000_000), level: 9)
    #expect(try bomb.count < 10_000 && Bytes.inflate(bomb, limit: 5_000_000).count == 5_000_000)
    #expect(failure { () throws(ParseError) in try Bytes.inflate(bomb, limit: 4_999_999) } == "ProcessError @0")
  }

  static let python = Command("python3")

  @Test(.enabled(if: python != nil, "needs python3"))
  func `what another program compresses`() throws {
    let python = try #require(Self.python)
    let script = "import sys, zlib; sys.stdout.buffer.write(zlib.compress(sys.stdin.buffer.read(), 9))"
    var random = SeededGenerator(1)
    for size in [0, 10, 200_000] {
      let bytes = random.bytes(size).map { $0 & 0x3F }
      #expect(try Bytes.inflate(python.run(["-c", script], bytes)) == bytes)
    }
  }
}

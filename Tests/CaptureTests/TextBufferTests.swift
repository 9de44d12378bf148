import Foundation
import Testing

@testable import Capture

/// Pieces of text, as numbers and JSON have them.
@Suite struct TextBufferTests {
  private func text(_ body: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer()
    body(&buffer)
    return buffer.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `numbers of any size have the digits that Swift prints`() {
    var numbers: [Int128] = [0, .max, .min, Int128(UInt64.max), Int128(UInt64.max) + 1, -Int128(UInt64.max) - 1]
    for digits in 0..<20 {
      let power = (0..<digits).reduce(Int128(1)) { product, _ in product * 10 }
      numbers += [power - 1, power, power + 1, -power, 1 - power]
    }
    for number in numbers { #expect(text { $0.append(number) } == String(number)) }
  }

  @Test func `a number that is wider than its column is not cut`() {
    #expect(text { $0.append(7, width: 6) } == "     7" && text { $0.append(-7, width: 6) } == "    -7")
    #expect(text { $0.append(123_456, width: 6) } == "123456" && text { $0.append(1_234_567, width: 6) } == "1234567")
  }

  @Test func `a text between quotation marks is read again as it was`() throws {
    let all = String(String.UnicodeScalarView((0..<0x2100).compactMap(Unicode.Scalar.init)))
    for original in [all, "", "\"", "\\", "\n", "a/b", "\u{1F}x", "é\t"] {
      let json = text { buffer in
        buffer.append("\"")
        buffer.append(escaping: original)
        buffer.append("\"")
      }
      let read = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed) as? String
      #expect(read?.unicodeScalars.elementsEqual(original.unicodeScalars) == true)
      #expect(!json.utf8.contains { $0 < 0x20 })
    }
  }

  @Test func `a buffer grows, and is used again`() {
    var buffer = TextBuffer()
    let piece = String(repeating: "0123456789", count: 1000)
    for _ in 0..<3 {
      for _ in 0..<20 { buffer.append(text: piece) }
      #expect(buffer.withBytes { String(decoding: $0, as: UTF8.self) } == String(repeating: piece, count: 20))
      buffer.removeAll()
      #expect(buffer.count == 0)
    }
  }
}

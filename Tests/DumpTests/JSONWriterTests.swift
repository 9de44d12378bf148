import Foundation
import Testing

@testable import ParserDump

@Suite struct JSONWriterTests {
  private func written(_ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    body(&json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (Int128(0), "0"), (-1, "-1"), (1 << 53 + 1, "9007199254740993"), (Int128(UInt64.max), "18446744073709551615"),
      (Int128(Int64.min), "-9223372036854775808"),
    ] as [(Int128, String)])
  func `integers keep their precision`(value: Int128, text: String) {
    #expect(written { $0.integer(value) } == text)
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (Double(Float(0.1)), "0.10000000149011612"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
      (-0.0, "-0.0"),
      (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
    ] as [(Double, String)])
  func `floats are the shortest text that reads as the same`(value: Double, text: String) throws {
    #expect(written { $0.float(value) } == text)
    guard value.isFinite else { return }
    #expect(try JSONDecoder().decode([Double].self, from: Data("[\(text)]".utf8)) == [value])
  }

  @Test func `any text can be read again`() throws {
    let text = String(String.UnicodeScalarView((0...0x200).compactMap(Unicode.Scalar.init))) + "\u{2028}𝄞\u{FFFD}\"\\"
    let json = written { $0.text(text) }
    #expect(try JSONDecoder().decode([String].self, from: Data("[\(json)]".utf8)) == [text])
  }

  @Test func `elements are separated, and indented if that is wanted`() {
    func write(_ json: inout JSONWriter) {
      json.beginObject()
      json.key("a")
      json.beginList()
      json.integer(1)
      json.beginObject()
      json.endObject()
      json.null()
      json.endList()
      json.key("b")
      json.boolean(true)
      json.endObject()
    }
    #expect(written(write) == #"{"a":[1,{},null],"b":true}"#)
    var json = JSONWriter(isIndented: true)
    write(&json)
    let lines = ["{", " \"a\": [", "  1,", "  {},", "  null", " ],", " \"b\": true", "}"]
    #expect(String(decoding: json.bytes, as: UTF8.self) == lines.joined(separator: "\n"))
  }
}

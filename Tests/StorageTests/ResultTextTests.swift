import Testing

@testable import Capture

/// How results are written.
@Suite struct ResultTextTests {
  private func line(_ fields: String...) -> String {
    var bytes: [UInt8] = []
    CSVLine.append(fields, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `fields are quoted where they must be, as RFC 4180 has it`() {
    #expect(line("a", "b c", "") == "a,b c,\r\n")
    #expect(line("a,b", "say \"x\"") == "\"a,b\",\"say \"\"x\"\"\"\r\n")
    #expect(line("1\n2", "1\r2", "1\r\n2") == "\"1\n2\",\"1\r2\",\"1\r\n2\"\r\n")
    // A line of nothing would be skipped.
    #expect(line("") == "\"\"\r\n" && line("x") == "x\r\n")
  }

  @Test func `numbers have as many digits as tell them from others`() {
    #expect([0.1, -1e300, 5].map(ResultText.real) == ["0.1", "-1e+300", "5.0"])
    #expect([Double.infinity, -.infinity].map(ResultText.real) == ["Infinity", "-Infinity"])
    #expect(QueryValue.blob([0, 0xAB]).resultText == "00AB" && QueryValue.null.resultText == "")
  }

  @Test func `no two columns have the same key, whatever they are called`() {
    #expect(ResultText.keys(for: ["a", "b", "a", "a"]) == ["a", "b", "a_2", "a_3"])
    #expect(ResultText.keys(for: ["a", "a_2", "a"]) == ["a", "a_2", "a_3"])
    #expect(ResultText.keys(for: ["a", "a", "a_2"]) == ["a", "a_3", "a_2"])
  }
}

import Testing

@testable import ParserGen

/// Which alternatives of a switch are stored outside of the values that have it: those above 128 bytes.
@Suite struct ValueSizeTests {
  /// What holds the alternatives of a switch between a type of these fields and a small one.
  private func cases(_ fields: String) throws -> [String] {
    let result = compile(
      """
      meta: {id: a, endian: le, -stream: {transport: tcp, ports: [1]}}
      seq:
        - {id: kind, type: u1}
        - {id: body, type: {switch-on: kind, cases: {1: large, 2: small}}}
      types:
        large:
          seq:
            - {id: rest, size: 100}
            \(fields)
        small: {seq: [{id: value, type: u1}]}
        inner: {seq: [{id: bytes, size: 28}]}
        choice: {seq: [{id: kind, type: u1}, {id: of, type: {switch-on: kind, cases: {1: inner, 2: whole}}}]}
        whole: {seq: [{id: bytes, size: 129}]}
      enums: {names: {1: one}}
      """)
    try #require(result.diagnostics.isEmpty, "\(result.diagnostics)")
    let lines = result.files[0].text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
    return lines.filter { $0.contains("case large(") || $0.contains("case small(") }
  }

  private let inline = ["case large(A.Large)", "case small(A.Small)"]
  private let indirect = ["indirect case large(A.Large)", "case small(A.Small)"]

  /// Bytes beside the 100, and how they are held.
  @Test(arguments: [
    ("{id: x, size: 28}", 28), ("{id: x, size: 29}", 29), ("{id: x, type: inner}", 28),
    ("{id: x, type: inner, if: true}", 29),
    ("{id: x, type: u4, repeat: expr, repeat-expr: 7}", 28), ("{id: x, type: u4, repeat: expr, repeat-expr: 8}", 32),
    // A list of any length is elsewhere, and so are bytes of any size.
    ("{id: x, type: whole, repeat: eos}", 8), ("{id: x, size-eos: true}", 8),
    ("{id: x, type: str, size-eos: true, encoding: UTF-8}", 16),
    // What a switch has elsewhere counts for a reference only: of 1, 28 and a tag.
    ("{id: x, type: choice}", 30), ("{id: x, type: u1, enum: names, repeat: expr, repeat-expr: 3}", 27),
    ("{id: x, type: u1, enum: names, repeat: expr, repeat-expr: 4}", 36),
  ])
  func `a value is stored elsewhere where it has more than 128 bytes`(_ field: String, _ size: Int) throws {
    #expect(try cases("- \(field)") == (100 + size > 128 ? indirect : inline), "\(field)")
  }
}

import Testing

@testable import ParserGen

/// What a change of a description means.
@Suite struct ComparisonTests {
  private func compare(_ old: String, _ new: String) throws -> DescriptionComparison {
    let head = "meta: {id: a, endian: be, encoding: ASCII, -stream: {transport: tcp, ports: [1]}}\nseq:\n"
    let texts = ["old.ksy": head + old, "new.ksy": head + new]
    let (comparison, diagnostics) = Generator { texts[$0] }.compare("old.ksy", "new.ksy")
    return try #require(comparison, "\(diagnostics)")
  }

  private func lines(_ changes: [DescriptionComparison.Change]) -> [String] {
    changes.map { "\($0.place) \($0.aspect): \($0.before ?? "none") -> \($0.after ?? "none")" }
  }

  @Test func `an aspect that is new, gone or different is told`() throws {
    let plain = "  - {id: x, type: u1}\n  - {id: y, size: 2}\n"
    let valid = "  - {id: x, type: u1, valid: {max: 4}}\n  - {id: y, size: 2}\n"
    let added = try compare(plain, valid)
    let gone = try compare(valid, plain)
    #expect(added.wire.map(\.aspect) == ["valid"] && added.wire[0].before == nil && added.wire[0].after != nil)
    #expect(gone.wire.map(\.aspect) == ["valid"] && gone.wire[0].after == nil)
    #expect(gone.wire[0].before == added.wire[0].after)
    #expect(try compare(plain, plain).isEmpty)
    #expect(lines(try compare(plain, plain.replacing("size: 2", with: "size: 3")).wire).contains("a.y size: 2 -> 3"))
  }

  @Test func `a column that is gone, or of another type, stands in the way of databases`() throws {
    let plain = "  - {id: x, type: u1}\n  - {id: y, type: u1}\n"
    let more = try compare(plain, plain + "  - {id: z, type: u1}\n")
    #expect(more.migrates && lines(more.schema) == ["message.z : none -> column INTEGER"])
    let fewer = try compare(plain, "  - {id: x, type: u1}\n")
    #expect(fewer.obstacles == ["message has a column y that the new description lacks"] && !fewer.migrates)
    let other = try compare(plain, "  - {id: x, type: u1}\n  - {id: y, type: strz}\n")
    #expect(other.obstacles == ["message.y is INTEGER, not TEXT"])
  }

  @Test func `a table that is no longer described stays as it is`() throws {
    let types = "types:\n  t: {seq: [{id: x, type: u1}]}\n"
    let list = "  - {id: n, type: u1}\n  - {id: l, type: t, repeat: expr, repeat-expr: n}\n" + types
    let comparison = try compare(list, "  - {id: n, type: u1}\n")
    #expect(comparison.migrates && comparison.schema.contains { $0.before != nil && $0.after == nil })
  }
}

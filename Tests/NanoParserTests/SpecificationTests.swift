import NanoParser
import ParserRuntime
import Testing

/// What the console takes from the description: nothing of it is known elsewhere.
@Suite struct SpecificationTests {
  private let info = NanoSpecification.info

  @Test func `the kind of a message is what its body is switched on`() { #expect(info.typeColumn == "msg_type") }

  @Test func `columns of enums name the table of their values' names`() {
    let lookups = info.lookups.map { "\($0.table).\($0.column) \($0.names)" }
    #expect(lookups.contains("message.msg_type enum_message_type"))
    #expect(lookups.contains("message.block_type enum_block_type"))
    #expect(lookups.contains("asc_pull_response.type enum_asc_pull_type"))
    for lookup in info.lookups {
      #expect(info.tables.first { $0.name == lookup.table }?.columnNames.contains(lookup.column) == true)
      #expect(info.nameTables.contains { $0.name == lookup.names && !$0.entries.isEmpty })
    }
  }

  @Test func `docs of the description are at hand by type and field`() {
    #expect(info.outline.type("header")?.member("message_type")?.doc == "What the body is.")
    #expect(info.outline.type("msg_telemetry_ack")?.doc?.isEmpty == false)
  }
}

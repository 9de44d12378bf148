import Capture
import ClickHouseSchema
import NanoParser
import ParserRuntime
import Testing

@testable import ClickHouseStore

struct LayoutTests {
  private let layout = ClickHouseLayout(NanoSpecification.info)

  @Test func `Tables have the columns of every other store first`() {
    for (table, planned) in zip(NanoSpecification.info.batchTables, layout.tables) {
      #expect(planned.columns.prefix(table.columns.count).map(\.name) == table.columnNames)
    }
    #expect(layout.tables.count == NanoSpecification.info.batchTables.count)
  }

  @Test func `Each table but run says the day of a row`() {
    for table in layout.tables {
      let column = table.timeColumn.map { table.columns[$0].name }
      let expected: String? =
        switch table.name {
        case "run_state": nil
        case "flow_state": "opened_us"
        default: "time_us"
        }
      #expect(column == expected)
    }
  }

  @Test func `Rows that replace others end with the version`() {
    for table in layout.tables where table.replaces { #expect(table.columns.last?.source == .version) }
    #expect(Set(layout.tables.filter(\.replaces).map(\.name)) == ["flow_state", "run_state"])
  }

  @Test func `What belongs to a message is ordered by the message`() throws {
    let vote = try #require(layout.tables.first { $0.name == "vote" })
    #expect(vote.order == ["packet_id", "id"])
    #expect(try #require(layout.tables.first { $0.name == "message" }).order == ["id"])
    #expect(try #require(layout.tables.first { $0.name == "message_bytes" }).order == ["message_id"])
  }

  @Test func `A description's own columns keep their names`() {
    let table = ClickHouseTable(
      SpecificationInfo.Table(
        "reading", [.init("id", .signed(64), role: .key), .init("sensor", .text), .init("value", .unsigned(64))]))
    #expect(table.columns.map(\.name) == ["id", "sensor", "value", "sensor_", "time_us"])
    #expect(table.columns.map(\.type) == [.int64, .string, .int64, .uint16, .int64])
    #expect(table.columns[3].source == .sensor)
  }
}

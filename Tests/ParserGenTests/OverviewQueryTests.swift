import Testing

@testable import ParserGen

/// Queries that a description's overview shows.
@Suite struct OverviewQueryTests {
  private let fields = "seq:\n  - {id: x, size: 2}\n"

  private func compile(_ sql: String, _ files: [String: String]) -> Generator.Result {
    let texts = files.merging(["t.ksy": "meta:\n  id: a\n  -sql: \(sql)\n\(fields)"]) { first, _ in first }
    return Generator { texts[$0] }.generate("t.ksy")
  }

  private func told(_ queries: String, _ others: String? = nil) -> [String] {
    let more = others == nil ? "" : ", clickhouse-overview-queries: c.sql"
    return compile("{overview-queries: q.sql\(more)}", ["q.sql": queries, "c.sql": others ?? ""]).diagnostics.map {
      "\($0.location.file):\($0.location.line):\($0.location.column): \($0.message)"
    }
  }

  private let time = "from message where time_us >= :from_us and time_us < :to_us"

  @Test func `queries are carried to the program, with how they are drawn`() throws {
    let queries = """
      -- Of this file.

      -- table: The longest
      -- The first
      -- and the last.
      select id, length \(time);
      -- line: Over time
      select (time_us - :from_us) / :width_us, count(*) \(time) group by 1;
      """
    let files = ["q.sql": queries, "c.sql": "-- table: The longest\nselect id as i, length \(time)"]
    let result = compile("{overview-queries: q.sql, clickhouse-overview-queries: c.sql}", files)
    #expect(result.diagnostics.isEmpty)
    let file = try #require(result.files.first { $0.name.hasSuffix("+Specification.swift") })
    let lines = file.text.split(separator: "\n").map { String($0.drop(while: \.isWhitespace)) }
    let start = try #require(lines.firstIndex { $0.hasPrefix("static let overviewQueries") })
    #expect(lines.contains("overviewQueries: overviewQueries,"))
    #expect(
      Array(lines[(start + 1)...].prefix(while: { $0 != "]" })) == [
        "SpecificationInfo.OverviewQuery(", "nil,", "SpecificationInfo.TitledQuery(",
        #""The longest", doc: "The first and the last.", "select id, length \#(time)", "#
          + #"clickHouse: "select id as i, length \#(time)")),"#,
        "SpecificationInfo.OverviewQuery(", ".line,", "SpecificationInfo.TitledQuery(",
        #""Over time", "select (time_us - :from_us) / :width_us, count(*) \#(time) group by 1")),"#,
      ])
    #expect(compile("{}", [:]).files.allSatisfy { !$0.text.contains("overviewQueries") })
  }

  @Test func `what is wrong of a query is told at its line`() {
    let good = "-- table: One\nselect id \(time);\n"
    #expect(told(good, good).isEmpty)
    #expect(
      told("-- table: One\nselect id,\n  z \(time);") == [
        "q.sql:3:1: the query 'table: One': no such column: z"
      ])
    #expect(
      told("-- table: One\nselect id from message where time_us >= :from_us;") == [
        "q.sql:2:1: the query 'table: One' does not keep to the time: it lacks :to_us"
      ])
    #expect(
      told("-- table: One\nselect 1;") == [
        "q.sql:2:1: the query 'table: One' does not keep to the time: it lacks :from_us and :to_us"
      ])
    #expect(
      told("-- table: One\nselect :form_us \(time);") == [
        "q.sql:2:1: the query 'table: One' has a parameter :form_us, which nobody gives a value; "
          + "did you mean ':from_us'?"
      ])
    #expect(
      told("-- tabel: One\nselect id \(time);") == [
        "q.sql:2:1: a result is shown as table, bar, line, not as 'tabel'; did you mean 'table'?"
      ])
    #expect(
      told("-- One\nselect id \(time);") == [
        "q.sql:2:1: a query needs a comment above it with how its result is shown and what it tells: "
          + "-- table: The busiest sensors"
      ])
    #expect(
      told("-- bar: One\nselect id \(time);") == [
        "q.sql:2:1: the query 'bar: One' cannot be drawn: behind the column that says what is drawn it lacks one "
          + "of numbers"
      ])
    #expect(told("-- bar: One\nselect id, length \(time);").isEmpty)
    #expect(told(good + good) == ["q.sql:4:1: there are two queries 'table: One'"])
    #expect(
      told(good, "-- table: Two\nselect id \(time)") == [
        "c.sql:2:1: there is no query 'table: Two' in q.sql; did you mean 'table: One'?"
      ])
    #expect(
      told(good, "-- table: One\nselect id from message where time_us < :to_us") == [
        "c.sql:2:1: the query 'table: One' does not keep to the time: it lacks :from_us"
      ])
    #expect(
      compile("{clickhouse-overview-queries: c.sql}", ["c.sql": good]).diagnostics.map(\.message) == [
        "'clickhouse-overview-queries' needs 'overview-queries', whose names it uses"
      ])
  }
}

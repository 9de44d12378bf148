import ParserRuntime

/// Queries that the console offers to begin with: the author's, or where there are none, such as every protocol can be
/// asked.
enum QueryExamples {
  /// - Parameter isForClickHouse: whether they are in ClickHouse's words, instead of SQLite's.
  static func all(isForClickHouse: Bool) -> [(name: String, query: String)] {
    all(Program.info).map { ($0.name, isForClickHouse ? $0.clickHouse ?? $0.sql : $0.sql) }
  }

  /// The first and the shortest of the others, as they are typed at a shell.
  static var typed: (String, String) {
    let texts = all(Program.info).map { query in
      let text = query.sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return text.contains("\"") ? "'\(text)'" : "\"\(text)\""
    }
    return (texts[0], texts.dropFirst().min { $0.count < $1.count } ?? texts[0])
  }

  static func all(_ info: SpecificationInfo) -> [SpecificationInfo.Query] {
    info.program.queries.isEmpty ? plain(info) : info.program.queries
  }

  private static func plain(_ info: SpecificationInfo) -> [SpecificationInfo.Query] {
    let byType = info.typeColumn.map {
      SpecificationInfo.Query("Messages by type", "select \($0), count(*) from message group by \($0)")
    }
    let contents = info.tables.map(\.name).filter { $0 != "message" }.prefix(4).map {
      SpecificationInfo.Query("The latest of \($0)", "select * from \($0) order by id desc limit 100")
    }
    return [byType].compactMap(\.self) + [
      SpecificationInfo.Query("The latest messages", "select * from message order by id desc limit 100")
    ] + contents + answers(info) + [
      SpecificationInfo.Query("Connections", "select * from flow order by id desc limit 100"),
      SpecificationInfo.Query(
        "Bytes that are no message",
        "select kind, path, count(*) as issues, sum(length) from decode_issue group by kind, path order by issues desc"),
    ]
  }

  /// What a description with `match` lets ask.
  private static func answers(_ info: SpecificationInfo) -> [SpecificationInfo.Query] {
    guard info.matchScope != nil else { return [] }
    let slowest = SpecificationInfo.Query(
      "The slowest answers", "select * from message_answer order by delay_us desc limit 100")
    guard !info.requestTables.isEmpty else { return [slowest] }
    let tables = info.requestTables.map { "'\($0)'" }.joined(separator: ", ")
    return [
      slowest,
      SpecificationInfo.Query(
        "Requests without an answer",
        "select * from message where content_table in (\(tables)) "
          + "and id not in (select request_message_id from message_answer) order by id desc limit 100"),
    ]
  }
}

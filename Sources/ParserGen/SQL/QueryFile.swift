import ClickHouseSchema

/// A file of queries that an author has written, each with a comment right above it:
///
///     -- Messages by type
///     SELECT count(*), type FROM message GROUP BY type;
struct QueryFile {
  /// A query of the file.
  struct Query {
    /// The lines right above it, without what makes them a comment.
    var comment: [String]
    var sql: String
    /// Of its first word, from 1.
    var line: Int
  }

  /// What it is called in messages.
  let name: String
  let queries: [Query]

  init(name: String, text: String) {
    self.name = name
    queries = ClickHouseLexer.statements(text).map { statement in
      let before = text[..<statement.startIndex]
      return Query(
        comment: Self.comment(before), sql: String(statement), line: before.utf8.count { $0 == 0x0A } + 1)
    }
  }

  private static func comment(_ before: Substring) -> [String] {
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let comment = lines.reversed().prefix { $0.hasPrefix("--") }.reversed()
    return comment.map { String($0.dropFirst(2).drop(while: \.isWhitespace)) }
  }
}

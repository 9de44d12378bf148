import GRDB
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Answers that are kept until the database changes.
@Suite struct KeptAnswersTests {
  private let folder: Folder
  private let database: CaptureDatabase
  private let watch: DatabaseWatch

  init() throws {
    folder = try Folder()
    database = try folder.store()
    watch = DatabaseWatch(path: folder.path("a.db"))
  }

  private func question(_ text: String, rows: Int? = nil) -> KeptAnswers.Question {
    KeptAnswers.Question(text, .none, QueryLimits(rows: rows))
  }

  /// The whole result of a query, and its record.
  private func record(_ text: String, rows: Int? = nil, maximumSize: Int = .max) throws -> RecordedAnswer? {
    let cursor = try QueryCursor(
      text, on: ReadConnection(path: folder.path("a.db")), limits: QueryLimits(rows: rows))
    var recorded: RecordedAnswer?
    let recording = RecordingCursor(cursor, maximumSize: maximumSize) { recorded = $0 }
    while try recording.step() { #expect(recorded == nil) }
    return recorded
  }

  private func rows(_ cursor: any ResultCursor) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return rows
  }

  @Test func `a recorded result is read as it was`() throws {
    let text = "VALUES (1, 2.5, 'a'), (NULL, x'00ff', ''), (-9223372036854775808, CAST(x'ff41' AS TEXT), x'')"
    let direct = try QueryCursor(text, on: ReadConnection(path: folder.path("a.db")), limits: QueryLimits())
    let answer = try #require(try record(text))
    for _ in 0..<2 {
      let cursor = AnswerCursor(answer)
      #expect(cursor.columns == direct.columns)
      var bytes: [UInt8] = []
      var read: [[QueryValue]] = []
      while cursor.step() {
        read.append(cursor.row)
        if case .text(let text) = cursor.borrowed(1) { bytes = Array(text) }
      }
      // Also what is no UTF-8.
      #expect(bytes == [0xFF, 0x41])
      #expect(read.count == 3 && read[0] == [.integer(1), .real(2.5), .text("a")])
      #expect(read[1] == [.null, .blob([0, 255]), .text("")] && read[2].first == .integer(.min))
      #expect(!cursor.isTruncated && !cursor.step())
    }
    let empty = try #require(try record("SELECT 1 AS n WHERE 0"))
    let cursor = AnswerCursor(empty)
    #expect(!cursor.step() && cursor.columns == ["n"])
  }

  @Test func `a record says where its result was cut`() throws {
    let answer = try #require(try record("VALUES (1), (2), (3)", rows: 2))
    let cursor = AnswerCursor(answer)
    #expect(try rows(cursor) == [[.integer(1)], [.integer(2)]])
    #expect(cursor.isTruncated)
  }

  @Test func `what is too large is not recorded, and read all the same`() throws {
    let text = "VALUES (zeroblob(3000)), (zeroblob(3000))"
    #expect(try record(text, maximumSize: 5000) == nil)
    #expect(try record(text, maximumSize: 7000) != nil)
  }

  @Test func `a state is left as soon as anybody writes`() throws {
    let state = try #require(watch.state)
    #expect(watch.state == state)
    try database.withWriter { try $0.execute(sql: "INSERT INTO run (id, kind) VALUES (1, 'live')") }
    let written = try #require(watch.state)
    #expect(written != state && watch.state == written)
    let other = try DatabaseQueue(path: folder.path("a.db"))
    try other.write { try $0.execute(sql: "DELETE FROM run") }
    try other.close()
    #expect(watch.state != written)
  }

  @Test func `an answer is of its state, its question and its limits alone`() throws {
    let kept = KeptAnswers()
    let state = try #require(watch.state)
    let answer = try #require(try record("VALUES (1)"))
    kept.keep(answer, to: question("VALUES (1)"), in: state)
    #expect(kept.answer(to: question("VALUES (1)"), in: state) === answer)
    #expect(kept.answer(to: question("VALUES (2)"), in: state) == nil)
    #expect(kept.answer(to: question("VALUES (1)", rows: 5), in: state) == nil)
    for other in [
      KeptAnswers.Question("VALUES (1)", .none, QueryLimits(), aggregate: .fences(every: 1)),
      KeptAnswers.Question("VALUES (1)", .list([.integer(1)]), QueryLimits()),
    ] {
      #expect(kept.answer(to: other, in: state) == nil)
    }
    try database.withWriter { try $0.execute(sql: "INSERT INTO run (id, kind) VALUES (1, 'live')") }
    let next = try #require(watch.state)
    #expect(kept.answer(to: question("VALUES (1)"), in: next) == nil)
    // What was asked before somebody wrote does not come back with the next answer.
    kept.keep(answer, to: question("VALUES (2)"), in: next)
    #expect(kept.answer(to: question("VALUES (1)"), in: next) == nil)
    #expect(kept.answer(to: question("VALUES (2)"), in: next) === answer)
    // Nor do answers to questions that were asked then and took longer.
    kept.keep(answer, to: question("VALUES (3)"), in: state)
    #expect(kept.answer(to: question("VALUES (3)"), in: state) == nil)
    #expect(kept.answer(to: question("VALUES (2)"), in: next) === answer)
  }

  @Test func `statements of the description are known up to a size of all together`() {
    let kept = KeptAnswers()
    let long = { (number: Int) in "\(number)" + String(repeating: "x", count: KeptAnswers.statementBytes / 4) }
    for number in 0..<3 { kept.note(long(number)) }
    kept.note(long(2))
    #expect((0..<3).allSatisfy { kept.knows(long($0)) })
    kept.note(long(3))
    #expect(!kept.knows(long(0)) && kept.knows(long(3)))
  }

  @Test func `a database that is locked is not waited for to tell its state`() throws {
    let path = folder.path("locked.db")
    let other = try DatabaseQueue(path: path)
    try other.write { try $0.execute(sql: "CREATE TABLE a (x)") }
    let watch = DatabaseWatch(path: path)
    let state = try #require(watch.state)
    try other.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN EXCLUSIVE")
      #expect(watch.state == nil && DatabaseWatch(path: path).state == nil)
      try database.execute(sql: "ROLLBACK")
    }
    #expect(watch.state == state)
  }

  @Test func `those that nobody asked for longest make room`() throws {
    let kept = KeptAnswers()
    let state = try #require(watch.state)
    let large = try #require(try record("VALUES (zeroblob(1000000))"))
    let fitting = KeptAnswers.maximumBytes / large.size
    for number in 0..<fitting { kept.keep(large, to: question("\(number)"), in: state) }
    #expect(kept.answer(to: question("0"), in: state) != nil)
    kept.keep(large, to: question("more"), in: state)
    #expect(kept.answer(to: question("0"), in: state) != nil)
    #expect(kept.answer(to: question("1"), in: state) == nil)
    #expect(kept.answer(to: question("2"), in: state) != nil && kept.answer(to: question("more"), in: state) != nil)
    // The same question takes no more room.
    for _ in 0..<fitting { kept.keep(large, to: question("more"), in: state) }
    #expect(kept.answer(to: question("2"), in: state) != nil)
    // Questions take room like answers.
    let small = try #require(try record("VALUES (1)"))
    let long = String(repeating: "x", count: 1_000_000)
    for number in 0..<fitting { kept.keep(small, to: question("\(number)" + long), in: state) }
    #expect(kept.answer(to: question("more"), in: state) == nil)
    let named = { (number: Int) in
      KeptAnswers.Question("named", .named(["\(number)": .text(long)]), QueryLimits())
    }
    for number in 0...fitting { kept.keep(small, to: named(number), in: state) }
    #expect(kept.answer(to: named(0), in: state) == nil && kept.answer(to: named(fitting), in: state) != nil)
    let larger = try #require(try record("VALUES (zeroblob(1100000))"))
    kept.keep(larger, to: question("larger"), in: state)
    #expect(kept.answer(to: question("larger"), in: state) == nil)
  }

  /// A query that takes longer than answers are worth being kept, and gives another value each time.
  private let chance = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i), random() FROM n
    """

  private func titled(_ sql: String) -> SpecificationInfo.TitledQuery {
    SpecificationInfo.TitledQuery("chance", sql)
  }

  @Test func `the description's queries that take long are kept, those of users are not`() throws {
    let queries = SQLiteQueries(path: folder.path("a.db"), info: NanoSpecification.info)
    let ask = { [self] (text: String) in try rows(queries.query(text, .none, QueryControl())) }
    #expect(try ask(chance) != ask(chance))
    let text = try queries.statement(titled(chance), .none, QueryControl())
    let first = try ask(text)
    #expect(try ask(text) == first)
    // Parameters are no part of such a statement.
    #expect(try rows(queries.query(text, .named(["x": .integer(1)]), QueryControl())) != first)
    try database.withWriter { try $0.execute(sql: "INSERT INTO run (id, kind) VALUES (1, 'live')") }
    #expect(try ask(text) != first)
    // What is quick is asked again.
    let patient = SQLiteQueries(
      path: folder.path("a.db"), info: NanoSpecification.info, kept: KeptAnswers(patience: .seconds(1000)))
    let quick = try patient.statement(titled("SELECT random()"), .none, QueryControl())
    let askAgain = { [self] in try rows(patient.query(quick, .none, QueryControl())) }
    #expect(try askAgain() != askAgain())
  }
}

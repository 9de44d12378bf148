import Foundation
import Testing

@testable import Capture

/// Bounds of queries, each tried just below and just above.
@Suite struct QueryLimitsTests {
  private static let endless =
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

  private let folder: Folder
  private let connection: ReadConnection

  init() throws {
    folder = try Folder()
    try folder.store().close()
    connection = try ReadConnection(path: folder.path("a.db"))
  }

  /// The rows of a query, and whether there were more.
  private func rows(
    _ sql: String, _ parameters: QueryParameters = .none, _ limits: QueryLimits = QueryLimits(),
    _ cancellation: QueryCancellation? = nil
  ) throws(QueryError) -> (rows: [[QueryValue]], isTruncated: Bool) {
    let cursor = try QueryCursor(sql, parameters, on: connection, limits: limits, cancellation: cancellation)
    var rows: [[QueryValue]] = []
    while try cursor.step() { rows.append(cursor.row) }
    return (rows, cursor.isTruncated)
  }

  private func error(
    _ sql: String, _ parameters: QueryParameters = .none, _ limits: QueryLimits = QueryLimits(),
    _ cancellation: QueryCancellation? = nil
  ) -> QueryError? {
    do throws(QueryError) {
      _ = try rows(sql, parameters, limits, cancellation)
      return nil
    } catch {
      return error
    }
  }

  // MARK: Time

  @Test func `a query that has no time left ends, in a long step and between short ones`() {
    #expect(error(Self.endless, .none, QueryLimits(seconds: 0.05))?.kind == .timeout)
    // A step so short that SQLite does not ask on its way.
    #expect(error("SELECT 1", .none, QueryLimits(seconds: 0))?.kind == .timeout)
    #expect(error("SELECT 1", .none, QueryLimits(seconds: 1000)) == nil)
  }

  @Test func `a query that is cancelled ends, before it runs and while it does`() {
    let before = QueryCancellation()
    before.cancel()
    #expect(error("SELECT 1", .none, QueryLimits(), before)?.kind == .cancelled)
    let meanwhile = QueryCancellation()
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: 0.02)
      meanwhile.cancel()
    }
    #expect(error(Self.endless, .none, QueryLimits(), meanwhile)?.kind == .cancelled)
    // The next query on the connection is another one.
    #expect(error("SELECT 1") == nil)
  }

  // MARK: Size

  @Test func `a result has as many rows as the limit says, and it is told whether there were more`() throws {
    let three = "SELECT value FROM json_each('[1,2,3]')"
    for (limit, count, isTruncated) in [(2, 2, true), (3, 3, false), (4, 3, false), (0, 0, true)] {
      let result = try rows(three, .none, QueryLimits(rows: limit))
      #expect(result.rows.count == count && result.isTruncated == isTruncated, "\(limit)")
    }
    #expect(try !rows(three).isTruncated)
  }

  @Test func `the bytes of all values count, and no more than the limit are allowed`() throws {
    // 3 + 4 + 3 bytes.
    let ten = "SELECT 'abc', 1234 UNION ALL SELECT 'def', NULL"
    #expect(try rows(ten, .none, QueryLimits(bytes: 10)).rows.count == 2)
    #expect(error(ten, .none, QueryLimits(bytes: 9))?.kind == .limit)
    #expect(error("SELECT x'010203'", .none, QueryLimits(bytes: 2))?.kind == .limit)
  }

  @Test func `a query ends when SQLite has more memory than the limit says`() {
    #expect(error(Self.endless, .none, QueryLimits(seconds: 30, memory: 0))?.kind == .limit)
    #expect(error("SELECT 1", .none, QueryLimits(memory: 0))?.kind == .limit)
    #expect(error("SELECT 1", .none, QueryLimits(memory: 1 << 40)) == nil)
  }

  @Test func `no value is longer than four megabytes`() throws {
    #expect(try rows("SELECT length(zeroblob(\(4 << 20)))").rows == [[.integer(4 << 20)]])
    #expect(error("SELECT zeroblob(\(4 << 20 + 1))")?.kind == .limit)
  }

  // MARK: Parameters

  @Test func `every parameter needs a value, and every value of a list a parameter`() throws {
    let two = "SELECT ? || ?"
    #expect(try rows(two, .list([.text("a"), .text("b")])).rows == [[.text("ab")]])
    for values in [[], [.text("a")], [.text("a"), .text("b"), .text("c")]] as [[QueryValue]] {
      #expect(error(two, .list(values))?.kind == .sql, "\(values)")
    }
    #expect(error(two)?.description.contains("2 parameters without a value") == true)
    #expect(error("SELECT 1", .list([.null]))?.kind == .sql)
  }

  @Test func `named parameters are found with the character before them and without`() throws {
    let sql = "SELECT :a, @b, $c"
    let values: [String: QueryValue] = ["a": .integer(1), "@b": .real(2.5), "c": .blob([3])]
    #expect(try rows(sql, .named(values)).rows == [[.integer(1), .real(2.5), .blob([3])]])
    for name in values.keys {
      var fewer = values
      fewer[name] = nil
      #expect(error(sql, .named(fewer))?.description.contains("has no value") == true, "\(name)")
    }
  }

  // MARK: What may be done

  @Test(arguments: [
    "DELETE FROM message", "CREATE TABLE t (x)", "PRAGMA user_version = 1", "ATTACH ':memory:' AS x", "BEGIN",
    "SELECT load_extension('x')", "SELECT 1; SELECT 2", "VACUUM", "",
  ])
  func `only one statement that reads is run`(sql: String) throws {
    #expect(error(sql) != nil)
    #expect(try rows("SELECT count(*) FROM sqlite_master WHERE name = 't'").rows == [[.integer(0)]])
  }
}

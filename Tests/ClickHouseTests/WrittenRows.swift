import Foundation
import Testing

@testable import ClickHouseStore

/// Rows of a table, counted in several ways.
struct RowCount: Equatable {
  /// All of them.
  var all: Int
  /// By their ids.
  var distinct: Int
  /// The smallest id, and the largest.
  var first: Int64
  var last: Int64

  /// Nothing is there twice, and nothing is missing between the first row and the last.
  var isWhole: Bool { all == 0 || all == distinct && last - first + 1 == Int64(all) }
}

extension ClickHouseClient {
  /// The result of a query, which is one line.
  func value(_ query: String) throws -> String {
    try text(ClickHouseRequest(query)).trimmingCharacters(in: .newlines)
  }

  /// How many rows a table has of those with ids from `first`.
  func count(_ table: String, from first: Int64 = 0, to last: Int64 = .max) throws -> RowCount {
    let key = "id BETWEEN \(first) AND \(last)"
    let values = try value("SELECT count(), uniqExact(id), min(id), max(id) FROM \(table) WHERE \(key)").split(
      separator: "\t")
    let numbers = values.compactMap { Int64($0) }
    try #require(numbers.count == 4)
    return RowCount(all: Int(numbers[0]), distinct: Int(numbers[1]), first: numbers[2], last: numbers[3])
  }

  /// Holds what is in all tables that sample rows go to against what a sensor wrote.
  /// - Parameters:
  ///   - batches: that were written, each of a connection and so many messages.
  ///   - first: the first id that it gave.
  func expect(_ batches: Int, of messages: Int, from first: Int64, _ comment: Comment) throws {
    let last = first + 1 << 40
    for (table, rows) in [
      ("message", batches * messages), ("keepalive_host", batches * messages * 2), ("flow_event", batches),
    ] {
      let count = try count(table, from: first, to: last)
      #expect(count == RowCount(all: rows, distinct: rows, first: first, last: first + Int64(rows) - 1), comment)
    }
    let flows = try value(
      "SELECT count(), uniqExact(id), countIf(close_reason = 'fin') FROM flow WHERE id BETWEEN \(first) AND \(last)")
    #expect(flows == "\(batches)\t\(batches)\t\(batches)", comment)
    // What belongs together still does.
    let lost = try value(
      "SELECT count() FROM keepalive_host WHERE packet_id GLOBAL NOT IN (SELECT id FROM message)")
    #expect(lost == "0", comment)
  }
}

/// Queries that the console offers to begin with.
enum QueryExamples {
  /// - Parameter isForClickHouse: whether they are in ClickHouse's words, instead of SQLite's.
  static func all(isForClickHouse: Bool) -> [(name: String, query: String)] {
    examples.map { ($0.name, isForClickHouse ? $0.clickHouse ?? $0.query : $0.query) }
  }

  /// The last is what the query is in ClickHouse, where that is not the same.
  private static let examples: [(name: String, query: String, clickHouse: String?)] = [
    ("Messages by type", "select count(*), msg_type from packet group by msg_type", nil),
    (
      "Votes by number of hashes",
      "select vote_count, count(*) from vote where vbh group by vote_count order by vote_count", nil
    ),
    (
      "Handshake answers", "select * from packet where msg_type = 0x0a and extensions & 2",
      "select * from packet where msg_type = 0x0a and bitAnd(extensions, 2) != 0"
    ), ("Votes for a hash", "select count(*) from vote where hashes like '%8EB7%'", nil),
    (
      "A block, with the packet that carried it",
      "select P.* from block_open O inner join packet P on P.id = O.packet_id where O.hash like '09A2%'",
      "select * from packet where id in (select packet_id from block_open where hash like '09A2%')"
    ),
    (
      "Telemetry and where it came from",
      "select telemetry.nodeid, packet.srcip from telemetry, packet where telemetry.packet_id = packet.id "
        + "and srcip not like '192.168.%' limit 200",
      "select nodeid, srcip from (select id, srcip from packet where srcip not like '192.168.%') as p "
        + "all inner join (select packet_id as id, nodeid from telemetry) as t using id limit 200"
    ),
    (
      "Closed connections since", "select * from connection where closed and time >= '2020-08-22 21:30:00'", nil
    ),
    (
      "Entries of frontier requests",
      "select req.id, count(*) from frontier_request req, frontier_response res "
        + "where res.frontier_request_id = req.id group by req.id",
      "select frontier_request_id, count(*) from frontier_response where frontier_request_id is not null "
        + "group by frontier_request_id"
    ), ("How bootstrap requests ended", "select * from connection where event like 'end of %'", nil),
    ("What happened on a connection", "select * from connection where flowkey = 42", nil),
    ("Messages a second", "select time, count(*) as messages from packet group by time order by time", nil),
    (
      "Bytes that are no message",
      "select kind, path, count(*), sum(length) from decode_issue group by kind, path order by 3 desc",
      "select kind, path, count(*) as issues, sum(length) from decode_issue group by kind, path order by issues desc"
    ),
  ]
}

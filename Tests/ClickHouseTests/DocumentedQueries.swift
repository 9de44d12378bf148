import NanoParser
import ParserRuntime

/// What people are told to ask.
enum DocumentedQueries {
  /// Queries of the documentation and of the console's examples, and how they are written for ClickHouse where that is not
  /// the same.
  static let all = plain + tasks

  private static let plain: [(String, String?)] = [
    ("select count(*), msg_type from packet group by msg_type", nil),
    ("select vote_count, count(*) from vote where vbh group by vote_count order by vote_count", nil),
    (
      "select * from packet where msg_type = 0x0a and extensions & 2",
      "select * from packet where msg_type = 0x0a and bitAnd(extensions, 2) != 0"
    ),
    ("select count(*) from vote where hashes like '%8EB7%'", nil),
    (
      "select P.* from block_open O inner join packet P on P.id = O.packet_id where O.hash like '04%'",
      "select * from packet where id in (select packet_id from block_open where hash like '04%')"
    ),
    (
      "select telemetry.nodeid, packet.srcip from telemetry, packet where telemetry.packet_id = packet.id "
        + "and srcip not like '192.168.%' limit 200",
      "select nodeid, srcip from (select id, srcip from packet where srcip not like '192.168.%') as p "
        + "all inner join (select packet_id as id, nodeid from telemetry) as t using id limit 200"
    ),
    ("select packet_id from block where hash like '04%'", nil),
    ("select * from connection where closed and time >= '2020-08-22 21:30:00'", nil),
    (
      "select req.id, count(*) from frontier_request req, frontier_response res "
        + "where res.frontier_request_id = req.id group by req.id",
      "select frontier_request_id, count(*) from frontier_response where frontier_request_id is not null "
        + "group by frontier_request_id"
    ),
    ("select * from connection where event like 'end of %'", nil),
    ("select time, count(*) as messages from packet group by time order by time", nil),
    (
      "select kind, path, count(*), sum(length) from decode_issue group by kind, path order by 3 desc",
      "select kind, path, count(*) as rows, sum(length) from decode_issue group by kind, path order by rows desc"
    ),
  ]

  /// Examples that Documentation/Tasks.md names.
  private static let tasks = NanoSpecification.info.program.queries.filter {
    [
      "Representatives by the delay of their votes", "Votes that came again, by representative",
      "The latest telemetry of each node",
    ].contains($0.name)
  }.map { ($0.sql, $0.clickHouse) }
}

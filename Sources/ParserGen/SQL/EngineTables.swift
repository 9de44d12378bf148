/// The tables that the capture engine fills, the same for every protocol.
enum EngineTables {
  typealias Column = (name: String, type: String, doc: String)

  static let tables: [(name: String, doc: String, columns: [Column])] = [
    (
      "run", "A capture or an import, from its start to its end.",
      [
        ("id", "INTEGER PRIMARY KEY", ""), ("kind", "TEXT", "live or import"),
        ("source", "TEXT", "interface or file"),
        ("source_identity", "TEXT", "size and hash of a file: the same in a second import of it"),
        ("continues", "INTEGER", "the run whose connections go on in this one: that of a rotation's file before it"),
        ("filter", "TEXT", "BPF filter, if there was one"),
        (
          "overlaps", "TEXT",
          "which of contradicting bytes that wait for others count, first or last; NULL in older databases, for first"
        ),
        (
          "checksums", "TEXT",
          "what became of segments with a wrong TCP checksum, ignore or drop; NULL in older databases, for ignore"
        ), ("specification", "TEXT", "name of the description"),
        ("spec_fingerprint", "TEXT", "changes whenever the description does"),
        ("started", "TEXT", "UTC"), ("ended", "TEXT", "UTC; NULL while it runs and if it was killed"),
        ("end_reason", "TEXT", "stopped, duration, packets, database size, end of file, cut off, damaged or failed"),
        ("packets", "INTEGER", "packets read"), ("bytes", "INTEGER", "captured bytes read"),
        ("dropped_kernel", "INTEGER", "packets that libpcap or the kernel dropped"),
        ("dropped_queue", "INTEGER", "rows dropped because the database could not keep up"),
      ]
    ),
    (
      "flow", "A TCP connection.",
      [
        ("id", "INTEGER PRIMARY KEY", ""), ("run_id", "INTEGER", ""), ("ipv", "INTEGER", "4 or 6"),
        ("srcip", "TEXT", "the initiator's address"), ("srcport", "INTEGER", ""), ("dstip", "TEXT", ""),
        ("dstport", "INTEGER", ""), ("opened_us", "INTEGER", "µs since 1970-01-01 UTC, packet time"),
        ("closed_us", "INTEGER", "NULL while it is open"),
        ("close_reason", "TEXT", "fin, rst, reuse, evicted, idle or end of capture"),
        ("midstream", "INTEGER", "1 if the capture met it after its start"), ("packets", "INTEGER", ""),
        ("bytes_forward", "INTEGER", "stream bytes from the initiator"),
        ("bytes_backward", "INTEGER", "stream bytes to the initiator"),
        ("lost_bytes", "INTEGER", "stream bytes that are not in the capture, both directions"),
      ]
    ),
    (
      "flow_event", "What happens to a connection besides its messages.",
      [
        ("id", "INTEGER PRIMARY KEY", ""), ("flow_id", "INTEGER", ""),
        ("direction", "INTEGER", "0 from the initiator, 1 to it"), ("time_us", "INTEGER", "packet time"),
        ("event", "TEXT", ""),
      ]
    ),
    (
      "decode_issue", "Bytes that are no message, and messages that violate the description.",
      [
        ("id", "INTEGER PRIMARY KEY", ""), ("flow_id", "INTEGER", ""), ("direction", "INTEGER", ""),
        (
          "message_id", "INTEGER",
          "the message that violates the description, or whose response does; NULL where the bytes are no message"
        ), ("time_us", "INTEGER", "packet time"),
        ("stream_offset", "INTEGER", "place in the direction's stream"), ("length", "INTEGER", "bytes concerned"),
        (
          "kind", "TEXT", "why; gap for bytes that are not in the capture, overlap for bytes that came again and differ"
        ), ("path", "TEXT", "the field, from the root type down"), ("detail", "TEXT", ""),
      ]
    ),
    (
      "message_bytes", "Messages as they were on the wire, if asked for.",
      [("message_id", "INTEGER PRIMARY KEY", ""), ("bytes", "BLOB", "")]
    ),
  ]

  /// The columns of `message` that come before those of the description's root type.
  static let messageColumns: [Column] = [
    ("id", "INTEGER PRIMARY KEY", ""), ("flow_id", "INTEGER", ""),
    ("direction", "INTEGER", "0 from the initiator, 1 to it"),
    ("time_us", "INTEGER", "time of the packet that completes the message, µs since 1970-01-01 UTC"),
    ("stream_offset", "INTEGER", "place in the direction's stream"), ("length", "INTEGER", "bytes"),
    ("content_table", "TEXT", "table of the message's content"), ("content_id", "INTEGER", "its row there"),
  ]

  static let reservedNames = Set(tables.map(\.name) + ["message"])
}

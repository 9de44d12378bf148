/// The tables that the capture engine fills, the same for every protocol, and the columns of `message` that come before
/// those of a description.
///
/// This is the one place where they are defined. What a store makes of them, the numbers by which rows in a `RowBatch`
/// name their columns, and the tables that the compiler checks a description's views against all follow from it. They
/// are here and not with the engine because the compiler must know them, which may not know the engine.
public enum EngineTables {
  /// A capture or an import.
  public static let run = table("run", doc: "A capture or an import, from its start to its end", Run.self)
  /// A connection, or a flow of datagrams.
  public static let flow = table(
    "flow", doc: "A TCP connection, or the UDP datagrams between two endpoints", Flow.self)
  /// Beginnings and ends of connections, gaps, and ends of response streams.
  public static let flowEvent = table(
    "flow_event", doc: "What happens to a connection besides its messages", FlowEvent.self)
  /// What could not be decoded, or should not have been there.
  public static let decodeIssue = table(
    "decode_issue", doc: "Bytes that are no message, and messages that violate the description", DecodeIssue.self)
  /// Messages as bytes.
  public static let messageBytes = table(
    "message_bytes", doc: "Messages as they were on the wire, if asked for", MessageBytes.self)
  /// Which messages answer which.
  public static let messageAnswer = table(
    "message_answer", doc: "Messages that answer others, where the description matches them by a key",
    MessageAnswer.self)

  /// The kind of values that `flow.srcip` and `flow.dstip` have; columns of a description may be of it too.
  public static let addressKind = "address"

  /// All of them, in the order in which a store makes them.
  public static let all = [run, flow, flowEvent, decodeIssue, messageBytes, messageAnswer]

  /// The columns of `message` that come before those of the description's root type.
  public static let messageColumns = Message.allCases.map(\.definition)

  private static func table<Column: EngineColumn>(
    _ name: String, doc: String, _ columns: Column.Type
  ) -> SpecificationInfo.Table {
    SpecificationInfo.Table(name, doc: doc, columns.allCases.map(\.definition))
  }
}

/// A column of one of the engine's tables; its raw value is the number by which a row in a `RowBatch` names it.
public protocol EngineColumn: RawRepresentable<Int>, CaseIterable, Sendable {
  /// The column's name, type and doc.
  var definition: SpecificationInfo.Column { get }
}

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
// What each column holds is said in its definition, which also reaches the database.
extension EngineTables {
  /// The columns of `run`.
  public enum Run: Int, EngineColumn {
    case id, kind, source, identity, continued, filter, overlaps, checksums, specification, fingerprint, started
    case ended, endReason, packets, bytes, droppedByKernel, droppedByQueue

    public var definition: SpecificationInfo.Column {
      switch self {
      case .id: .key("id")
      case .kind: .init("kind", .text, doc: "live or import")
      case .source: .init("source", .text, doc: "interface or file")
      case .identity:
        .init(
          "source_identity", .text, isNullable: true,
          doc: "size and hash of a file: the same in a second import of it")
      case .continued:
        .init(
          "continues", .signed(64), role: .reference(to: "run"), isNullable: true,
          doc: "the run whose connections go on in this one: that of a rotation's file before it, which is another "
            + "database where a live capture rotates")
      case .filter: .init("filter", .text, isNullable: true, doc: "BPF filter, if there was one")
      case .overlaps:
        .init(
          "overlaps", .text, isNullable: true,
          doc: "which of contradicting bytes that wait for others count, first or last; "
            + "NULL in older databases, for first"
        )
      case .checksums:
        .init(
          "checksums", .text, isNullable: true,
          doc: "what became of packets with a wrong checksum of TCP or UDP, ignore or drop; "
            + "NULL in older databases, for ignore")
      case .specification: .init("specification", .text, doc: "name of the description")
      case .fingerprint: .init("spec_fingerprint", .text, doc: "changes whenever the description does")
      case .started: .init("started", .text, doc: "UTC")
      case .ended: .init("ended", .text, isNullable: true, doc: "UTC; NULL while it runs and if it was killed")
      case .endReason:
        .init(
          "end_reason", .text, isNullable: true,
          doc: "stopped, duration, packets, database size, rotated (the capture goes on in another file), end of file, "
            + "cut off, damaged or failed")
      case .packets: .init("packets", .signed(64), isNullable: true, doc: "packets read")
      case .bytes: .init("bytes", .signed(64), isNullable: true, doc: "captured bytes read")
      case .droppedByKernel: .init("dropped_kernel", .signed(64), doc: "packets that libpcap or the kernel dropped")
      case .droppedByQueue:
        .init("dropped_queue", .signed(64), doc: "rows dropped because the database could not keep up")
      }
    }
  }

  /// The columns of `flow`.
  public enum Flow: Int, EngineColumn {
    case id, run, version, initiatorAddress, initiatorPort, responderAddress, responderPort, opened, closed
    case closeReason, isMidstream, packets, bytesForward, bytesBackward, lostBytes, transport, isDetected

    public var definition: SpecificationInfo.Column {
      switch self {
      case .id: .key("id")
      case .run: .init("run_id", .signed(64), role: .reference(to: "run"))
      case .version: .init("ipv", .unsigned(8), doc: "4 or 6")
      case .initiatorAddress: .init("srcip", .text, kinds: [addressKind], doc: "the initiator's address")
      case .initiatorPort: .init("srcport", .unsigned(16))
      case .responderAddress: .init("dstip", .text, kinds: [addressKind])
      case .responderPort: .init("dstport", .unsigned(16))
      case .opened: .init("opened_us", .signed(64), doc: "µs since 1970-01-01 UTC, packet time")
      case .closed: .init("closed_us", .signed(64), isNullable: true, doc: "NULL while it is open")
      case .closeReason:
        .init("close_reason", .text, isNullable: true, doc: "fin, rst, reuse, evicted, idle or end of capture")
      case .isMidstream: .init("midstream", .unsigned(8), doc: "1 if the capture met it after its start")
      case .packets: .init("packets", .signed(64), isNullable: true)
      case .bytesForward:
        .init("bytes_forward", .signed(64), isNullable: true, doc: "stream bytes from the initiator")
      case .bytesBackward:
        .init("bytes_backward", .signed(64), isNullable: true, doc: "stream bytes to the initiator")
      case .lostBytes:
        .init(
          "lost_bytes", .signed(64), isNullable: true,
          doc: "stream bytes that are not in the capture, both directions")
      case .transport:
        .init(
          "transport", .text, isNullable: true,
          doc: "tcp or udp, whose datagrams' payloads are its stream bytes; NULL in older databases, for tcp")
      case .isDetected:
        .init(
          "detected", .unsigned(8), isNullable: true,
          doc: "1 if its bytes told that it is of the protocol, where its ports did not; else NULL")
      }
    }
  }

  /// The columns of `flow_event`.
  public enum FlowEvent: Int, EngineColumn {
    case id, flow, direction, time, event

    public var definition: SpecificationInfo.Column {
      switch self {
      case .id: .key("id")
      case .flow: .init("flow_id", .signed(64), role: .reference(to: "flow"))
      case .direction: .init("direction", .unsigned(8), doc: "0 from the initiator, 1 to it")
      case .time: .init("time_us", .signed(64), doc: "packet time")
      case .event: .init("event", .text)
      }
    }
  }

  /// The columns of `decode_issue`.
  public enum DecodeIssue: Int, EngineColumn {
    case id, flow, direction, message, time, streamOffset, length, kind, path, detail

    public var definition: SpecificationInfo.Column {
      switch self {
      case .id: .key("id")
      case .flow: .init("flow_id", .signed(64), role: .reference(to: "flow"))
      case .direction: .init("direction", .unsigned(8))
      case .message:
        .init(
          "message_id", .signed(64), role: .reference(to: "message"), isNullable: true,
          doc: "the message that violates the description, or whose response does; NULL where the bytes are no message")
      case .time: .init("time_us", .signed(64), doc: "packet time")
      case .streamOffset: .init("stream_offset", .signed(64), doc: "place in the direction's stream")
      case .length: .init("length", .signed(64), doc: "bytes concerned")
      case .kind:
        .init(
          "kind", .text,
          doc: "why; gap for bytes that are not in the capture, overlap for bytes that came again and differ, "
            + "trailing for bytes behind the message of a datagram")
      case .path: .init("path", .text, isNullable: true, doc: "the field, from the root type down")
      case .detail: .init("detail", .text)
      }
    }
  }

  /// The columns of `message_bytes`.
  public enum MessageBytes: Int, EngineColumn {
    case message, bytes

    public var definition: SpecificationInfo.Column {
      switch self {
      case .message: .key("message_id")
      case .bytes: .init("bytes", .blob)
      }
    }
  }

  /// The columns of `message_answer`.
  public enum MessageAnswer: Int, EngineColumn {
    case message, time, request, delay

    public var definition: SpecificationInfo.Column {
      switch self {
      case .message: .key("message_id", doc: "the answer")
      case .time: .init("time_us", .signed(64), doc: "that of the answer, µs since 1970-01-01 UTC")
      case .request:
        .init("request_message_id", .signed(64), role: .reference(to: "message"), doc: "the message that is answered")
      case .delay: .init("delay_us", .signed(64), doc: "µs from the request to its answer")
      }
    }
  }

  /// The first columns of `message`; those of the description's root type follow.
  public enum Message: Int, EngineColumn {
    case id, flow, direction, time, streamOffset, length, contentTable, content

    public var definition: SpecificationInfo.Column {
      switch self {
      case .id: .key("id")
      case .flow: .init("flow_id", .signed(64), role: .reference(to: "flow"))
      case .direction: .init("direction", .unsigned(8), doc: "0 from the initiator, 1 to it")
      case .time:
        .init(
          "time_us", .signed(64), doc: "time of the packet that completes the message, µs since 1970-01-01 UTC")
      case .streamOffset:
        .init(
          "stream_offset", .signed(64),
          doc: "place in the direction's stream; of datagrams, behind the payloads that were sent before")
      case .length: .init("length", .unsigned(32), doc: "bytes")
      case .contentTable:
        .init("content_table", .text, role: .contentTable, isNullable: true, doc: "table of the message's content")
      case .content: .init("content_id", .signed(64), role: .content, isNullable: true, doc: "its row there")
      }
    }
  }
}

extension SpecificationInfo.Column {
  /// The first column of a table.
  fileprivate static func key(_ name: String, doc: String? = nil) -> Self {
    Self(name, .signed(64), role: .key, doc: doc)
  }
}

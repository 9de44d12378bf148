public import ParserRuntime

/// The messages for which conditions hold, as a file: made part by part, as the parts are asked for.
public final class MessageExport {
  /// Bytes of a part, about.
  static let partBytes = 64 << 10

  private var source: any ExportSource

  /// - Parameters:
  ///   - conditions: what must hold for a row of `message`.
  ///   - engine: what the messages' rows are asked from.
  /// - Throws: `QueryError` where a condition is none, or where the store cannot be read.
  public init(
    _ format: ExportFormat, of conditions: [RowCondition], from engine: any QueryEngine,
    as specification: any Specification.Type, _ control: QueryControl = QueryControl()
  ) throws(QueryError) {
    source =
      switch format {
      case .pcap, .pcapng: PacketExport(format, of: conditions, from: engine, as: specification, control)
      case .json, .ndjson:
        try JSONExport(isList: format == .json, of: conditions, from: engine, as: specification, control)
      case .csv: try CSVExport(of: conditions, from: engine, specification.info, control)
      }
  }

  /// The next part of the file; nil at its end.
  /// - Throws: `QueryError` where the store cannot be read, or where a bound is reached; `ExportError` where something of
  ///   the messages is not to be had; `CaptureError` where a capture file cannot be read. What was made before is then a
  ///   part of the file, and good for nothing.
  public func next() throws -> [UInt8]? { try source.next() }
}

// One part at a time is made, by whoever holds it; the store's cursors may go from thread to thread.
extension MessageExport: @unchecked Sendable {}

/// What makes the parts of an export.
protocol ExportSource {
  /// The next part; nil at the end.
  mutating func next() throws -> [UInt8]?
}

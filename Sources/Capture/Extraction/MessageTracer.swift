public import ParserRuntime

/// Shows a message field by field, whatever the protocol.
public struct MessageTracer: Sendable {
  /// What is known of the description besides its parser.
  public let info: SpecificationInfo
  /// What each direction may speak.
  private let formats: [[any MessageFormat.Type]]

  /// - Parameter specification: the description's generated specification.
  public init(_ specification: any Specification.Type) {
    info = specification.info
    formats = (0...1).map { specification.states.formats($0) }
  }

  /// The message's fields, violated constraints, and what failed; then the fields are those before the failure.
  ///
  /// The state that the connection was in is not stored. Of the messages that may be meant, it is the one that takes all
  /// bytes and whose row has most values of the stored one; of several such, one that holds its constraints.
  /// - Parameters:
  ///   - direction: 0 from the connection's initiator, 1 to it.
  ///   - transport: what carried the message.
  ///   - row: what is stored of it in `message`, by column; columns may be missing.
  public func fields(
    of bytes: [UInt8], direction: Int, from transport: Transport, storedAs row: [String: QueryValue] = [:]
  ) -> (fields: FieldTree, issues: [Issue], error: ParseError?) {
    let formats = formats[direction]
    // One format needs no row to be told from others.
    let readings = formats.map { reading(of: bytes, as: $0, from: transport, storedAs: formats.count > 1 ? row : nil) }
    var best = readings[0]
    for reading in readings.dropFirst() where best.rank < reading.rank { best = reading }
    return (best.fields, best.issues, best.error)
  }

  private func reading(
    of bytes: [UInt8], as format: any MessageFormat.Type, from transport: Transport, storedAs row: [String: QueryValue]?
  ) -> Reading {
    let rows = row.map { _ in RowBatch(nextIDs: Array(repeating: 0, count: info.batchTables.count), capacity: 1 << 12) }
    var reading = Reading()
    bytes.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes, isComplete: true)
      reader.isDatagram = transport == .udp
      let envelope = Envelope(flow: 0, direction: 0, time: 0, streamOffset: 0)
      do throws(ParseError) {
        _ = try format.trace(&reader, envelope, tree: &reading.fields, into: rows)
        reading.isWhole = reader.position == bytes.count
      } catch {
        reading.fields.closeAll()
        reading.error = error
      }
      reading.issues = reader.issues
    }
    if let row, let rows { reading.equalColumns = equalColumns(rows, row) }
    return reading
  }

  /// How many columns of `message` that were just written have the stored value.
  private func equalColumns(_ rows: RowBatch, _ stored: [String: QueryValue]) -> Int {
    let columns = info.tables[0].columns
    var count = 0
    rows.forEachRow { table, values in
      guard table == 0 else { return }
      while let (column, value) = values.next() {
        if let known = stored[columns[column].name], QueryValue(value) == known { count += 1 }
      }
    }
    return count
  }
}

/// What a message is in one of the formats that may be meant.
private struct Reading {
  var fields = FieldTree()
  var issues: [Issue] = []
  var error: ParseError?
  /// Whether it takes all bytes.
  var isWhole = false
  /// Columns of `message` that have the stored value.
  var equalColumns = 0

  /// The greatest is what is meant.
  var rank: (Int, Int, Int) { isWhole ? (1, equalColumns, issues.isEmpty ? 1 : 0) : (0, 0, 0) }
}

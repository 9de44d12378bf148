import ParserRuntime

/// Tells messages in a line that are there as bytes, by the rows that would be stored of them.
struct MessageSummarizer {
  private let columns: SummaryColumns
  private let evaluation: SummaryEvaluation
  /// What each direction may speak.
  private let formats: [[any MessageFormat.Type]]
  private var batch: RowBatch

  /// - Parameter specification: what messages are parsed with.
  init(_ specification: any Specification.Type) {
    let info = specification.info
    columns = SummaryColumns(info)
    evaluation = SummaryEvaluation(info)
    formats = (0...1).map { specification.states.formats($0) }
    batch = RowBatch(nextIDs: .unused(for: info))
  }

  /// The line of a message; nil where the bytes are none, or where there is nothing to be told.
  ///
  /// As where fields are shown, the first format counts that takes all bytes and holds its constraints.
  /// - Parameters:
  ///   - direction: 0 from the connection's initiator, 1 to it.
  ///   - transport: what carried the message.
  mutating func line(of bytes: [UInt8], direction: Int, from transport: Transport) -> String? {
    let envelope = Envelope(flow: 0, direction: direction, time: 0, streamOffset: 0)
    var fallback: String?
    for format in formats[direction] {
      batch.restart(after: batch)
      let (id, isValid) = bytes.withUnsafeBytes { bytes -> (Int64?, Bool) in
        var reader = ByteReader(bytes, isComplete: true)
        reader.isDatagram = transport == .udp
        guard let message = try? format.decode(&reader, envelope, into: batch), reader.position == bytes.count else {
          return (nil, false)
        }
        return (message.id, reader.issues.isEmpty)
      }
      guard let id else { continue }
      let line = evaluation.line(of: id, in: rows(of: id))
      if isValid { return line }
      fallback = fallback ?? line
    }
    return fallback
  }

  private func rows(of message: Int64) -> SummaryRows {
    var rows = SummaryRows(columns)
    batch.forEachRow { table, values in
      guard let wanted = columns.columns[table] else { return }
      var row = SummaryRow(table: table)
      var id: Int64 = 0
      while let (column, value) = values.next() {
        if column == 0, case .integer(let key) = value { id = key }
        if wanted.contains(column) { row.values[column] = QueryValue(value) }
      }
      rows.add(row, SummaryRows.Key(table: table, message: message, id: id))
    }
    return rows
  }
}

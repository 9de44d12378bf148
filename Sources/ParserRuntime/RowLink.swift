/// Where a row belongs: the message, and the row that contains it.
public struct RowLink: Sendable {
  /// `packet_id`: the message, or for a response stream the request.
  public var message: Int64
  /// The column that names the containing row, and that row's id.
  public var parent: (column: Int, id: Int64)?
  /// The column for the place in a repetition, and the place, from 0.
  public var position: (column: Int, value: Int)?

  /// - Parameters:
  ///   - message: the id of the message, or for a response stream of the request.
  ///   - parent: the column that names the containing row, and that row's id; nil where there is none.
  ///   - position: the column for the place in a repetition, and the place, from 0; nil where there is none.
  @inlinable
  public init(message: Int64, parent: (column: Int, id: Int64)? = nil, position: (column: Int, value: Int)? = nil) {
    self.message = message
    self.parent = parent
    self.position = position
  }
}

/// A row that has been written.
public struct RowReference: Sendable {
  /// The table's number in `SpecificationInfo.tables`.
  public var table: Int
  /// The row's id.
  public var id: Int64

  /// - Parameter table: the table's number in `SpecificationInfo.tables`.
  @inlinable
  public init(table: Int, id: Int64) {
    self.table = table
    self.id = id
  }
}

extension RowBatch {
  /// Begins a row and writes the columns that link it to its message and its parent.
  @inlinable
  public func begin(table: Int, id: Int64, link: RowLink) -> RowWriter {
    var row = begin(table: table, id: id)
    row.integer(1, link.message)
    if let parent = link.parent { row.integer(parent.column, parent.id) }
    if let position = link.position { row.integer(position.column, position.value) }
    return row
  }
}

/// A whole result, as its rows were read.
///
/// `@unchecked Sendable`: nothing of it changes, neither its values nor the copies that they point to, which nobody else has.
final class RecordedAnswer: @unchecked Sendable {
  let columns: [String]
  let isTruncated: Bool
  /// Those of all rows, one behind the other.
  private let values: [BorrowedValue]
  private let copies: ValueCopies

  fileprivate init(columns: [String], isTruncated: Bool, values: [BorrowedValue], copies: ValueCopies) {
    self.columns = columns
    self.isTruncated = isTruncated
    self.values = values
    self.copies = copies
  }

  /// Bytes of memory, about.
  var size: Int { Self.size(values, copies) }

  fileprivate static func size(_ values: [BorrowedValue], _ copies: ValueCopies) -> Int {
    values.capacity * MemoryLayout<BorrowedValue>.stride + copies.byteCount + 256
  }

  fileprivate var rowCount: Int { columns.isEmpty ? 0 : values.count / columns.count }

  fileprivate func borrowed(_ row: Int, _ column: Int) -> BorrowedValue { values[row * columns.count + column] }
}

/// Reads a result that was recorded.
///
/// `@unchecked Sendable`: it may go from thread to thread, one at a time; whoever has it sees to that.
final class AnswerCursor: ResultCursor, @unchecked Sendable {
  private let answer: RecordedAnswer
  private var row = -1

  init(_ answer: RecordedAnswer) { self.answer = answer }

  var columns: [String] { answer.columns }
  var isTruncated: Bool { answer.isTruncated && row >= answer.rowCount }

  func step() -> Bool {
    row = min(row + 1, answer.rowCount)
    return row < answer.rowCount
  }

  func borrowed(_ column: Int) -> BorrowedValue { answer.borrowed(row, column) }
}

/// Records a result while it is read.
///
/// `@unchecked Sendable`: it may go from thread to thread, one at a time; whoever has it sees to that.
final class RecordingCursor: ResultCursor, @unchecked Sendable {
  private let rows: any ResultCursor
  private let maximumSize: Int
  private var whenComplete: ((RecordedAnswer) -> Void)?
  private var values: [BorrowedValue] = []
  private var copies = ValueCopies()

  /// - Parameters:
  ///   - rows: the result.
  ///   - maximumSize: in bytes; of a result that is larger nothing is kept.
  ///   - whenComplete: called with the whole result once all of it has been read.
  init(_ rows: any ResultCursor, maximumSize: Int, whenComplete: @escaping (RecordedAnswer) -> Void) {
    self.rows = rows
    self.maximumSize = maximumSize
    self.whenComplete = whenComplete
  }

  var columns: [String] { rows.columns }
  var isTruncated: Bool { rows.isTruncated }

  func step() throws(QueryError) -> Bool {
    let hasRow = try rows.step()
    guard let whenComplete else { return hasRow }
    if hasRow {
      for column in columns.indices { values.append(copies.copy(rows.borrowed(column))) }
      if RecordedAnswer.size(values, copies) > maximumSize { forget() }
    } else {
      whenComplete(RecordedAnswer(columns: columns, isTruncated: isTruncated, values: values, copies: copies))
      forget()
    }
    return hasRow
  }

  func borrowed(_ column: Int) -> BorrowedValue { rows.borrowed(column) }

  private func forget() {
    whenComplete = nil
    (values, copies) = ([], ValueCopies())
  }
}

/// A whole result, as its rows were read.
///
/// `@unchecked Sendable`: nothing of it changes.
final class RecordedAnswer: @unchecked Sendable {
  fileprivate enum Value {
    case null
    case integer(Int64)
    case real(Double)
    /// Where its bytes are.
    case text(Range<Int>)
    case blob(Range<Int>)
  }

  let columns: [String]
  let isTruncated: Bool
  /// Those of all rows, one behind the other.
  private let values: [Value]
  private let bytes: UnsafeMutableRawBufferPointer

  fileprivate init(columns: [String], isTruncated: Bool, values: [Value], bytes: [UInt8]) {
    self.columns = columns
    self.isTruncated = isTruncated
    self.values = values
    self.bytes = .allocate(byteCount: bytes.count, alignment: 1)
    self.bytes.copyBytes(from: bytes)
  }

  deinit { bytes.deallocate() }

  /// Bytes of memory, about.
  var size: Int { Self.size(values.count, bytes.count) }
  fileprivate static func size(_ values: Int, _ bytes: Int) -> Int { values * MemoryLayout<Value>.stride + bytes + 256 }

  fileprivate var rowCount: Int { columns.isEmpty ? 0 : values.count / columns.count }

  fileprivate func borrowed(_ row: Int, _ column: Int) -> BorrowedValue {
    switch values[row * columns.count + column] {
    case .null: .null
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    case .text(let place): .text(UnsafeRawBufferPointer(rebasing: bytes[place]))
    case .blob(let place): .blob(UnsafeRawBufferPointer(rebasing: bytes[place]))
    }
  }
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
  private var values: [RecordedAnswer.Value] = []
  private var bytes: [UInt8] = []

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
      for column in columns.indices { record(rows.borrowed(column)) }
      if RecordedAnswer.size(values.count, bytes.count) > maximumSize { forget() }
    } else {
      whenComplete(
        RecordedAnswer(columns: columns, isTruncated: isTruncated, values: values, bytes: bytes))
      forget()
    }
    return hasRow
  }

  func borrowed(_ column: Int) -> BorrowedValue { rows.borrowed(column) }

  private func record(_ value: BorrowedValue) {
    func place(_ new: UnsafeRawBufferPointer) -> Range<Int> {
      bytes.append(contentsOf: new)
      return bytes.count - new.count..<bytes.count
    }
    switch value {
    case .null: values.append(.null)
    case .integer(let value): values.append(.integer(value))
    case .real(let value): values.append(.real(value))
    case .text(let bytes): values.append(.text(place(bytes)))
    case .blob(let bytes): values.append(.blob(place(bytes)))
    }
  }

  private func forget() {
    whenComplete = nil
    (values, bytes) = ([], [])
  }
}

import Capture
import Foundation
import NIOCore

/// A query's result, read row by row while the server still makes it: lines of values with tabs between them, behind one of
/// names and one of types (TabSeparatedWithNamesAndTypes).
///
/// `@unchecked Sendable`: it may go from thread to thread, one at a time; whoever has it sees to that.
final class ClickHouseCursor: ResultCursor, @unchecked Sendable {
  let columns: [String]
  private(set) var isTruncated = false

  private let query: RunningQuery
  private let lines: ResultLines
  private let types: [ResultType]
  private let limits: QueryLimits
  /// Where the values of the row lie; nil for NULL.
  private var fields: [UnsafeRawBufferPointer?] = []
  private var rowCount = 0
  private var byteCount = 0

  /// Waits for the result's beginning.
  /// - Parameter binary: columns whose values are bytes and no text.
  init(_ query: RunningQuery, binary: Set<String>) throws(QueryError) {
    self.query = query
    limits = query.control.limits
    let answer = try query.begin()
    lines = ResultLines(answer)
    var heads: [[String]] = []
    do throws(ClickHouseFailure) {
      for _ in 0..<2 {
        guard let line = try lines.next() else { throw .strange(status: 200, text: "the result has no columns") }
        if let failure = Self.failure(line, "") { throw failure }
        heads.append(Self.names(line))
      }
    } catch {
      throw query.error(error)
    }
    columns = heads[0]
    types = zip(heads[0], heads[1]).map { binary.contains($0) ? .binary : ResultType($1[...]) }
    fields.reserveCapacity(columns.count)
  }

  deinit { query.end() }

  func step() throws(QueryError) -> Bool {
    guard !isTruncated else { return false }
    try query.check()
    do throws(ClickHouseFailure) {
      guard let line = try lines.next() else {
        query.isOver = true
        return false
      }
      guard rowCount < limits.rows ?? .max else {
        // What comes may be the reason why nothing more does.
        if let failure = try failure(line) { throw failure }
        isTruncated = true
        // Whoever has the cursor may keep it for long.
        query.end()
        return false
      }
      let lineBytes = line.count
      if line.starts(with: "Code: ".utf8) || line.last == 0x0D, let failure = try failure(line) { throw failure }
      fields.removeAll(keepingCapacity: true)
      split(line)
      guard fields.count == columns.count else {
        throw .strange(status: 200, text: "a row of \(fields.count) values instead of \(columns.count)")
      }
      rowCount += 1
      byteCount += lineBytes
    } catch {
      throw query.error(error)
    }
    guard byteCount <= limits.bytes ?? .max else {
      throw QueryError(
        .limit, "the result has more than \(limits.bytes ?? 0) bytes; ask for fewer rows or columns, or download it")
    }
    return true
  }

  func borrowed(_ column: Int) -> BorrowedValue {
    guard let bytes = fields[column] else { return .null }
    switch types[column] {
    case .text, .list: return Self.text(bytes)
    case .binary: return .blob(bytes)
    case .integer:
      let text = String(decoding: bytes, as: UTF8.self)
      // Some of 64 bits without a sign do not fit.
      return Int64(text).map { .integer($0) } ?? .text(bytes)
    case .boolean: return .integer(bytes.elementsEqual("true".utf8) ? 1 : 0)
    case .real:
      // What is no number is none in other stores either.
      guard let value = Double(String(decoding: bytes, as: UTF8.self)), !value.isNaN else { return .null }
      return .real(value)
    }
  }

  /// What is no UTF-8 is no text, whatever the server says.
  private static func text(_ bytes: UnsafeRawBufferPointer) -> BorrowedValue {
    let isText = !bytes.contains { $0 >= 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    return isText ? .text(bytes) : .blob(bytes)
  }

  // MARK: Lines

  /// The exception that a line begins with, where something went wrong after the answer had begun. Values cannot look like
  /// it, but for the only one of a row, and that is a row if more rows follow.
  private func failure(_ line: UnsafeMutableRawBufferPointer) throws(ClickHouseFailure) -> ClickHouseFailure? {
    if line.last != 0x0D {
      guard columns.count > 1 ? !line.contains(0x09) : try lines.isLast() else { return nil }
    }
    let start = String(decoding: line, as: UTF8.self)
    return Self.failure(line, line.last == 0x0D ? start + "\n" + (try lines.rest(1 << 16)) : start)
  }

  /// - Parameter text: the line with what follows, if that may belong to it.
  private static func failure(_ line: UnsafeMutableRawBufferPointer, _ text: String) -> ClickHouseFailure? {
    let text = text.isEmpty ? String(decoding: line, as: UTF8.self) : text
    guard text.contains("DB::Exception") else { return nil }
    // Servers of today have something before it, with ends of lines that no value has.
    if line.last == 0x0D, let start = text.firstRange(of: "Code: ") {
      return ClickHouseFailure(exceptionText: text[start.lowerBound...])
    }
    return ClickHouseFailure(exceptionText: text)
  }

  /// The texts of a line of names or types.
  private static func names(_ line: UnsafeMutableRawBufferPointer) -> [String] {
    var fields: [UnsafeRawBufferPointer?] = []
    split(line, [], into: &fields)
    return fields.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "" }
  }

  private func split(_ line: UnsafeMutableRawBufferPointer) { Self.split(line, types, into: &fields) }

  /// Finds the values of a line, and takes the escapes out of them where they lie.
  private static func split(
    _ line: UnsafeMutableRawBufferPointer, _ types: [ResultType], into fields: inout [UnsafeRawBufferPointer?]
  ) {
    guard let base = line.baseAddress else { return }
    var (read, write, start) = (0, 0, 0)
    var isNull = false
    func close() {
      fields.append(isNull ? nil : UnsafeRawBufferPointer(start: base + start, count: write - start))
    }
    while read < line.count {
      let byte = line[read]
      read += 1
      switch byte {
      case 0x09:
        close()
        (start, write, isNull) = (read, read, false)
      // What is in a list is a literal with escapes of its own.
      case UInt8(ascii: "\\") where read < line.count && !(fields.count < types.count && types[fields.count] == .list):
        let escape = line[read]
        read += 1
        if escape == UInt8(ascii: "N") { isNull = true }
        line[write] = unescaped(escape)
        write += 1
      default:
        if write != read - 1 { line[write] = byte }
        write += 1
      }
    }
    close()
  }

  private static func unescaped(_ escape: UInt8) -> UInt8 {
    switch escape {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "0"): 0
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "v"): 0x0B
    default: escape
    }
  }
}

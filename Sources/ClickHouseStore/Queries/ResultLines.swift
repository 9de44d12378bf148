import Foundation
import NIOCore

/// Splits an answer into lines, which lie in memory one after another; those that were read make room for new ones.
final class ResultLines {
  private let answer: ClickHouseAnswer
  private var memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 8)
  private var capacity = 1 << 16
  /// Behind the last line that was read.
  private var start = 0
  private var end = 0
  private(set) var isAtEnd = false

  init(_ answer: ClickHouseAnswer) { self.answer = answer }

  deinit { memory.deallocate() }

  /// The next line without its end, valid until the next call; nil behind the last.
  func next() throws(ClickHouseFailure) -> UnsafeMutableRawBufferPointer? {
    var searched = start
    while true {
      if let found = newline(from: searched) {
        defer { start = found + 1 }
        return UnsafeMutableRawBufferPointer(start: memory + start, count: found - start)
      }
      searched = end - start
      guard try fill() else { break }
      searched += start
    }
    guard start < end else { return nil }
    defer { start = end }
    return UnsafeMutableRawBufferPointer(start: memory + start, count: end - start)
  }

  /// All that comes behind the last line, up to so many bytes; for the text of an exception.
  func rest(_ limit: Int) throws(ClickHouseFailure) -> String {
    while end - start < limit, try fill() {}
    return String(
      decoding: UnsafeRawBufferPointer(start: memory + start, count: min(limit, end - start)), as: UTF8.self)
  }

  /// Whether nothing comes behind the last line; what there is is kept.
  func isLast() throws(ClickHouseFailure) -> Bool {
    while start == end {
      guard try fill() else { return true }
    }
    return false
  }

  private func newline(from: Int) -> Int? {
    memchr(memory + from, 0x0A, end - from).map { UnsafeRawPointer($0) - UnsafeRawPointer(memory) }
  }

  /// Reads on.
  /// - Returns: false at the answer's end.
  private func fill() throws(ClickHouseFailure) -> Bool {
    guard !isAtEnd, let part = try answer.next() else {
      isAtEnd = true
      return false
    }
    if capacity - end < part.readableBytes { makeRoom(part.readableBytes) }
    part.withUnsafeReadableBytes { bytes in
      if let base = bytes.baseAddress { (memory + end).copyMemory(from: base, byteCount: bytes.count) }
    }
    end += part.readableBytes
    return true
  }

  private func makeRoom(_ count: Int) {
    let used = end - start
    if capacity < used + count {
      let larger = max(capacity * 2, used + count)
      let grown = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
      grown.copyMemory(from: memory + start, byteCount: used)
      memory.deallocate()
      (memory, capacity) = (grown, larger)
    } else {
      memory.copyMemory(from: memory + start, byteCount: used)
    }
    (start, end) = (0, used)
  }
}

import NanoParser
import ParserRuntime

/// Parses a buffer of messages over and over, on one core, into values that are thrown away.
struct ParserBenchmark {
  private let buffer: [UInt8]
  private let count: Int

  private let name: String

  /// - Parameter kind: the kind of all messages; nil for the live mix.
  init(_ kind: Messages.Kind? = nil, megabytes: Int = 16) {
    name = "parser, \(kind?.rawValue ?? "live mix")"
    var messages = Messages(kind)
    var buffer: [UInt8] = []
    var count = 0
    while buffer.count < megabytes * 1_000_000 {
      buffer += messages.next()
      count += 1
    }
    (self.buffer, self.count) = (buffer, count)
  }

  func run() -> Measurement {
    Measurement(
      name, unit: "million messages/s", scale: 1e6, against: "by hand", { parse(generated) }
    ) { parse(handWritten) }
  }

  private func parse(_ message: (UnsafeRawBufferPointer) -> Int) -> Int {
    buffer.withUnsafeBytes { bytes in
      var (place, parsed) = (0, 0)
      while place < bytes.count {
        place += message(UnsafeRawBufferPointer(rebasing: bytes[place...]))
        parsed += 1
      }
      precondition(parsed == count, "\(parsed) of \(count) messages parsed")
      return parsed
    }
  }

  private func generated(_ bytes: UnsafeRawBufferPointer) -> Int {
    var reader = ByteReader(bytes, isComplete: true)
    guard let message = try? Nano(from: &reader) else { return bytes.count }
    keep(message)
    return reader.position
  }

  private func handWritten(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let message = HandWrittenMessage.parse(bytes) else { return bytes.count }
    keep(message)
    return message.length
  }

  /// Takes a value for used, so that making it is not optimized away. It is told where the value is, since a value that
  /// is passed on is copied.
  private func keep<Value>(_ value: borrowing Value) {
    withUnsafeBytes(of: value) { use($0.baseAddress) }
  }

  @inline(never) @_optimize(none)
  private func use(_ place: UnsafeRawPointer?) {}
}

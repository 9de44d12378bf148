import NanoParser
import ParserRuntime

/// Parses a buffer of messages over and over, on one core, into values that are thrown away.
struct ParserBenchmark {
  private static let rounds = 7

  func run() {
    var messages = Messages()
    var buffer: [UInt8] = []
    var count = 0
    while buffer.count < 32_000_000 {
      buffer += messages.next()
      count += 1
    }
    let times = (0..<Self.rounds).map { _ in
      let start = ContinuousClock.now
      let parsed = parse(buffer)
      precondition(parsed == count, "\(parsed) of \(count) messages parsed")
      let time = start.duration(to: .now)
      return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }.sorted()
    let median = times[Self.rounds / 2]
    print(
      "parser: \(rounded(Double(count) / median / 1e6)) million messages/s, \(Int(Double(buffer.count) / median / 1e6)) MB/s (median of \(Self.rounds))"
    )
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  private func parse(_ buffer: [UInt8]) -> Int {
    buffer.withUnsafeBytes { bytes in
      var place = 0
      var count = 0
      while place < bytes.count {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[place...]), isComplete: true)
        guard (try? Nano(from: &reader)) != nil else { break }
        place += reader.position
        count += 1
      }
      return count
    }
  }
}

import AllocationCounting
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// What a message costs in allocations, which are most of the time where there are any. These are figures of a debug
/// build; where they fall, so should the bounds.
@Suite struct AllocationTests {
  /// Allocations of this thread in the course of `body`, once it has run before.
  private func allocations(_ body: () throws -> Void) rethrows -> Int {
    try body()
    let before = allocation_count()
    try body()
    return allocation_count() - before
  }

  private static func message(_ type: UInt8, _ extensions: UInt16, _ length: Int) -> [UInt8] {
    [0x52, 0x43, 19, 19, 18, type, UInt8(extensions & 0xFF), UInt8(extensions >> 8)]
      + (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  }

  /// A request for frontiers, a state block, telemetry, and a vote for two hashes.
  private static let frontiers = message(8, 0, 40)
  private static let block = message(3, 0x600, 216)
  private static let telemetry = message(13, 202, 202)
  private static let vote = message(5, 2 << 12 | 0x100, 104 + 64)

  private func parse(_ bytes: [UInt8]) throws -> Int {
    try bytes.withUnsafeBytes { bytes in
      try allocations {
        var reader = ByteReader(bytes, isComplete: true)
        _ = try Nano(from: &reader)
      }
    }
  }

  @Test func `counting counts`() {
    let made = allocations { for _ in 0..<10 { _ = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8) } }
    #expect(made == 10)
  }

  /// Memory for what is too large to be handed on by copies, and for a list.
  @Test func `a small message is parsed without an allocation, a large one with one, a list with one more`() throws {
    #expect(try parse(Self.frontiers) == 0)
    #expect(try parse(Self.block) == 1)
    #expect(try parse(Self.telemetry) == 1)
    #expect(try parse(Self.vote) == 2)
  }

  /// Allocations from a message's bytes to its rows, or to an observer.
  private func decode(_ message: [UInt8], _ observer: (any DecodingObserver)? = nil) -> Double {
    var spare: RowBatch?
    let output = DecodingOutput(
      nextIDs: .unused(for: NanoSpecification.info), specification: NanoSpecification.self, observer: observer,
      spare: { spare }, handOn: { spare = $0 })
    let decoder = StreamDecoder(flow: 1, output: output)
    let count = 1000
    let made = message.withUnsafeBytes { bytes in
      allocations {
        for _ in 0..<count {
          decoder.receive(StreamBytes(bytes: bytes, direction: 0, time: 1, acknowledged: nil, frame: 1))
        }
      }
    }
    #expect(output.counts.messages.total == 2 * count && output.counts.issues == 0)
    return Double(made) / Double(count)
  }

  @Test(arguments: [("publish", block, 2.0), ("telemetry_ack", telemetry, 3), ("confirm_ack", vote, 3)])
  func `decoding a message and writing its rows allocates no more than`(
    _ name: String, _ message: [UInt8], _ bound: Double
  ) {
    let made = decode(message)
    #expect(made <= bound + 0.01, "\(name): \(made)")
  }

  @Test(arguments: [("publish", block, 83.0), ("telemetry_ack", telemetry, 83), ("confirm_ack", vote, 65)])
  func `watching a message and counting its fields allocates no more than`(
    _ name: String, _ message: [UInt8], _ bound: Double
  ) {
    let watcher = TrafficWatcher(NanoSpecification.info.outline, canBegin: NanoSpecification.canBegin)
    let made = decode(message, watcher)
    #expect(watcher.totals.messages == 2000 && watcher.totals.unreadBytes == 0)
    #expect(made <= bound + 0.01, "\(name): \(made)")
  }
}

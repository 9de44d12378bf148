import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Sequence numbers that jump, and connections met in their middle.
@Suite struct JumpTests {
  @Test(arguments: [(1000, 16_000), (1000, 65_535), (16_384, 1), (16_384, 16_384), (65_535, 65_535), (1, 16_384)])
  func `large segments that nobody acknowledges are delivered, and compared`(first: Int, second: Int) {
    let end = first + second
    var other = data(end - 10..<end)
    other.bytes = other.bytes.map { $0 ^ 0xFF }
    let run = TableRun(Connection.handshake + [data(0..<first), data(first..<end), other])
    #expect(run.recorders[0].bytes[0] == bytes(0..<end))
    #expect(run.recorders[0].log.contains { $0.hasPrefix("0!") && $0.hasSuffix("..<\(end)") })
  }

  @Test(arguments: [1, 2, 3, 4]) func `what follows a jump ahead comes out, however little it is`(count: Int) {
    let far = 100_000_000
    let packets = (0..<count).map { data(far + $0 * 10..<far + $0 * 10 + 10) }
    let run = TableRun(Connection.handshake + [data(0..<10)] + packets)
    #expect(run.recorders.count == 1 && run.recorders[0].bytes[0].count == 10 + count * 10)
    #expect(run.recorders[0].log.contains("0-\(far - 10)"))
  }

  @Test func `segments behind any window are another connection once three agree, and told until then`() {
    let far = -100_000_000
    func run(_ count: Int) -> TableRun {
      TableRun(Connection.handshake + [data(0..<10)] + (0..<count).map { data(far + $0 * 10..<far + $0 * 10 + 10) })
    }
    let few = run(2)
    #expect(few.recorders.count == 1 && few.recorders[0].log.filter { $0 == "0?10" }.count == 2)
    let enough = run(3)
    #expect(enough.recorders.count == 2 && enough.closed.map(\.reason) == [.reuse, .endOfCapture])
    #expect(enough.recorders[1].bytes[0] == bytes(far..<far + 30))
  }

  @Test func `another connection among the first segments of one met in its middle keeps all of its own`() {
    let far = -300_000_000
    let other = (0..<6).map { data(far + $0 * 10..<far + $0 * 10 + 10) }
    let run = TableRun([data(0..<10), data(10..<20)] + other)
    #expect(run.recorders.map { $0.bytes[0] } == [bytes(0..<20), bytes(far..<far + 60)])
  }

  @Test func `ports used again without a SYN after the end are another connection`() {
    let far = 300_000_000
    let end = [
      Packet(direction: 0, offset: 10, flags: [.fin, .ack]),
      Packet(direction: 1, offset: 0, flags: [.fin, .ack], acknowledged: 11),
    ]
    let again = (0..<3).map { data(far + $0 * 10..<far + $0 * 10 + 10) }
    let run = TableRun(Connection.handshake + [data(0..<10)] + end + again)
    #expect(run.recorders.map { $0.bytes[0].count } == [10, 30])
    #expect(run.closed.map(\.reason) == [.fin, .endOfCapture])
  }

  @Test(arguments: 0..<50) func `the first segments of a connection met in its middle may come in any order`(
    round: Int
  ) {
    let packets = [
      data(100..<150, acknowledged: 700), data(700..<760, 1, acknowledged: 150), data(150..<180, acknowledged: 760),
      data(180..<200, acknowledged: 760), data(760..<800, 1, acknowledged: 200),
    ]
    let run = TableRun(packets.shuffled())
    #expect(run.recorders[0].bytes == [bytes(100..<200), bytes(700..<800)] && run.closed[0].lost == 0)
  }
}

import Testing

@testable import Capture

private typealias Packet = Connection.Packet

@Suite struct ReassemblyTests {
  @Test func `segments in order are delivered as they come`() {
    let run = TableRun(Connection.handshake + [data(0..<10), data(10..<30)])
    #expect(run.recorders[0].log == ["0+10", "0+20", "0.", "1."])
  }

  @Test func `segments out of order wait, and have the time at which the hole was filled`() {
    let run = TableRun(
      Connection.handshake + [
        data(10..<20, time: 5), data(20..<30, time: 6), data(0..<10, time: 7), data(30..<31, time: 9),
      ])
    #expect(run.recorders[0].bytes[0] == bytes(0..<31))
    #expect(run.recorders[0].times == [7, 7, 7, 9])
  }

  @Test func `duplicates and overlaps add nothing, and of different bytes the first to arrive win`() {
    var other = data(5..<15)
    other.bytes = [UInt8](repeating: 0xEE, count: 10)
    let run = TableRun(Connection.handshake + [data(0..<10), data(0..<10), other, data(3..<20), data(8..<12)])
    #expect(run.recorders[0].bytes[0] == bytes(0..<10) + [UInt8](repeating: 0xEE, count: 5) + bytes(15..<20))
  }

  @Test func `overlapping segments out of order fit together`() {
    var middle = data(10..<20)
    middle.bytes = [UInt8](repeating: 0xEE, count: 10)
    let run = TableRun(Connection.handshake + [middle, data(5..<25), data(22..<30), data(0..<7)])
    #expect(run.recorders[0].bytes[0] == bytes(0..<10) + [UInt8](repeating: 0xEE, count: 10) + bytes(20..<30))
  }

  @Test func `sequence numbers wrap around`() {
    let connection = Connection(isn: [UInt32.max - 5, UInt32.max])
    let run = TableRun(Connection.handshake + [data(10..<20), data(0..<10), data(0..<8, 1)], connection)
    #expect(run.recorders[0].bytes == [bytes(0..<20), bytes(0..<8)])
  }

  @Test func `an answer is delivered after what it answers, whatever the order in the capture`() {
    let run = TableRun(Connection.handshake + [data(0..<50, 1, acknowledged: 20), data(0..<20)])
    #expect(run.recorders[0].log.prefix(2) == ["0+20", "1+50"] && run.recorders[0].isCausal)
  }

  @Test func `retransmissions that seem to wait for each other do not block`() {
    let run = TableRun(
      Connection.handshake + [data(0..<10, acknowledged: 10), data(0..<10, 1, acknowledged: 10)], finish: false)
    #expect(run.recorders[0].bytes == [bytes(0..<10), bytes(0..<10)])
  }

  @Test func `a hole that the peer has acknowledged is given up after a while, with its exact length`() {
    let acknowledgments = (0..<70).map { _ in Packet(direction: 1, offset: 0, acknowledged: 30) }
    let run = TableRun(Connection.handshake + [data(0..<10), data(15..<30)] + acknowledgments, finish: false)
    #expect(run.recorders[0].log == ["0+10", "0-5", "0+15"])
  }

  @Test func `a hole that is filled late is no loss`() {
    let acknowledgments = (0..<30).map { _ in Packet(direction: 1, offset: 0, acknowledged: 30) }
    let run = TableRun(Connection.handshake + [data(15..<30)] + acknowledgments + [data(0..<15)])
    #expect(run.recorders[0].bytes[0] == bytes(0..<30) && run.closed[0].lost == 0)
  }

  @Test func `a hole at the end of the capture is a loss`() {
    let run = TableRun(Connection.handshake + [data(0..<10), data(20..<30)])
    #expect(run.recorders[0].log == ["0+10", "0-10", "0+10", "0.", "1."])
    #expect(run.closed[0].reason == .endOfCapture && run.closed[0].lost == 10)
  }

  @Test func `FIN ends a direction once all before it is there, and the connection once both have`() {
    let fin = Packet(direction: 0, offset: 20, flags: [.fin, .ack])
    let run = TableRun(
      Connection.handshake + [fin, data(10..<20), data(0..<10), data(0..<5, 1, acknowledged: 21)]
        + [
          Packet(direction: 1, offset: 5, flags: [.fin, .ack], acknowledged: 21),
          Packet(direction: 0, offset: 21, acknowledged: 6),
        ],
      finish: false)
    #expect(run.recorders.count == 1)
    #expect(run.recorders[0].log == ["0+10", "0+10", "0.", "1+5", "1."])
    #expect(run.closed.map(\.reason) == [.fin])
  }

  @Test func `RST ends both directions, after data that it overtook`() {
    let rst = Packet(direction: 0, offset: 20, flags: .rst)
    let run = TableRun(Connection.handshake + [data(0..<10), rst, data(10..<20)], finish: false)
    #expect(run.recorders[0].log == ["0+10", "0+10", "0.", "1."])
    #expect(run.closed.map(\.reason) == [.rst])
  }

  @Test func `a new SYN on the same ports is another connection`() {
    var again = Connection.handshake
    for index in again.indices { again[index].offset += 500_000 }
    var more = data(0..<10)
    more.offset += 500_000
    let run = TableRun(Connection.handshake + [data(0..<10)] + again + [more])
    #expect(run.recorders.map { $0.bytes[0] } == [bytes(0..<10), bytes(0..<10)])
    #expect(run.closed.map(\.reason) == [.reuse, .endOfCapture])
  }

  @Test func `a SYN that is sent again is none`() {
    let run = TableRun([Connection.handshake[0]] + Connection.handshake + [data(0..<10)])
    #expect(run.recorders.count == 1 && run.recorders[0].bytes[0] == bytes(0..<10))
  }

  @Test func `late segments of a closed connection are no new one`() {
    let end = [
      Packet(direction: 0, offset: 10, flags: [.fin, .ack]),
      Packet(direction: 1, offset: 0, flags: [.fin, .ack], acknowledged: 11),
    ]
    let run = TableRun(Connection.handshake + [data(0..<10)] + end + [data(0..<10), Packet(direction: 0, offset: 11)])
    #expect(run.recorders.count == 1 && run.closed.count == 1)
  }

  @Test func `a connection met in its middle begins with the first byte, initiated from the port that is no service`() {
    let run = TableRun([data(700..<710, 1, acknowledged: 40), data(40..<60), data(710..<720, 1, acknowledged: 60)])
    #expect(run.isMidstream == [true] && run.initiators == [Connection.client])
    #expect(run.recorders[0].bytes == [bytes(40..<60), bytes(700..<720)])
  }

  @Test func `a segment far outside of any window is told, and the stream goes on without it`() {
    var far = data(0..<10)
    far.offset = 1 << 28
    let run = TableRun(Connection.handshake + [data(0..<10), far, data(10..<20)])
    #expect(run.recorders[0].log == ["0+10", "0?10", "0+10", "0.", "1."] && run.closed[0].lost == 0)
  }

  @Test(arguments: 0..<200) func `any cut into segments and any order gives the same streams`(round: Int) {
    var random = SystemRandomNumberGenerator()
    let lengths = [Int.random(in: 1...4000, using: &random), Int.random(in: 1...4000, using: &random)]
    // A retransmission acknowledges more than the original did, so it may come after what it did not need.
    let hasRetransmissions = round % 2 == 0
    var packets: [Packet] = []
    var sent = [0, 0]
    while sent != lengths {
      let direction = sent[0] == lengths[0] ? 1 : sent[1] == lengths[1] ? 0 : Int.random(in: 0...1, using: &random)
      let end = min(lengths[direction], sent[direction] + Int.random(in: 1...200, using: &random))
      packets.append(data(sent[direction]..<end, direction, acknowledged: sent[1 - direction]))
      if hasRetransmissions, Int.random(in: 0..<5, using: &random) == 0 {
        let start = Int.random(in: 0..<end, using: &random)
        packets.append(data(start..<end, direction, acknowledged: sent[1 - direction]))
      }
      sent[direction] = end
    }
    // Within the patience for holes any order will do.
    let order = packets.indices.map { (key: $0 + Int.random(in: 0...40, using: &random), index: $0) }
      .sorted { ($0.key, $0.index) < ($1.key, $1.index) }
    let run = TableRun(Connection.handshake + order.map { packets[$0.index] })
    #expect(run.recorders[0].bytes == [bytes(0..<lengths[0]), bytes(0..<lengths[1])])
    #expect(run.closed[0].lost == 0)
    if !hasRetransmissions { #expect(run.recorders[0].isCausal) }
  }

  // MARK: Limits

  @Test func `a flood of SYNs makes no connections, and is counted`() {
    var limits = FlowLimits()
    limits.attempts = 100
    let watched = WatchedTable(limits)
    for port in 1...30000 as ClosedRange<UInt16> { watched.receive([Connection.handshake[0]], port: port) }
    #expect(watched.opened == 0 && watched.table.unansweredAttempts == 29900)
    watched.table.finish()
    #expect(watched.table.unansweredAttempts == 30000)
  }

  @Test func `a flood of SYNs with data makes no connections either`() {
    var limits = FlowLimits()
    limits.attempts = 100
    let watched = WatchedTable(limits)
    let syn = Packet(direction: 0, offset: -1, bytes: bytes(0..<100), flags: .syn)
    for port in 1...3000 as ClosedRange<UInt16> { watched.receive([syn], port: port) }
    watched.table.finish()
    #expect(watched.opened == 0 && watched.table.unansweredAttempts == 3000)
  }

  @Test func `an attempt that is refused is no connection`() {
    let watched = WatchedTable(FlowLimits())
    watched.receive([Connection.handshake[0], Packet(direction: 1, offset: 0, flags: [.rst, .ack])], port: 5)
    #expect(watched.opened == 0 && watched.table.unansweredAttempts == 1)
  }

  @Test func `too many connections: those not heard of for longest go first`() {
    var limits = FlowLimits()
    limits.flows = 10
    let watched = WatchedTable(limits)
    for port in 1...10 as ClosedRange<UInt16> {
      watched.receive(Connection.handshake + [data(0..<5, time: Int64(port))], port: port)
    }
    watched.receive([data(5..<10, time: 50)], port: 1)
    for port in 11...19 as ClosedRange<UInt16> {
      watched.receive(Connection.handshake + [data(0..<5, time: Int64(port) + 100)], port: port)
    }
    #expect(watched.closed == [CloseReason](repeating: .evicted, count: 9))
    watched.receive([data(10..<15)], port: 1)
    #expect(watched.opened == 19, "the first was heard of again, so it is still there")
  }

  @Test func `a connection that is silent for long is over when the next begins`() {
    var limits = FlowLimits()
    limits.idleTime = 1000
    let watched = WatchedTable(limits)
    watched.receive(Connection.handshake + [data(0..<5, time: 10)], port: 1)
    watched.receive([data(0..<5, time: 5000)], port: 2)
    #expect(watched.closed == [.idle])
  }

  @Test func `what all connections keep out of order is bounded`() {
    var limits = FlowLimits()
    limits.memory = 1000
    let watched = WatchedTable(limits)
    for port in 1...10 as ClosedRange<UInt16> { watched.receive(Connection.handshake + [data(100..<300)], port: port) }
    #expect(watched.closed.contains(.evicted))
  }

  @Test func `what is too much is thrown away for many segments to come`() {
    var limits = FlowLimits()
    limits.memory = 1 << 20
    let watched = WatchedTable(limits)
    for port in 1...20_000 as ClosedRange<UInt16> {
      watched.receive(Connection.handshake + [data(100..<300, time: Int64(port))], port: port)
    }
    // Each connection keeps 200 bytes and what goes with them; a sixteenth of the limit is that of many connections.
    #expect(watched.closed.count > 15_000)
    #expect(watched.table.sweeps <= watched.closed.count / 100, "\(watched.table.sweeps) looks at all connections")
  }

  @Test func `connections end in the order in which they fell silent`() {
    var limits = FlowLimits()
    limits.idleTime = 1000
    let watched = WatchedTable(limits)
    let ports = (1...200 as ClosedRange<UInt16>).shuffled()
    for (time, port) in ports.enumerated() {
      watched.receive(Connection.handshake + [data(0..<5, time: Int64(time))], port: port)
    }
    watched.receive([data(0..<5, time: 50_000)], port: 999)
    #expect(watched.closedFlows == Array(1...200))
  }

  @Test func `connections that are open already do not keep more than that either`() {
    var limits = FlowLimits()
    limits.memory = 1000
    let watched = WatchedTable(limits)
    for port in 1...3 as ClosedRange<UInt16> { watched.receive(Connection.handshake, port: port) }
    watched.receive([data(100..<400)], port: 1)
    watched.receive([data(100..<400)], port: 2)
    #expect(watched.closed == [])
    watched.receive([data(100..<700, time: 1)], port: 3)
    #expect(watched.closed.first == .evicted && watched.closed.count < 3 && watched.opened == 3)
  }
}

import NanoParser
import ParserRuntime
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Bytes that have no place in a stream are told, unless they have been delivered.
@Suite struct StrayTests {
  private func fin(_ offset: Int, _ direction: Int, acknowledged: Int = 0) -> Packet {
    Packet(direction: direction, offset: offset, flags: [.fin, .ack], acknowledged: acknowledged)
  }

  /// Both sides have sent 20 bytes.
  private static let talk =
    Connection.handshake + [
      Packet(direction: 0, offset: 0, bytes: [UInt8](0..<20)),
      Packet(direction: 1, offset: 0, bytes: [UInt8](0..<20), acknowledged: 20),
    ]

  /// How a connection may end for good.
  private enum End: CaseIterable {
    case fin, rst, bothReset

    var packets: [Packet] {
      switch self {
      case .fin:
        [
          Packet(direction: 0, offset: 20, flags: [.fin, .ack], acknowledged: 20),
          Packet(direction: 1, offset: 20, flags: [.fin, .ack], acknowledged: 21),
        ]
      case .rst: [Packet(direction: 1, offset: 20, flags: .rst)]
      case .bothReset: [Packet(direction: 1, offset: 20, flags: .rst), Packet(direction: 0, offset: 20, flags: .rst)]
      }
    }
  }

  private func strays(_ run: TableRun) -> [String] { run.recorders.flatMap(\.log).filter { $0.contains("?") } }

  // MARK: Behind the end

  @Test(arguments: End.allCases) private func `data behind the end of a closed connection are told`(end: End) {
    let run = TableRun(Self.talk + end.packets + [data(21..<30), data(20..<45, 1)])
    #expect(run.recorders.count == 1 && strays(run) == ["0?9", "1?25"])
  }

  @Test(arguments: End.allCases) private func `what was delivered before the end and comes again is not told`(end: End)
  {
    let again = [data(0..<20), data(15..<20), data(0..<20, 1), data(19..<20, 1)]
    let run = TableRun(Self.talk + end.packets + again + end.packets)
    #expect(run.recorders.count == 1 && strays(run).isEmpty)
    #expect(strays(TableRun(Self.talk + end.packets + [data(10..<27)])) == ["0?7"], "only what is new")
  }

  @Test(arguments: End.allCases) private func `what was lost before the end and comes late is told by its gap`(end: End)
  {
    let hole = Connection.handshake + [data(5..<20), data(0..<20, 1, acknowledged: 20)]
    let run = TableRun(
      hole + end.packets + [Packet](repeating: Packet(direction: 0, offset: 21), count: 70) + [data(0..<5)])
    #expect(run.recorders[0].log.contains("0-5") && strays(run).isEmpty)
  }

  @Test func `a side that has ended says nothing more, though its peer goes on`() {
    let run = TableRun(Self.talk + [fin(20, 0), data(21..<31), data(20..<40, 1, acknowledged: 21), data(0..<20)])
    #expect(run.recorders[0].log == ["0+20", "1+20", "0.", "0?10", "1+20", "1."])
  }

  @Test func `the probe of a side that has ended repeats its FIN's number, and is no data`() {
    let probe = Packet(direction: 0, offset: 20, bytes: [0])
    #expect(strays(TableRun(Self.talk + End.fin.packets + [probe])).isEmpty)
    #expect(strays(TableRun(Self.talk + [fin(20, 0), probe])).isEmpty)
    #expect(strays(TableRun(Self.talk + End.rst.packets + [probe])) == ["0?1"])
  }

  @Test func `of a segment that was cut off all bytes are told`() {
    var cut = data(21..<25)
    cut.cut = 100
    #expect(strays(TableRun(Self.talk + End.fin.packets + [cut])) == ["0?104"])
    cut.bytes = []
    #expect(strays(TableRun(Self.talk + [fin(20, 0), cut])) == ["0?100"])
  }

  @Test(arguments: 0..<50) func `of any segments behind the end exactly what is new is told, and nothing is kept`(
    round: Int
  ) {
    let recorder = Recorder()
    let flow = Flow(
      id: 1, initiator: Connection.client, responder: Connection.server, time: 0, consumer: recorder)
    for packet in Self.talk + End.allCases[round % 3].packets {
      Connection().deliver(packet) { _ = flow.receive($0) }
    }
    #expect(flow.isClosed)
    var expected: [String] = []
    for _ in 0..<2000 {
      let direction = Int.random(in: 0...1)
      let start = Bool.random() ? Int.random(in: 0...60) : Int.random(in: 0..<1 << 20)
      let late = data(start..<start + Int.random(in: 2...100), direction)
      let new = start + late.bytes.count - max(start, 20)
      if new > 0 { expected.append("\(direction)?\(new)") }
      Connection().deliver(late) { _ = flow.receive($0) }
      #expect(flow.memory == 0)
    }
    #expect(recorder.log.filter { $0.contains("?") } == expected)
  }

  @Test func `a flood behind the end fills no memory: its rows are handed on`() {
    let info = NanoSpecification.info
    var handedOn = 0
    let output = DecodingOutput(nextIDs: .unused(for: info), specification: NanoSpecification.self) {
      handedOn += $0.rowCount
    }
    let flow = Flow(
      id: 1, initiator: Connection.client, responder: Connection.server, time: 0,
      consumer: StreamDecoder(flow: 1, output: output))
    for packet in Connection.handshake + [Packet(direction: 0, offset: 0, flags: .rst)] {
      Connection().deliver(packet) { _ = flow.receive($0) }
    }
    let before = output.counts.issues
    var largest = 0
    for _ in 0..<20_000 {
      Connection().deliver(data(0..<10)) { _ = flow.receive($0) }
      largest = max(largest, output.rows.byteCount)
    }
    #expect(output.counts.issues - before == 20_000 && largest < 1 << 19)
    output.flush()
    #expect(handedOn >= 20_000)
  }

  // MARK: Elsewhere

  @Test func `late data of the connection before that it has not had are told, and others are not`() {
    // Sequence numbers of the second connection are far from those of the first.
    let shift = 1_500_000_000
    let second = (Connection.handshake + [data(0..<30)]).map { packet in
      var packet = packet
      packet.offset += shift
      packet.acknowledged += shift
      return packet
    }
    let run = TableRun(Self.talk + second + [data(10..<20), data(15..<28), data(40..<50, 1)])
    #expect(run.recorders.count == 2 && strays(run) == ["0?8", "1?10"])
    #expect(run.recorders[1].bytes[0].count == 30)
  }

  @Test func `bytes before those that a connection met in its middle began with are told`() {
    let known = (0..<10).map { data(100 + $0 * 10..<110 + $0 * 10) }
    let run = TableRun(known + [data(80..<105), data(90..<100), data(199..<200)])
    #expect(strays(run) == ["0?20", "0?10"] && run.recorders[0].bytes[0].count == 100)
    let probe = Packet(direction: 0, offset: -1, bytes: [0])
    #expect(strays(TableRun(Connection.handshake + [probe])).isEmpty, "a probe before the first byte is no data")
  }

  @Test func `a direction that was unknown when the connection ended may begin another`() {
    // Nothing acknowledges, so nothing is known of the server's numbers.
    func client(_ packet: Packet) -> Packet {
      var packet = packet
      packet.flags.remove(.ack)
      return packet
    }
    let first = (0..<8).map { client(data($0 * 10..<$0 * 10 + 10)) } + [Packet(direction: 0, offset: 80, flags: .rst)]
    let later = (0..<3).map { data($0 * 10..<$0 * 10 + 10, 1, acknowledged: 80) }
    let run = TableRun(first + later)
    #expect(run.closed.map(\.reason) == [.rst, .endOfCapture])
    #expect(run.recorders.map { $0.bytes.map(\.count) } == [[80, 0], [0, 30]])
    #expect(strays(TableRun(first + later.prefix(2))) == ["1?10", "1?10"])
  }

  @Test func `stray bytes are rows that say where they came from`() {
    let run = DecodingRun(Self.talk + End.fin.packets + [data(21..<30)])
    let rows = run.rows.filter { $0.contains("\"stray\"") }
    #expect(rows.count == 1 && rows.allSatisfy { $0.contains("9 bytes of a segment behind the end of the stream") })
  }
}

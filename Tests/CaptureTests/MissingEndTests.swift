import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Ends of streams that the capture lacks: a number that is missing there is a FIN's only if something speaks for it.
@Suite struct MissingEndTests {
  /// 20 bytes of the client, of which the server acknowledges 21.
  private var oneMissing: [Packet] {
    Connection.handshake + [data(0..<20), data(0..<10, 1, acknowledged: 21)]
  }

  private func fin(_ offset: Int, _ direction: Int, acknowledged: Int = 0) -> Packet {
    Packet(direction: direction, offset: offset, flags: [.fin, .ack], acknowledged: acknowledged)
  }

  private func rst(_ offset: Int, _ direction: Int, acknowledged: Int? = nil) -> Packet {
    Packet(
      direction: direction, offset: offset, flags: acknowledged == nil ? .rst : [.rst, .ack],
      acknowledged: acknowledged ?? 0)
  }

  /// What a connection delivers that is given up for a reason.
  private func log(_ packets: [Packet], until reason: CloseReason) -> [String] {
    let recorder = Recorder()
    let flow = Flow(
      id: 1, initiator: Connection.client, responder: Connection.server, time: 0, consumer: recorder)
    for packet in packets { Connection().deliver(packet) { _ = flow.receive($0) } }
    flow.close(reason)
    return recorder.log
  }

  private static let silentEnds: [CloseReason] = [.endOfCapture, .idle, .evicted, .reuse]

  // MARK: The peer's FIN

  @Test(arguments: silentEnds) func `where the peer has ended too the missing number was a FIN's`(reason: CloseReason) {
    let log = log(oneMissing + [fin(10, 1, acknowledged: 21)], until: reason)
    #expect(log == ["0+20", "1+10", "0.", "1."])
  }

  @Test(arguments: silentEnds) func `a FIN one number further tells that a byte is missing`(reason: CloseReason) {
    let log = log(oneMissing + [fin(21, 0, acknowledged: 10), fin(10, 1, acknowledged: 22)], until: reason)
    #expect(log == ["0+20", "0-1", "1+10", "0.", "1."])
  }

  @Test func `of a last segment and a FIN that are both missing only the bytes are lost`() {
    let packets = Connection.handshake + [data(0..<20), data(0..<10, 1, acknowledged: 51)]
    let ended = TableRun(packets + [fin(10, 1, acknowledged: 51)])
    #expect(ended.closed.map(\.lost) == [30])
    let open = TableRun(packets)
    #expect(open.closed.map(\.lost) == [31])
  }

  @Test func `data behind the missing number make it a byte's, though the peer has ended`() {
    let log = log(oneMissing + [fin(10, 1, acknowledged: 21), data(21..<30, acknowledged: 11)], until: .endOfCapture)
    #expect(log == ["0+20", "0-1", "1+10", "0+9", "1.", "0."])
  }

  @Test func `a segment that was cut off tells that the missing number is a byte's`() {
    var cut = data(0..<19)
    cut.cut = 1
    let packets = [data(0..<10, 1, acknowledged: 20), fin(10, 1, acknowledged: 20)]
    #expect(TableRun(Connection.handshake + [cut] + packets).closed.map(\.lost) == [1])
    #expect(TableRun(Connection.handshake + [data(0..<19)] + packets).closed.map(\.lost) == [0])
  }

  @Test func `what the capture cut off is lost, also where nobody acknowledges it`() {
    var cut = data(0..<19)
    cut.cut = 300
    #expect(TableRun(Connection.handshake + [cut]).recorders[0].log == ["0+19", "0-300", "0.", "1."])
  }

  // MARK: Silence

  @Test(arguments: silentEnds) func `where the peer never ends the missing number was a byte's`(reason: CloseReason) {
    #expect(log(oneMissing, until: reason) == ["0+20", "0-1", "1+10", "0.", "1."])
  }

  @Test func `nothing waits for a number that may be a FIN's, and what it was is told by what follows`() {
    let answer = (0..<100).map { data($0 * 10..<$0 * 10 + 10, 1, acknowledged: 21) }
    let packets = Connection.handshake + [data(0..<20)] + answer
    let open = TableRun(packets, finish: false)
    #expect(open.recorders[0].bytes[1] == bytes(0..<1000) && !open.recorders[0].log.contains("0-1"))
    #expect(TableRun(packets).closed.map(\.lost) == [1])
    #expect(TableRun(packets + [fin(1000, 1, acknowledged: 21)]).closed.map(\.lost) == [0])
    let late = TableRun(packets + [data(21..<30)])
    #expect(late.closed.map(\.lost) == [1] && late.recorders[0].log.contains("0-1"))
  }

  @Test func `an answer's last byte that is missing is told, and interrupts the answer`() {
    // The end of a bulk pull is one byte, which nodes send by itself.
    let block = [6] + [UInt8](repeating: 9, count: 216)
    let request: [UInt8] = [0x52, 0x43, 19, 19, 18, 6, 0, 0] + [UInt8](repeating: 7, count: 64)
    let run = DecodingRun(
      Connection.handshake + [
        Packet(direction: 0, offset: 0, bytes: request),
        Packet(direction: 1, offset: 0, bytes: block, acknowledged: request.count),
        Packet(direction: 0, offset: request.count, acknowledged: block.count + 1),
      ])
    #expect(run.rows.count { $0.hasPrefix("engine 2") && $0.contains("1 bytes are not in the capture") } == 1)
    #expect(run.ranges[1].contains(block.count..<block.count + 1))
  }

  // MARK: RST

  @Test func `the RST of a host that knows no such connection any more speaks for its FIN`() {
    let run = TableRun(oneMissing + [data(10..<20, 1, acknowledged: 21), rst(21, 0)])
    #expect(run.recorders[0].log == ["0+20", "1+10", "1+10", "0.", "1."])
    #expect(run.closed.map(\.reason) == [.rst])
  }

  @Test func `the RST of such a host speaks for no other number`() {
    for offset in [20, 22] {
      let run = TableRun(oneMissing + [data(10..<20, 1, acknowledged: 21), rst(offset, 0)])
      #expect(run.recorders[0].log.contains { $0.hasPrefix("0-") }, "\(offset): \(run.recorders[0].log)")
    }
  }

  @Test func `a RST that breaks a connection off tells nothing of a FIN`() {
    let run = TableRun(oneMissing + [rst(21, 0, acknowledged: 10)])
    #expect(run.recorders[0].log == ["0+20", "0-1", "1+10", "0.", "1."])
    #expect(run.closed.map(\.reason) == [.rst])
  }

  @Test func `a RST of the peer tells nothing of a FIN either, but one may come behind it`() {
    let broken = TableRun(oneMissing + [rst(10, 1, acknowledged: 21)])
    #expect(broken.recorders[0].log == ["0+20", "0-1", "1+10", "0.", "1."])
    #expect(broken.closed.map(\.reason) == [.rst])
    let overtaken = TableRun(oneMissing + [rst(10, 1, acknowledged: 21), fin(20, 0)], finish: false)
    #expect(overtaken.recorders[0].log == ["0+20", "1+10", "0.", "1."])
    #expect(overtaken.closed.map(\.reason) == [.rst])
  }

  @Test func `a RST that nothing follows any more ends the connection after a while`() {
    let acknowledgments = [Packet](repeating: Packet(direction: 1, offset: 10, acknowledged: 21), count: 70)
    let run = TableRun(oneMissing + [rst(10, 1, acknowledged: 21)] + acknowledgments, finish: false)
    #expect(run.closed.map(\.reason) == [.rst] && run.closed.map(\.lost) == [1])
  }
}

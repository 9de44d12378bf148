import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Segments that are forged, repeated with other bytes, or not in the capture.
@Suite struct HostileSegmentTests {
  // MARK: Other bytes for the same place

  @Test func `bytes that come again and differ are told, also when the first were delivered`() {
    let run = TableRun(Connection.handshake + [data(0..<20), data(5..<10, fill: 0xEE), data(20..<30)])
    #expect(run.recorders[0].bytes[0] == bytes(0..<30))
    #expect(run.recorders[0].log.filter { $0.contains("!") } == ["0!5..<10"])
  }

  @Test func `a retransmission with the same bytes is no conflict`() {
    let run = TableRun(
      Connection.handshake + [data(0..<20), data(0..<20), data(40..<50), data(35..<60), data(20..<40)])
    #expect(!run.recorders[0].log.contains { $0.contains("!") })
    #expect(run.recorders[0].bytes[0] == bytes(0..<60))
  }

  @Test(arguments: OverlapPolicy.allCases) func `of bytes that wait the first or the last count`(policy: OverlapPolicy)
  {
    let packets = Connection.handshake + [data(10..<20), data(12..<15, fill: 0xEE), data(0..<10)]
    let run = TableRun(packets, policy: policy)
    let middle: [UInt8] = policy == .firstWins ? [12, 13, 14] : [0xEE, 0xEE, 0xEE]
    #expect(run.recorders[0].bytes[0] == bytes(0..<12) + middle + bytes(15..<20))
    #expect(run.recorders[0].log.filter { $0.contains("!") } == ["0!12..<15"])
  }

  @Test func `keep-alive and zero-window probes are no data and no conflict`() {
    let run = TableRun(
      Connection.handshake + [data(0..<20), data(19..<20, fill: 0xEE), data(19..<19), data(20..<21), data(20..<21)])
    #expect(run.recorders[0].bytes[0] == bytes(0..<21))
    #expect(!run.recorders[0].log.contains { $0.contains("!") })
  }

  // MARK: Forged and late

  @Test func `a SYN that nobody answers does not end the connection that is there`() {
    let syn = Packet(direction: 0, offset: 500_000_000, flags: .syn)
    let run = TableRun(Connection.handshake + [data(0..<20), syn, data(20..<40)])
    #expect(run.recorders.count == 1 && run.recorders[0].bytes[0] == bytes(0..<40))
  }

  @Test func `a RST amid the data of its sender is somebody else's`() {
    let run = TableRun(
      Connection.handshake + [
        data(0..<10), Packet(direction: 0, offset: 12, flags: .rst), data(10..<40), data(40..<50),
      ])
    #expect(run.recorders[0].bytes[0] == bytes(0..<50) && run.closed[0].reason == .endOfCapture)
  }

  @Test(arguments: [false, true])
  func `ports are used again, and old segments still arrive`(endsFirst: Bool) {
    // A second connection far away in sequence numbers; old segments come before, amid and after its handshake.
    let shift = 1_500_000_000
    func moved(_ packet: Packet) -> Packet {
      var packet = packet
      packet.offset += shift
      packet.acknowledged += shift
      return packet
    }
    let end = endsFirst ? [Packet(direction: 0, offset: 20, flags: .rst)] : []
    let second = (Connection.handshake + [data(0..<30), data(0..<10, 1, acknowledged: 30)]).map(moved)
    let run = TableRun(
      Connection.handshake + [data(0..<20), data(0..<20, 1, acknowledged: 20)] + end + [
        second[0], data(10..<20), second[1], data(5..<20), data(10..<20, 1, acknowledged: 20), second[2], second[3],
        data(0..<20), second[4],
      ])
    #expect(run.recorders.count == 2)
    #expect(run.recorders[0].bytes == [bytes(0..<20), bytes(0..<20)])
    let fresh = (shift..<shift + 30).map { UInt8(($0 - shift) & 0xFF) }
    #expect(run.recorders[1].bytes == [fresh, Array(fresh.prefix(10))])
    #expect(run.closed[0].reason == (endsFirst ? .rst : .reuse) && run.closed.allSatisfy { $0.lost == 0 })
  }

  @Test(arguments: [false, true]) func `a conversation that is replayed is another connection`(isClosed: Bool) {
    let once =
      Connection.handshake + [data(0..<20), data(0..<20, 1, acknowledged: 20)]
      + (isClosed ? [Packet(direction: 0, offset: 20, flags: .rst)] : [])
    let run = TableRun(once + once)
    #expect(run.recorders.map(\.bytes) == [[bytes(0..<20), bytes(0..<20)], [bytes(0..<20), bytes(0..<20)]])
  }

  @Test func `a SYN that comes again late, and a retransmission after it, are no other connection`() {
    let run = TableRun(Connection.handshake + [data(0..<20), Connection.handshake[0], data(0..<20), data(20..<40)])
    #expect(run.recorders.count == 1 && run.recorders[0].bytes[0] == bytes(0..<40))
  }

  @Test func `both sides may open at once`() {
    let run = TableRun(
      [
        Packet(direction: 0, offset: -1, flags: .syn), Packet(direction: 1, offset: -1, flags: .syn),
        Packet(direction: 0, offset: -1, flags: [.syn, .ack]), Packet(direction: 1, offset: -1, flags: [.syn, .ack]),
        data(0..<10), data(0..<10, 1, acknowledged: 10),
      ])
    #expect(run.recorders.count == 1 && run.recorders[0].bytes == [bytes(0..<10), bytes(0..<10)])
    #expect(run.initiators == [Connection.client])
  }

  @Test func `data in a SYN is the stream's beginning, also when it is sent again`() {
    var syn = data(0..<10)
    (syn.offset, syn.flags) = (-1, .syn)
    let run = TableRun([
      syn, syn, Packet(direction: 1, offset: -1, flags: [.syn, .ack], acknowledged: 10), data(10..<20),
    ])
    #expect(run.recorders.count == 1 && run.recorders[0].bytes[0] == bytes(0..<20))
  }

  @Test func `a half-closed connection goes on in the other direction`() {
    let run = TableRun(
      Connection.handshake + [
        data(0..<10), Packet(direction: 0, offset: 10, flags: [.fin, .ack]), data(0..<500, 1, acknowledged: 11),
      ])
    #expect(run.recorders[0].log == ["0+10", "0.", "1+500", "1."])
  }

  @Test func `data behind a FIN that has not been reached makes it a forged one, and nothing waits for ever`() {
    let fin = Packet(direction: 0, offset: 30, flags: [.fin, .ack])
    let run = TableRun(Connection.handshake + [data(0..<10), fin, data(40..<60), data(10..<40)])
    #expect(run.recorders[0].log == ["0+10", "0+30", "0+20", "0.", "1."])
    let early = TableRun(Connection.handshake + [data(0..<10), data(40..<60), fin])
    #expect(early.recorders[0].log == ["0+10", "0-30", "0+20", "0.", "1."])
  }

  // MARK: Missing

  @Test func `a direction that the capture lacks holds nothing up, and what is missing of it is told`() {
    let packets = (0..<200).map { data($0 * 10..<$0 * 10 + 10, acknowledged: $0 * 30_000) }
    let run = TableRun(Connection.handshake.prefix(1) + [Connection.handshake[2]] + packets, finish: false)
    #expect(run.recorders[0].bytes[0] == bytes(0..<2000))
    let lost = run.recorders[0].log.filter { $0.hasPrefix("1-") }.compactMap { Int($0.dropFirst(2)) }.reduce(0, +)
    #expect(lost > 4_000_000 && lost <= 199 * 30_000)
  }

  @Test func `a hole in a capture of one direction is given up, though nobody acknowledges`() {
    let packets = (11..<150).map { data($0 * 10..<$0 * 10 + 10) }
    let run = TableRun(
      Connection.handshake.prefix(1) + [Connection.handshake[2], data(0..<100)] + packets, finish: false)
    #expect(run.recorders[0].log.prefix(3) == ["0+100", "0-10", "0+10"])
    #expect(run.recorders[0].bytes[0].count == 1490)
  }

  @Test func `more than a window may be missing`() {
    let far = 200_000_000
    let packets = (0..<100).map { data(far + $0 * 10..<far + $0 * 10 + 10) }
    let run = TableRun(Connection.handshake + [data(0..<10)] + packets, finish: false)
    #expect(run.recorders[0].bytes[0].count == 10 + 1000)
    #expect(run.recorders[0].log.prefix(3) == ["0+10", "0-\(far - 10)", "0+10"])
  }

  @Test func `time that jumps back and forth costs nothing`() {
    var packets = (0..<200).map { data($0 * 10..<$0 * 10 + 10) }
    for index in packets.indices { packets[index].time = [5_000_000_000_000, 0, -9, 7][index % 4] }
    packets.swapAt(50, 53)
    let run = TableRun(Connection.handshake + packets)
    #expect(run.recorders.count == 1 && run.recorders[0].bytes[0] == bytes(0..<2000) && run.closed[0].lost == 0)
  }
}

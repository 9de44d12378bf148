import LayerBuilding
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// How long what is begun is waited for, tried just below and just above.
@Suite struct LifetimeTests {
  // MARK: Fragments

  /// Fragments of a datagram, given to an assembler one after another.
  private struct Fragments {
    private var assembler = FragmentAssembler()

    /// - Returns: The datagram, if it is complete now.
    mutating func add(
      _ offset: Int, _ payload: [UInt8], hasMore: Bool, id: UInt32 = 1, time: Int64 = 0, isWhole: Bool = true
    ) -> [UInt8]? {
      let header = LayerBuilder.ip(4, 6, [])
      guard let ip = header.withUnsafeBytes({ IPHeader($0, wireLength: header.count) }) else { return nil }
      return payload.withUnsafeBytes {
        assembler.add(
          $0, isWhole: isWhole, IPHeader.Fragment(identification: id, offset: offset, hasMore: hasMore), ip, time: time)
      }
    }
  }

  private let eight: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  @Test(arguments: [
    (60_000_000, true), (60_000_001, false), (-60_000_000, true), (-60_000_001, false),
  ]) func `a datagram is put together within a minute`(later: Int64, isComplete: Bool) {
    var fragments = Fragments()
    let begun: Int64 = 100_000_000
    #expect(fragments.add(0, eight, hasMore: true, time: begun) == nil)
    #expect(fragments.add(8, [9], hasMore: false, time: begun + later) == (isComplete ? eight + [9] : nil))
    // What came too late begins another datagram.
    if !isComplete { #expect(fragments.add(0, eight, hasMore: true, time: begun + later) == eight + [9]) }
  }

  @Test(arguments: [(1023, true), (1024, false)])
  func `so many datagrams are put together at once, and the oldest is given up`(others: Int, isComplete: Bool) {
    var fragments = Fragments()
    _ = fragments.add(0, eight, hasMore: true)
    for id in 0..<UInt32(others) { _ = fragments.add(0, eight, hasMore: true, id: 2 + id) }
    #expect((fragments.add(8, [9], hasMore: false) != nil) == isComplete)
    // The latest is still there.
    #expect(fragments.add(8, [9], hasMore: false, id: 1 + UInt32(others)) == eight + [9])
  }

  @Test func `a datagram has no more bytes than IP allows, and its parts come in eights`() {
    var fragments = Fragments()
    let part = [UInt8](repeating: 7, count: 65_528)
    #expect(fragments.add(0, part, hasMore: true) == nil)
    #expect(fragments.add(65_528, [UInt8](repeating: 7, count: 8), hasMore: false) == nil)
    #expect(fragments.add(65_528, [UInt8](repeating: 7, count: 7), hasMore: false)?.count == 65_535)
    #expect(fragments.add(0, [1, 2, 3], hasMore: true, id: 2) == nil)
    #expect(fragments.add(3, [4], hasMore: false, id: 2) == nil, "the first part was none")
    #expect(fragments.add(0, [], hasMore: false, id: 3) == nil)
    // One that the capture has cut off says nothing of where the datagram ends.
    #expect(fragments.add(0, [1, 2, 3], hasMore: false, id: 4, isWhole: false) == nil)
  }

  @Test func `of parts that overlap the first one counts`() {
    var fragments = Fragments()
    #expect(fragments.add(0, eight, hasMore: true) == nil)
    #expect(fragments.add(0, [UInt8](repeating: 9, count: 16), hasMore: true) == nil)
    #expect(fragments.add(16, [7], hasMore: false) == eight + [UInt8](repeating: 9, count: 8) + [7])
  }

  // MARK: Connections

  /// A connection with data that came at 10 µs, and another one that begins later.
  private func silent(for time: Int64, closed: Bool) -> WatchedTable {
    let watched = WatchedTable(FlowLimits())
    var packets = Connection.handshake + [data(0..<5, time: 10)]
    if closed {
      packets += [
        Packet(direction: 0, offset: 5, flags: [.fin, .ack], time: 10),
        Packet(direction: 1, offset: 0, flags: [.fin, .ack], acknowledged: 6, time: 10),
        Packet(direction: 0, offset: 6, acknowledged: 1, time: 10),
      ]
    }
    watched.receive(packets, port: 1)
    watched.receive([data(0..<5, time: 10 + time)], port: 2)
    return watched
  }

  @Test func `a connection is over after an hour of silence, and not before`() {
    let hour: Int64 = 3_600_000_000
    #expect(silent(for: hour, closed: false).closed == [])
    #expect(silent(for: hour + 1, closed: false).closed == [.idle])
  }

  @Test func `a closed connection is remembered for a minute`() {
    let minute: Int64 = 60_000_000
    for (time, opened) in [(minute, 2), (minute + 1, 3)] {
      let watched = silent(for: time, closed: true)
      #expect(watched.closed == [.fin])
      // A late segment: of the connection that is remembered, or of one that nobody knows.
      watched.receive([data(0..<5, time: 10 + time)], port: 1)
      #expect(watched.opened == opened, "\(time)")
    }
  }

  // MARK: Patience

  @Test func `data that a RST overtook is waited for, for 64 packets`() {
    let rst = Packet(direction: 0, offset: 20, flags: .rst)
    for (count, isClosed) in [(64, false), (65, true)] {
      let others = [Packet](repeating: data(0..<10), count: count)
      let run = TableRun(Connection.handshake + [data(0..<10), rst] + others, finish: false)
      #expect(run.closed.map(\.reason) == (isClosed ? [.rst] : []), "\(count)")
      let late = TableRun(Connection.handshake + [data(0..<10), rst] + others + [data(10..<20)], finish: false)
      #expect(late.closed.map(\.reason) == [.rst])
      #expect(late.recorders[0].bytes[0] == bytes(0..<(isClosed ? 10 : 20)), "\(count)")
    }
  }

  @Test func `a hole that was acknowledged is waited for, for 64 packets`() {
    for (count, isLost) in [(64, false), (65, true)] {
      let begin = [data(0..<10), data(15..<30), Packet(direction: 1, offset: 0, acknowledged: 30)]
      let others = (0..<count).map { _ in Packet(direction: 1, offset: 0, acknowledged: 30) }
      let run = TableRun(Connection.handshake + begin + others, finish: false)
      #expect(run.recorders[0].log.contains("0-5") == isLost, "\(count)")
    }
  }

  @Test func `a hole that was acknowledged is waited for, for a second`() {
    for (time, isLost) in [(1_000_000, false), (1_000_001, true)] as [(Int64, Bool)] {
      let begin = [data(0..<10), data(15..<30), Packet(direction: 1, offset: 0, acknowledged: 30, time: 7)]
      let run = TableRun(
        Connection.handshake + begin + [Packet(direction: 1, offset: 0, acknowledged: 30, time: 7 + time)],
        finish: false)
      #expect(run.recorders[0].log.contains("0-5") == isLost, "\(time)")
    }
  }

  @Test func `a hole that nobody has acknowledged is waited for, whatever comes`() {
    let others = (0..<500).map { _ in Packet(direction: 1, offset: 0, acknowledged: 10, time: 10_000_000) }
    let run = TableRun(Connection.handshake + [data(0..<10), data(15..<30)] + others, finish: false)
    #expect(run.recorders[0].log == ["0+10"])
  }
}

import Testing

@testable import Capture

/// Where flows of datagrams begin and end.
@Suite struct DatagramFlowTests {
  /// Keeps what flows deliver.
  private final class Watch {
    final class Consumer: DatagramConsumer {
      var log: [String] = []
      func receive(_ datagram: Datagram, direction: Int, offset: Int64) {
        log.append("\(direction)@\(offset)+\(datagram.payload.count)")
      }
      func end() { log.append(".") }
    }

    var consumers: [Consumer] = []
    var initiators: [String] = []
    var closed: [(id: Int64, reason: CloseReason, packets: Int, bytes: [Int64], lost: Int64)] = []

    func table(_ limits: FlowLimits = FlowLimits()) -> DatagramFlowTable {
      DatagramFlowTable(
        servicePorts: [4711], limits: limits,
        events: DatagramFlowTable.Events(
          open: { [unowned self] _, initiator, _ in
            consumers.append(Consumer())
            initiators.append("\(initiator)")
            return (Int64(consumers.count), consumers[consumers.count - 1])
          },
          close: { [unowned self] flow, reason in
            closed.append((flow.id, reason, flow.packets, [flow.byteCounts[0], flow.byteCounts[1]], flow.lostBytes))
          }))
    }
  }

  private let watch = Watch()
  private static let hosts = [Connection.client.address, Connection.server.address]

  private func send(
    _ source: UInt16, _ destination: UInt16, isAnswer: Bool = false, count: Int = 4, cut: Int = 0, time: Int64 = 0,
    tunnel: UInt64 = 0, to table: DatagramFlowTable
  ) {
    [UInt8](repeating: 7, count: count).withUnsafeBytes { payload in
      table.receive(
        Datagram(
          source: Endpoint(address: Self.hosts[isAnswer ? 1 : 0], port: source),
          destination: Endpoint(address: Self.hosts[isAnswer ? 0 : 1], port: destination), tunnel: tunnel,
          payload: payload, payloadLength: count + cut, time: time, frame: 1))
    }
  }

  @Test func `both directions are one flow, and offsets count what was on the wire`() {
    let table = watch.table()
    send(50_000, 4711, to: table)
    send(4711, 50_000, isAnswer: true, count: 3, to: table)
    send(50_000, 4711, count: 2, cut: 5, to: table)
    send(50_000, 4711, count: 1, to: table)
    send(50_001, 4711, to: table)
    send(50_000, 4711, tunnel: 9, to: table)
    table.finish()
    #expect(
      watch.consumers.map(\.log) == [["0@0+4", "1@0+3", "0@4+2", "0@11+1", "."], ["0@0+4", "."], ["0@0+4", "."]])
    #expect(watch.closed.map(\.id) == [1, 2, 3] && watch.closed.allSatisfy { $0.reason == .endOfCapture })
    #expect(watch.closed[0].packets == 4 && watch.closed[0].bytes == [7, 3] && watch.closed[0].lost == 5)
  }

  @Test func `the initiator is who does not use a service's port, else who sends first`() {
    let table = watch.table()
    send(4711, 50_000, isAnswer: true, to: table)
    send(60, 61, isAnswer: true, to: table)
    send(4711, 4711, isAnswer: true, to: table)
    #expect(watch.initiators == ["10.0.0.1:50000", "10.0.0.2:60", "10.0.0.2:4711"])
  }

  @Test func `what comes after a long silence is another flow`() {
    let table = watch.table()
    let idle = FlowLimits().datagramIdleTime
    send(50_000, 4711, time: 0, to: table)
    send(50_000, 4711, time: idle, to: table)
    send(50_000, 4711, time: 2 * idle, to: table)
    #expect(watch.closed.isEmpty)
    send(50_000, 4711, time: 3 * idle + 1, to: table)
    #expect(watch.closed.map(\.reason) == [.idle] && watch.closed[0].packets == 3)
    #expect(watch.consumers.map(\.log.count) == [4, 1] && watch.consumers[1].log == ["0@0+4"])
  }

  @Test func `an idle flow ends by the time that others go on`() {
    let table = watch.table()
    let idle = FlowLimits().datagramIdleTime
    send(50_000, 4711, time: 0, to: table)
    send(50_001, 4711, time: idle, to: table)
    #expect(watch.closed.isEmpty)
    send(50_002, 4711, time: 2 * idle, to: table)
    #expect(watch.closed.map(\.id) == [1] && watch.closed[0].reason == .idle)
  }

  @Test func `of too many flows the oldest are evicted`() {
    var limits = FlowLimits()
    limits.flows = 32
    let table = watch.table(limits)
    for port in 0..<32 { send(50_000 + UInt16(port), 4711, time: Int64(port), to: table) }
    send(50_000, 4711, time: 40, to: table)
    #expect(watch.closed.isEmpty)
    send(40_000, 4711, time: 41, to: table)
    #expect(watch.closed.map(\.id) == [2, 3, 4] && watch.closed.allSatisfy { $0.reason == .evicted })
  }

  @Test func `late datagrams end nothing`() {
    let table = watch.table()
    send(50_000, 4711, time: 10_000_000_000, to: table)
    send(50_000, 4711, time: 0, to: table)
    send(50_001, 4711, time: 0, to: table)
    #expect(watch.closed.isEmpty && watch.consumers[0].log == ["0@0+4", "0@4+4"])
  }
}

import LayerBuilding
import NanoParser
import ParserRuntime
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Flows of datagrams that are told by what they carry, and what many candidates cost.
@Suite struct CandidateTests {
  /// A message of Nano's of 152 bytes.
  private let keepalive: [UInt8] = [0x52, 0x43, 19, 19, 18, 2, 0, 0] + [UInt8](repeating: 1, count: 144)
  private func said(
    _ direction: Int, _ offset: Int, _ bytes: [UInt8], after acknowledged: Int = 0, time: Int64 = 0
  ) -> Packet {
    Packet(direction: direction, offset: offset, bytes: bytes, acknowledged: acknowledged, time: time)
  }

  // MARK: Datagrams

  private static let frames = UDPFrames(server: 14_711)

  private func gauges(_ payloads: [UInt8]...) -> DetectionRun {
    DetectionRun(
      payloads.enumerated().map { Self.frames.record(Int64($0.offset), $0.element, isAnswer: $0.offset % 2 == 1) },
      as: GaugeSpecification.self)
  }

  @Test func `two datagrams in a row that are messages make a flow`() {
    let message: [UInt8] = [0x47, 1, 0, 10]
    for wanted in [[message, message], [[1], message, message + message, [7, 7]]] {
      let records = wanted.enumerated().map { number, payload in
        (Int64(number), payload, number % 2 == 1)
      }
      func run(_ frames: UDPFrames) -> DetectionRun {
        DetectionRun(records.map { frames.record($0.0, $0.1, isAnswer: $0.2) }, as: GaugeSpecification.self)
      }
      let (found, known) = (run(Self.frames), run(UDPFrames()))
      #expect(found.rows == known.rows && known.counts.candidates == 0)
      #expect(found.counts.detected == 1 && found.flows.allSatisfy { $0 == "50000 14711 1" })
    }
    for foreign in [
      gauges(message), gauges(message, [1], message), gauges(message, message.dropLast()),
      gauges(message, message + [1]), gauges([0x47, 1, 0xFF, 0xFF], [0x47, 1, 0xFF, 0xFF]), gauges([], []),
    ] {
      #expect(foreign.rows.isEmpty && foreign.counts.candidates == 1 && foreign.counts.detected == 0)
    }
  }

  @Test func `where a datagram holds one message, nothing is behind it`() {
    let frames = UDPFrames(server: 17_075)
    func run(_ payload: [UInt8]) -> DetectionRun {
      DetectionRun([frames.record(0, payload), frames.record(1, payload)], as: NanoSpecification.self)
    }
    #expect(run(keepalive).counts.detected == 1 && run(keepalive).counts.messages.total == 2)
    #expect(run(keepalive + [0]).rows.isEmpty && run(keepalive + keepalive).rows.isEmpty)
  }

  @Test func `a flow of datagrams is looked at up to a number of them`() {
    let message: [UInt8] = [0x47, 1, 0, 10]
    func run(_ foreign: Int) -> DetectionRun {
      let payloads = (0..<foreign).map { _ in [UInt8(9)] } + [message, message]
      return DetectionRun(
        payloads.enumerated().map { Self.frames.record(Int64($0.offset), $0.element) }, as: GaugeSpecification.self)
    }
    #expect(run(62).counts.detected == 1 && run(62).rows.count { $0.hasPrefix("message") } == 2)
    #expect(run(63).counts.detected == 0 && run(63).rows.isEmpty)
  }

  // MARK: Many

  @Test func `candidates make room for flows that are of the protocol`() {
    var limits = FlowLimits()
    limits.flows = 64
    func connection(_ client: Int, _ port: UInt16, _ bytes: [UInt8], time: Int64) -> [CaptureBytes.Record] {
      let packets = Connection.handshake + [said(0, 0, bytes)]
      return packets.map { packet in
        var packet = packet
        packet.time = time
        return DetectionRun.frame(packet, client: UInt16(client), port: port)
      }
    }
    let own =
      connection(40_000, 17_075, keepalive + keepalive, time: 0)
      + connection(40_001, 7075, keepalive, time: 0)
    let foreign = (1..<2000).flatMap { connection(50_000 + $0 % 10_000, 443, [22, 3, 1, 0], time: Int64($0)) }
    let run = DetectionRun(own + foreign, as: NanoSpecification.self, limits: limits)
    #expect(run.counts.candidates == 2000 && run.counts.detected == 1 && run.counts.flows == 2)
    #expect(run.rows.count { $0.contains("close_reason=end of capture") } == 2, "\(run.rows)")
  }

  @Test func `what candidates keep counts as memory of connections`() {
    var limits = FlowLimits()
    limits.memory = 100_000
    let foreign = [UInt8](repeating: 9, count: 10_000)
    func frames(_ client: UInt16, _ packet: Packet) -> CaptureBytes.Record {
      DetectionRun.frame(packet, client: client, port: 443)
    }
    // Twenty connections, of which only the last are still kept when the messages come: others are met in their middle.
    var records: [CaptureBytes.Record] = []
    for client in 0..<20 {
      for packet in Connection.handshake + [said(0, 0, foreign, time: Int64(client))] {
        records.append(frames(UInt16(50_000 + client), packet))
      }
    }
    for client in 0..<20 {
      records.append(frames(UInt16(50_000 + client), said(1, 0, keepalive + keepalive, after: 10_000, time: 100)))
    }
    let run = DetectionRun(records, as: NanoSpecification.self, limits: limits)
    #expect(run.counts.detected == 20 && (34...37).contains(run.counts.candidates), "\(run.counts.candidates)")
    #expect(DetectionRun(records, as: NanoSpecification.self).counts.candidates == 20)
  }

  @Test func `what candidates keep of datagrams is limited too`() {
    var limits = FlowLimits()
    limits.memory = 100_000
    let message: [UInt8] = [0x47, 1, 0, 10]
    var records: [CaptureBytes.Record] = []
    for client in 0..<20 {
      let frames = UDPFrames(client: UInt16(50_000 + client), server: 14_711)
      records.append(frames.record(Int64(client), [UInt8](repeating: 9, count: 10_000)))
      records.append(frames.record(Int64(client), message))
    }
    for client in 0..<20 {
      records.append(UDPFrames(client: UInt16(50_000 + client), server: 14_711).record(100, message, isAnswer: true))
    }
    let run = DetectionRun(records, as: GaugeSpecification.self, limits: limits)
    #expect((1...9).contains(run.counts.detected), "\(run.counts.detected)")
    #expect(DetectionRun(records, as: GaugeSpecification.self).counts.detected == 20)
  }
}

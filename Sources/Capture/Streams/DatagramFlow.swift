/// What takes the datagrams of a flow. Directions are 0 from the initiator and 1 to it.
protocol DatagramConsumer: FlowConsumer {
  /// - Parameter offset: payload bytes that the direction has sent before.
  func receive(_ datagram: Datagram, direction: Int, offset: Int64)

  /// No datagrams follow.
  func end()
}

/// The datagrams that two endpoints send each other, as long as they do not fall silent.
final class DatagramFlow: AgingFlow {
  let id: Int64
  let initiator: Endpoint
  let responder: Endpoint
  private let consumer: any DatagramConsumer
  let candidate: Candidate?
  private(set) var lastTime: Int64
  private(set) var packets = 0
  /// Payload bytes of each direction, as they were on the wire.
  private var sent: Directions<Int64> = [0, 0]
  /// Payload bytes that the snapshot length has cut off.
  private var lost: Directions<Int64> = [0, 0]

  init(id: Int64, initiator: Endpoint, responder: Endpoint, time: Int64, consumer: any DatagramConsumer) {
    self.id = id
    self.initiator = initiator
    self.responder = responder
    self.consumer = consumer
    candidate = consumer.candidate
    lastTime = time
  }

  /// Bytes of each direction that the capture has.
  var byteCounts: Directions<Int64> { Directions { sent[$0] - lost[$0] } }
  var lostBytes: Int64 { lost[0] + lost[1] }
  /// What the flow keeps in memory, in bytes: datagrams of which it is not known whether they are of the protocol.
  var memory: Int { candidate?.memory ?? 0 }

  func receive(_ datagram: Datagram) {
    lastTime = max(lastTime, datagram.time)
    if candidate?.outcome == .dismissed { return }
    packets += 1
    let direction = datagram.source == initiator ? 0 : 1
    consumer.receive(datagram, direction: direction, offset: sent[direction])
    sent[direction] += Int64(datagram.payloadLength)
    lost[direction] += Int64(datagram.missing)
  }

  func end() { consumer.end() }
}

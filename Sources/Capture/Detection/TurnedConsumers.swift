/// Takes a connection whose sides are the other way round than its first packets made it seem.
final class TurnedStream: StreamConsumer {
  private let consumer: any StreamConsumer

  init(_ consumer: any StreamConsumer) { self.consumer = consumer }

  func receive(_ stream: StreamBytes) {
    var turned = stream
    turned.direction = 1 - stream.direction
    consumer.receive(turned)
  }

  func lose(_ length: Int, direction: Int, time: Int64) { consumer.lose(length, direction: 1 - direction, time: time) }

  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {
    consumer.conflict(place, direction: 1 - direction, time: time, isKept: isKept)
  }

  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) {
    consumer.stray(length, reason, direction: 1 - direction, time: time)
  }

  func end(direction: Int, time: Int64) { consumer.end(direction: 1 - direction, time: time) }
}

/// The same, of a flow of datagrams.
final class TurnedDatagrams: DatagramConsumer {
  private let consumer: any DatagramConsumer

  init(_ consumer: any DatagramConsumer) { self.consumer = consumer }

  func receive(_ datagram: Datagram, direction: Int, offset: Int64) {
    consumer.receive(datagram, direction: 1 - direction, offset: offset)
  }

  func end() { consumer.end() }
}

import Foundation
public import ParserRuntime

/// Finds a piece of what a connection, or a flow of datagrams, carried again in the capture files that it was imported
/// from.
public struct StreamExtractor: Sendable {
  private let run: StoredRun

  /// nil where the run read no capture file.
  public init?(_ run: StoredRun) {
    guard !run.files.isEmpty else { return nil }
    self.run = run
  }

  /// A connection or a flow of datagrams, as the row of `flow` has it.
  public struct Connection: Sendable {
    /// The side that opened it; the address in its text form.
    public var initiator: (address: String, port: Int)
    /// The other side.
    public var responder: (address: String, port: Int)
    /// What it is of.
    public var transport: Transport
    /// Time of the first packet, in µs since 1970-01-01 UTC.
    public var opened: Int64

    /// - Parameter opened: time of the first packet, in µs since 1970-01-01 UTC.
    public init(
      initiator: (address: String, port: Int), responder: (address: String, port: Int), transport: Transport = .tcp,
      opened: Int64
    ) {
      self.initiator = initiator
      self.responder = responder
      self.transport = transport
      self.opened = opened
    }

    /// Whether it is the one between these endpoints that began then.
    fileprivate func began(_ initiator: Endpoint, _ responder: Endpoint, _ time: Int64) -> Bool {
      self.initiator == (initiator.address.description, Int(initiator.port))
        && self.responder == (responder.address.description, Int(responder.port)) && opened == time
    }
  }

  /// - Parameters:
  ///   - servicePorts: the description's, which decide who the initiator is where the capture begins in the middle.
  ///   - goesOn: asked now and then; false gives up.
  /// - Returns: The bytes from `offset` on in a direction's stream; nil where a file is not the one that was imported,
  ///   or the files do not have all of them.
  public func bytes(
    of connection: Connection, direction: Int, offset: Int64, count: Int, servicePorts: [UInt16],
    goesOn: () -> Bool
  ) throws(CaptureError) -> [UInt8]? {
    var wanted: StreamPiece?
    func piece(_ initiator: Endpoint, _ responder: Endpoint, _ opened: Int64) -> StreamPiece {
      // What the bytes of a flow told of its sides may be the other way round than its first packet.
      let isTurned = connection.began(responder, initiator, opened)
      let isWanted = isTurned || connection.began(initiator, responder, opened)
      let piece = StreamPiece(
        direction: isTurned ? 1 - direction : direction, offset: offset, count: isWanted ? count : 0)
      if isWanted { wanted = piece }
      return piece
    }
    let flows = FlowTable(
      servicePorts: servicePorts, policy: run.overlaps,
      events: FlowTable.Events(
        open: { segment, initiator, responder, _ in (0, piece(initiator, responder, segment.time)) },
        close: { _, _ in }))
    let datagrams = DatagramFlowTable(
      servicePorts: servicePorts,
      events: DatagramFlowTable.Events(
        open: { first, initiator, responder in (0, piece(initiator, responder, first.time)) },
        close: { _, _ in }))
    let ports = Set([UInt16(clamping: connection.initiator.port), UInt16(clamping: connection.responder.port)])
    var packetDecoder = TransportDecoder(checksums: run.checksums, transports: [connection.transport])
    var packets = 0
    let filter = try PacketFilter.ofRun(run.filter)
    for file in run.files where wanted?.isDone != true {
      guard let source = try PacketFile.imported(file, filter: filter) else { return nil }
      while wanted?.isDone != true, let packet = try source.next() {
        packets += 1
        if packets % 4096 == 0, !goesOn() { return nil }
        // Other packets are none of this connection's.
        packetDecoder.decode(packet) { segment in
          if ports == [segment.source.port, segment.destination.port] { flows.receive(segment) }
        } datagram: { datagram in
          if ports == [datagram.source.port, datagram.destination.port] { datagrams.receive(datagram) }
        }
      }
    }
    flows.finish()
    datagrams.finish()
    return wanted?.result
  }
}

/// Collects a piece of a stream, or of the payloads of datagrams.
private final class StreamPiece: StreamConsumer, DatagramConsumer {
  private let direction: Int
  private let offset: Int64
  private let count: Int
  private var place: Int64 = 0
  private var bytes: [UInt8] = []

  init(direction: Int, offset: Int64, count: Int) {
    self.direction = direction
    self.offset = offset
    self.count = count
  }

  /// Whether nothing more can come.
  var isDone: Bool { place >= offset + Int64(count) }
  var result: [UInt8]? { bytes.count == count ? bytes : nil }

  func receive(_ stream: StreamBytes) {
    if stream.direction == direction { take(stream.bytes) }
  }

  func receive(_ datagram: Datagram, direction: Int, offset: Int64) {
    guard direction == self.direction else { return }
    take(datagram.payload)
    place += Int64(datagram.missing)
  }

  func end() {}

  private func take(_ bytes: UnsafeRawBufferPointer) {
    guard count > 0 else { return }
    let start = Int(clamping: max(0, offset - place))
    let end = Int(clamping: min(Int64(bytes.count), offset + Int64(count) - place))
    if start < end { self.bytes += bytes[start..<end] }
    place += Int64(bytes.count)
  }

  func lose(_ length: Int, direction: Int, time: Int64) {
    if direction == self.direction { place += Int64(length) }
  }

  func conflict(_ place: Range<Int64>, direction: Int, time: Int64, isKept: Bool) {}
  func stray(_ length: Int, _ reason: StrayReason, direction: Int, time: Int64) {}
  func end(direction: Int, time: Int64) {}
}

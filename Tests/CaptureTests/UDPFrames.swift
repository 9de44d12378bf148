import LayerBuilding

@testable import Capture

/// Frames with datagrams between a client, 10.0.0.1, and a server, 10.0.0.2.
struct UDPFrames {
  var client: UInt16 = 50_000
  var server: UInt16 = 4711

  /// A datagram with its header.
  /// - Parameters:
  ///   - length: what the header says; nil for the truth.
  ///   - checksum: 0 for none.
  func datagram(_ payload: [UInt8], isAnswer: Bool = false, length: Int? = nil, checksum: UInt16 = 0) -> [UInt8] {
    let ports = isAnswer ? [server, client] : [client, server]
    return ports.flatMap { LayerBuilder.big16(Int($0)) } + LayerBuilder.big16(length ?? 8 + payload.count)
      + LayerBuilder.big16(Int(checksum)) + payload
  }

  /// A datagram in IPv4.
  func packet(_ datagram: [UInt8], isAnswer: Bool = false) -> [UInt8] {
    var packet = LayerBuilder.ip(4, 17, datagram)
    if isAnswer { packet.replaceSubrange(12..<20, with: [10, 0, 0, 2, 10, 0, 0, 1]) }
    return packet
  }

  /// A frame of Ethernet, so many milliseconds after a beginning.
  func record(_ milliseconds: Int64, _ payload: [UInt8], isAnswer: Bool = false) -> CaptureBytes.Record {
    CaptureBytes.Record(
      time: 1_700_000_000_000_000_000 + milliseconds * 1_000_000,
      bytes: LayerBuilder.ethernet(packet(datagram(payload, isAnswer: isAnswer), isAnswer: isAnswer)))
  }
}

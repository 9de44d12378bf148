import LayerBuilding

@testable import Capture

/// Frames of a TCP connection between a client, 10.0.0.1, and a server, 10.0.0.2, in the order in which they are made.
struct TCPFrames {
  private static let ports = [50_000, 4711]
  /// The next sequence number of each side.
  private var next = [1, 1]

  /// The frames that open the connection.
  var handshake: [CaptureBytes.Record] {
    [
      Self.record(0, 0, sequence: 0, acknowledgment: 0, flags: 0x02),
      Self.record(0, 1, sequence: 0, acknowledgment: 1, flags: 0x12),
    ]
  }

  /// What a side says, so many milliseconds after a beginning. A segment that is lost has a place in the stream all the
  /// same.
  mutating func record(_ milliseconds: Int64, _ payload: [UInt8], isAnswer: Bool = false) -> CaptureBytes.Record {
    let side = isAnswer ? 1 : 0
    defer { next[side] += payload.count }
    return Self.record(milliseconds, side, sequence: next[side], acknowledgment: next[1 - side], flags: 0x18, payload)
  }

  private static func record(
    _ milliseconds: Int64, _ side: Int, sequence: Int, acknowledgment: Int, flags: UInt8, _ payload: [UInt8] = []
  ) -> CaptureBytes.Record {
    let segment =
      LayerBuilder.big16(ports[side]) + LayerBuilder.big16(ports[1 - side]) + LayerBuilder.big32(sequence)
      + LayerBuilder.big32(acknowledgment) + [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    var packet = LayerBuilder.ip(4, 6, segment)
    if side == 1 { packet.replaceSubrange(12..<20, with: [10, 0, 0, 2, 10, 0, 0, 1]) }
    return CaptureBytes.Record(
      time: 1_700_000_000_000_000_000 + milliseconds * 1_000_000, bytes: LayerBuilder.ethernet(packet))
  }
}

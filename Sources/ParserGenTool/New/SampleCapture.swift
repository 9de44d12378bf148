import Foundation

/// Writes a capture of one TCP connection, in the oldest pcap format and without a link layer: IPv4 datagrams.
struct SampleCapture {
  /// The port of the side that is connected to.
  let port: UInt16
  private var bytes: [UInt8] = []
  /// What each side sends next: sequence numbers.
  private var next: [UInt32] = [1000, 5000]
  private var clock: UInt32 = 0

  private enum Flag {
    static let fin: UInt8 = 0x01
    static let syn: UInt8 = 0x02
    static let push: UInt8 = 0x08
    static let acknowledgment: UInt8 = 0x10
  }

  /// - Parameter payloads: in order; the direction 0 is that of who connects.
  init(_ payloads: [(direction: Int, bytes: [UInt8])], port: UInt16) {
    self.port = port
    // Version 2.4, snapshot length, link type RAW.
    bytes = [0xA1B2_C3D4, 0x0002_0004, 0, 0, 262_144, 101].flatMap(Self.word)
    packet(0, Flag.syn)
    packet(1, Flag.syn | Flag.acknowledgment)
    packet(0, Flag.acknowledgment)
    for payload in payloads { packet(payload.direction, Flag.push | Flag.acknowledgment, payload.bytes) }
    packet(0, Flag.fin | Flag.acknowledgment)
    packet(1, Flag.fin | Flag.acknowledgment)
    packet(0, Flag.acknowledgment)
  }

  /// The file.
  var data: Data { Data(bytes) }

  private mutating func packet(_ direction: Int, _ flags: UInt8, _ payload: [UInt8] = []) {
    let addresses: [[UInt8]] = [[192, 0, 2, 1], [192, 0, 2, 2]]
    let ports = [Self.half(50_000), Self.half(port)]
    let other = 1 - direction
    let isFirst = flags & Flag.acknowledgment == 0
    var tcp = ports[direction] + ports[other] + Self.word(next[direction]) + Self.word(isFirst ? 0 : next[other])
    tcp += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    let pseudoHeader = addresses[direction] + addresses[other] + [0, 6] + Self.half(UInt16(tcp.count))
    tcp.replaceSubrange(16..<18, with: Self.checksum(pseudoHeader + tcp))
    var ip: [UInt8] = [0x45, 0] + Self.half(UInt16(20 + tcp.count)) + [0, 0, 0x40, 0, 64, 6, 0, 0]
    ip += addresses[direction] + addresses[other]
    ip.replaceSubrange(10..<12, with: Self.checksum(ip))
    clock += 10_000
    let length = Self.word(UInt32(ip.count + tcp.count))
    bytes += Self.word(1_767_225_600) + Self.word(clock) + length + length + ip + tcp
    next[direction] += UInt32(payload.count) + (flags & (Flag.syn | Flag.fin) == 0 ? 0 : 1)
  }

  /// RFC 1071.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var sum = stride(from: 0, to: bytes.count, by: 2).reduce(UInt32(0)) { sum, place in
      sum + UInt32(bytes[place]) << 8 + (place + 1 < bytes.count ? UInt32(bytes[place + 1]) : 0)
    }
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    return half(~UInt16(sum))
  }

  private static func half(_ value: UInt16) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  private static func word(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
}

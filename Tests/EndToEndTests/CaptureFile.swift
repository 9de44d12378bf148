import Foundation

/// Writes and reads pcap files, independently of the program.
enum CaptureFile {
  /// TCP payloads in order: direction 0 is from a client to the port. Each becomes a packet of its own, after a
  /// handshake.
  static func write(_ payloads: [(direction: Int, bytes: [UInt8])], to path: String, port: UInt32 = 7075) throws {
    var data = Data()
    func little(_ values: UInt32...) {
      for value in values { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
    }
    little(0xA1B2_C3D4, 0x0004_0002, 0, 0, 262144, 101)
    var sent: [UInt32] = [100, 200]
    var clock: UInt32 = 0
    func packet(_ direction: Int, _ flags: UInt8, _ payload: [UInt8]) {
      func big(_ value: UInt32, _ bytes: Int) -> [UInt8] {
        (0..<bytes).reversed().map { UInt8(value >> UInt32(8 * $0) & 0xFF) }
      }
      let ends: [([UInt8], UInt32)] = [([10, 0, 0, 1], 50000), ([10, 0, 0, 2], port)]
      let (source, target) = (ends[direction], ends[1 - direction])
      let length = UInt32(40 + payload.count)
      var frame: [UInt8] = [0x45, 0] + big(length, 2) + [0, 0, 0x40, 0, 64, 6, 0, 0] + source.0 + target.0
      frame += big(source.1, 2) + big(target.1, 2) + big(sent[direction], 4) + big(sent[1 - direction], 4)
      frame += [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + payload
      clock += 1
      little(1_700_000_000, clock, UInt32(frame.count), UInt32(frame.count))
      data.append(contentsOf: frame)
      sent[direction] &+= UInt32(payload.count) + (flags & 3 == 0 ? 0 : 1)
    }
    packet(0, 0x02, [])
    packet(1, 0x12, [])
    packet(0, 0x10, [])
    for (direction, bytes) in payloads { packet(direction, 0x18, bytes) }
    packet(0, 0x11, [])
    packet(1, 0x11, [])
    try data.write(to: URL(filePath: path))
  }

  /// The same payloads, each in a datagram of UDP in an Ethernet frame.
  static func writeDatagrams(
    _ payloads: [(direction: Int, bytes: [UInt8])], to path: String, port: UInt32 = 7075
  ) throws {
    try write(payloads, to: path, port: port)
    try reframe(path, to: path) { segment in
      let payload = segment[40...]
      guard !payload.isEmpty else { return [] }
      func big(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }
      let header = [0x45, 0] + big(28 + payload.count) + [0, 0, 0x40, 0, 64, 17, 0, 0]
      let datagram = segment[20..<24] + big(8 + payload.count) + [0, 0] + payload
      return [[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0] + header + segment[12..<20] + datagram]
    }
  }

  /// Makes a capture of Ethernet frames from one that `write` made.
  /// - Parameter frames: what each IP datagram becomes.
  static func reframe(_ path: String, to target: String, _ frames: ([UInt8]) -> [[UInt8]]) throws {
    let data = [UInt8](try Data(contentsOf: URL(filePath: path)))
    func length(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(data[place + $1]) << (8 * $1) } }
    var result = Data(data[..<20] + [1, 0, 0, 0])
    var place = 24
    while place + 16 <= data.count {
      let end = place + 16 + length(place + 8)
      for frame in frames(Array(data[(place + 16)..<end])) {
        let size = (0..<4).map { UInt8(frame.count >> (8 * $0) & 0xFF) }
        result += Data(data[place..<place + 8] + size + size + frame)
      }
      place = end
    }
    try result.write(to: URL(filePath: target))
  }

  /// The captures of a folder, packed ones too.
  static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".pcap") || $0.hasSuffix(".pcap.gz")
    }.sorted()
  }

  /// The path of a capture that is not packed.
  static func unpacked(_ path: String, into folder: TemporaryFolder) throws -> String {
    guard path.hasSuffix(".gz") else { return path }
    let target = folder.path(String(path.split(separator: "/").last?.dropLast(3) ?? "capture.pcap"))
    try system("sh", "-c", "gunzip -c \"$0\" > \"$1\"", path, target)
    return target
  }

  /// The capture time of each packet of a little-endian microsecond pcap file, in µs.
  static func times(_ path: String) throws -> [Int] {
    let data = try Data(contentsOf: URL(filePath: path))
    func little(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) } }
    guard little(0) == 0xA1B2_C3D4 else { return [] }
    var times: [Int] = []
    var place = 24
    while place + 16 <= data.count {
      times.append(little(place) * 1_000_000 + little(place + 4))
      place += 16 + little(place + 8)
    }
    return times
  }
}

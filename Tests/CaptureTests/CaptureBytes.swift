import Foundation

@testable import Capture

/// Capture files as bytes, made independently of the program that reads them.
enum CaptureBytes {
  struct Record: Equatable {
    /// Nanoseconds since 1970.
    var time: Int64
    var bytes: [UInt8]
    var linkType: UInt16 = 1
  }

  static func number<Value: FixedWidthInteger>(_ value: Value, _ isBig: Bool) -> [UInt8] {
    withUnsafeBytes(of: isBig ? value.bigEndian : value.littleEndian) { [UInt8]($0) }
  }

  static func pcap(
    _ records: [Record], isBig: Bool = false, isNanoseconds: Bool = false, snapshotLength: UInt32 = 65535
  ) -> [UInt8] {
    let magic: UInt32 = isNanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4
    var file = number(magic, isBig) + number(UInt16(2), isBig) + number(UInt16(4), isBig)
    file += number(UInt64(0), isBig)
    file += number(snapshotLength, isBig) + number(UInt32(records.first?.linkType ?? 1), isBig)
    return file + records.flatMap { pcapRecord($0, isBig: isBig, isNanoseconds: isNanoseconds) }
  }

  static func pcapRecord(_ record: Record, isBig: Bool = false, isNanoseconds: Bool = false) -> [UInt8] {
    let rest = record.time % 1_000_000_000
    return number(UInt32(record.time / 1_000_000_000), isBig)
      + number(UInt32(isNanoseconds ? rest : rest / 1000), isBig)
      + number(UInt32(record.bytes.count), isBig) + number(UInt32(record.bytes.count), isBig) + record.bytes
  }

  static func block(_ type: UInt32, _ body: [UInt8], isBig: Bool = false) -> [UInt8] {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = number(UInt32(padded.count + 12), isBig)
    return number(type, isBig) + length + padded + length
  }

  static func section(isBig: Bool = false) -> [UInt8] {
    block(
      0x0A0D_0D0A,
      number(UInt32(0x1A2B_3C4D), isBig) + number(UInt16(1), isBig) + number(UInt16(0), isBig)
        + number(Int64(-1), isBig),
      isBig: isBig)
  }

  /// - Parameter resolution: the option `if_tsresol`; nil for none.
  static func interface(
    _ linkType: UInt16, resolution: UInt8? = nil, offset: Int64? = nil, snapshotLength: UInt32 = 0, isBig: Bool = false
  ) -> [UInt8] {
    var body = number(linkType, isBig) + [0, 0] + number(snapshotLength, isBig)
    if let resolution { body += number(UInt16(9), isBig) + number(UInt16(1), isBig) + [resolution, 0, 0, 0] }
    if let offset { body += number(UInt16(14), isBig) + number(UInt16(8), isBig) + number(offset, isBig) }
    return block(1, body, isBig: isBig)
  }

  static func packet(_ bytes: [UInt8], ticks: UInt64, interface: UInt32 = 0, isBig: Bool = false) -> [UInt8] {
    block(
      6,
      number(interface, isBig) + number(UInt32(ticks >> 32), isBig) + number(UInt32(ticks & 0xFFFF_FFFF), isBig)
        + number(UInt32(bytes.count), isBig) + number(UInt32(bytes.count), isBig) + bytes, isBig: isBig)
  }

  /// Frames of different lengths, a millisecond apart.
  static func records(_ count: Int, linkType: UInt16 = 1, start: Int64 = 1_680_000_000_000_000_000) -> [Record] {
    (0..<count).map { index in
      let bytes = (0..<(20 + index * 7 % 50)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }
      return Record(time: start + Int64(index) * 1_000_000, bytes: bytes, linkType: linkType)
    }
  }
}

/// A capture file on disk, read to its end.
struct FileRun {
  var records: [CaptureBytes.Record] = []
  var damage: FileDamage?
  var warnings: [CaptureWarning] = []

  init(_ bytes: [UInt8], filter: String? = nil) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "nanocap-file-\(UUID().uuidString)").path
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try PacketFile(path: path, filter: filter.map { try PacketFilter($0) })
    while let packet = try file.next() {
      records.append(
        CaptureBytes.Record(time: packet.time, bytes: [UInt8](packet.bytes), linkType: packet.linkType.number))
    }
    (damage, warnings) = (file.damage, file.warnings)
  }
}

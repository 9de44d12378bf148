import Foundation
import Testing

@testable import Capture

/// Capture files in all their forms.
@Suite struct CaptureFileTests {
  @Test(arguments: [false, true], [false, true])
  func `pcap is read in both byte orders and resolutions`(isBig: Bool, isNanoseconds: Bool) throws {
    var records = CaptureBytes.records(5)
    if isNanoseconds { records[2].time += 123 }
    let run = try FileRun(CaptureBytes.pcap(records, isBig: isBig, isNanoseconds: isNanoseconds))
    #expect(run.records == records && run.damage == nil)
  }

  @Test func `times up to 2106 are those of the file, and a packet may be longer than the snapshot length`() throws {
    let late = CaptureBytes.Record(time: 4_294_967_295_000_001_000, bytes: [UInt8](repeating: 1, count: 70_000))
    let run = try FileRun(CaptureBytes.pcap([late], snapshotLength: 96))
    #expect(run.records == [late] && run.damage == nil)
  }

  @Test func `a pcapng file may mix link types, time units, snapshot lengths and byte orders`() throws {
    let frame = [UInt8](0..<60)
    var file = CaptureBytes.section() + CaptureBytes.interface(1, snapshotLength: 64)
    file += CaptureBytes.interface(101, resolution: 9, snapshotLength: 65535)
    file += CaptureBytes.interface(1, resolution: 0x80 | 20, offset: 1000)
    // A block that is no packet, and one of a type that nobody knows.
    file += CaptureBytes.block(5, [UInt8](repeating: 0, count: 12)) + CaptureBytes.block(0x7777, [1, 2, 3, 4])
    file += CaptureBytes.packet(frame, ticks: 1_500_000) + CaptureBytes.packet(frame, ticks: 5, interface: 1)
    file += CaptureBytes.packet(frame, ticks: 3 << 19, interface: 2)
    file += CaptureBytes.section(isBig: true) + CaptureBytes.interface(113, isBig: true)
    file += CaptureBytes.packet(frame, ticks: 7, isBig: true)
    let run = try FileRun(file)
    #expect(run.records.map(\.time) == [1_500_000_000, 5, 1_001_500_000_000, 7000])
    #expect(run.records.map(\.linkType) == [1, 101, 1, 113])
    #expect(run.records.allSatisfy { $0.bytes == frame } && run.warnings.isEmpty)
  }

  @Test func `simple and obsolete packet blocks are read`() throws {
    let frame = [UInt8](0..<32)
    let number = { (value: UInt32) in CaptureBytes.number(value, false) }
    var file = CaptureBytes.section() + CaptureBytes.interface(1, snapshotLength: 20)
    file += CaptureBytes.block(2, [0, 0, 0, 0] + number(0) + number(9) + number(32) + number(40) + frame)
    file += CaptureBytes.block(3, number(40) + Array(frame.prefix(20)))
    let run = try FileRun(file)
    #expect(run.records.map(\.bytes) == [frame, Array(frame.prefix(20))])
    #expect(run.records.map(\.time) == [9000, 9000], "a block without a time has that of the one before it")
  }

  @Test(arguments: [
    (TimeUnit(6), UInt64.max, Int64(0), Int64.max), (TimeUnit(0), 5, 0, 5_000_000_000),
    (TimeUnit(12), 1_500_000_000_000, 0, 1_500_000_000), (TimeUnit(30), .max, 2, 2_000_000_000),
    (TimeUnit(0x80), 3, 0, 3_000_000_000), (TimeUnit(0x80 | 63), 1 << 62, 0, 500_000_000),
    (TimeUnit(0x80 | 127), .max, 1, 1_000_000_000), (TimeUnit(6), 1_000_000, -2, 0), (TimeUnit(9), 7, .max, .max),
    (TimeUnit(9), 7, .min, 0),
  ])
  func `times of any unit are right or the nearest that can be`(
    unit: TimeUnit, ticks: UInt64, offset: Int64, nanoseconds: Int64
  ) {
    #expect(unit.nanoseconds(ticks, offset: offset) == nanoseconds)
  }

  // MARK: Link types

  @Test func `packets of a link type without IP are told, and refused where there are no others`() throws {
    let frame = [UInt8](0..<60)
    let unused = CaptureBytes.section() + CaptureBytes.interface(189) + CaptureBytes.interface(1)
    let run = try FileRun(unused + CaptureBytes.packet(frame, ticks: 1, interface: 1))
    #expect(run.records.count == 1 && run.warnings.isEmpty, "an interface that is declared only")
    let mixed = try FileRun(
      unused + CaptureBytes.packet(frame, ticks: 1) + CaptureBytes.packet(frame, ticks: 2, interface: 1))
    #expect(mixed.records.count == 1 && mixed.warnings.count == 1)
    #expect("\(mixed.warnings)".contains("USB_LINUX (189)"))
    #expect(throws: CaptureError.self) { try FileRun(unused + CaptureBytes.packet(frame, ticks: 1)) }
    #expect(try FileRun(CaptureBytes.pcap([.init(time: 0, bytes: [], linkType: 189)].dropLast())).records.isEmpty)
  }

  @Test func `of several link types without IP the one of most packets is named`() throws {
    let types: [UInt16] = [138, 147, 148, 158, 189, 195, 220, 249]
    let file =
      CaptureBytes.section() + types.flatMap { CaptureBytes.interface($0) }
      + (0..<types.count).flatMap { CaptureBytes.packet([1, 2, 3, 4], ticks: 1, interface: UInt32($0)) }
    func refusal(_ file: [UInt8]) -> String? {
      do { _ = try FileRun(file) } catch { return "\(error)" }
      return nil
    }
    // No order of a hash table is the same twice.
    for _ in 0..<20 { #expect(refusal(file)?.contains("(138)") == true) }
    #expect(refusal(file + CaptureBytes.packet([1], ticks: 2, interface: 4))?.contains("(189)") == true)
  }

  // MARK: Compression

  @Test(arguments: ["gzip -c", "zstd -qc", "lz4 -qc", "xz -c"])
  func `compressed files are read by content, joined ones too, and cut ones to the cut`(command: String) throws {
    let records = CaptureBytes.records(400)
    let plain = CaptureBytes.pcap(records)
    let half = plain.count / 2
    let parts = try [plain[..<half], plain[half...]].map { try Self.compressed(Array($0), command) }
    #expect(try FileRun(parts[0] + parts[1]).records == records)
    let whole = try Self.compressed(plain, command)
    for cut in stride(from: 30, to: whole.count, by: 97) {
      // A file so short that nothing of it can be decompressed is no capture.
      guard let run = try? FileRun(Array(whole.prefix(cut))) else { continue }
      #expect(run.records == Array(records.prefix(run.records.count)))
      #expect(run.damage?.kind == .cutOff, "\(cut) of \(whole.count)")
    }
    var damaged = whole
    for index in whole.count / 2..<min(whole.count / 2 + 8, whole.count) { damaged[index] ^= 0xA5 }
    let run = try? FileRun(damaged)
    #expect(run == nil || run?.damage != nil, "checksums tell damage")
  }

  @Test(arguments: ["gzip -c", "zstd -qc", "lz4 -qc", "xz -c"])
  func `compressed files larger than what is read ahead lose nothing`(command: String) throws {
    // Of random bytes, which cannot be compressed: so the compressed file is as large.
    var random = SystemRandomNumberGenerator()
    let records = (0..<60).map { index in
      let bytes = (0..<8000).flatMap { _ in CaptureBytes.number(random.next() as UInt64, false) }
      return CaptureBytes.Record(time: Int64(index) * 1_000_000, bytes: bytes)
    }
    let run = try FileRun(try Self.compressed(CaptureBytes.pcap(records), command))
    #expect(run.records == records && run.damage == nil)
  }

  @Test(arguments: ["gzip -c", "zstd -qc", "lz4 -qc -B4", "xz -c"])
  func `a damaged compressed file loses no more than the block that is damaged`(command: String) throws {
    var random = SystemRandomNumberGenerator()
    // 4 bits of each byte are random: the compressed file has half of the length.
    let records = (0..<64).map { index in
      let words = (0..<2000).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) & 0x0F0F_0F0F_0F0F_0F0F }
      let bytes = words.flatMap { CaptureBytes.number($0, false) }
      return CaptureBytes.Record(time: Int64(index) * 1_000_000, bytes: bytes)
    }
    var file = try Self.compressed(CaptureBytes.pcap(records), command)
    // Shortly before the end of what is read of the file at a time, all of which must not be lost.
    let place = file.count / 2 / 131_072 * 131_072 + 130_000
    for index in place..<place + 8 { file[index] ^= 0xA5 }
    // No block has more than 128 KB.
    let sound = records.count * place / file.count - 10
    let run = try FileRun(file)
    #expect(run.records.prefix(sound).elementsEqual(records.prefix(sound)), "\(run.records.count) of \(sound)")
    #expect(run.damage != nil)
  }

  private static func compressed(_ bytes: [UInt8], _ command: String) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.appending(path: "nanocap-plain-\(UUID().uuidString)").path
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "\(command) < '\(path)'"]
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return [UInt8](output)
  }
}

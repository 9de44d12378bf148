import Foundation
import Testing

@testable import Capture

/// Capture files that are cut off, damaged or joined: all that can be read is read, and the rest is told.
@Suite struct DamagedFileTests {
  private static let records = CaptureBytes.records(6)

  private static func pcapng(_ records: [CaptureBytes.Record]) -> [UInt8] {
    CaptureBytes.section() + CaptureBytes.interface(1)
      + records.flatMap { CaptureBytes.packet($0.bytes, ticks: UInt64($0.time / 1000)) }
  }

  @Test func `a pcap file cut at any byte gives the packets before the cut`() throws {
    let file = CaptureBytes.pcap(Self.records)
    var ends = [24]
    for record in Self.records { ends.append((ends.last ?? 0) + 16 + record.bytes.count) }
    for cut in 0..<file.count {
      let bytes = Array(file.prefix(cut))
      guard cut >= 24 else {
        #expect(throws: CaptureError.self) { try FileRun(bytes) }
        continue
      }
      let run = try FileRun(bytes)
      let whole = ends.count { $0 <= cut } - 1
      #expect(run.records == Array(Self.records.prefix(whole)))
      #expect((run.damage == nil) == ends.contains(cut), "\(cut)")
      if let damage = run.damage {
        #expect(damage.kind == .cutOff && damage.offset == ends[whole] && damage.packets == whole)
      }
    }
  }

  @Test func `a pcapng file cut at any byte gives the packets before the cut`() throws {
    let file = Self.pcapng(Self.records)
    let start = Self.pcapng([]).count
    for cut in 4..<file.count {
      let run = try FileRun(Array(file.prefix(cut)))
      let whole = (0...Self.records.count).last { Self.pcapng(Array(Self.records.prefix($0))).count <= cut } ?? 0
      #expect(run.records == Array(Self.records.prefix(whole)))
      let isWhole = cut == Self.pcapng(Array(Self.records.prefix(whole))).count || cut == CaptureBytes.section().count
      #expect((run.damage == nil) == isWhole, "\(cut)")
      if cut > start, !isWhole { #expect(run.damage?.kind == .cutOff) }
    }
  }

  @Test(arguments: [1, 3, 16, 40, 1000, 70_000])
  func `garbage between records costs nothing but itself`(length: Int) throws {
    var random = SystemRandomNumberGenerator()
    // No byte is zero, so no length in it is small.
    let garbage = (0..<length).map { _ in UInt8.random(in: 128...255, using: &random) }
    let (before, after) = (Array(Self.records.prefix(3)), Array(Self.records.suffix(3)))
    let pcap = try FileRun(CaptureBytes.pcap(before) + garbage + after.flatMap { CaptureBytes.pcapRecord($0) })
    let blocks = after.flatMap { CaptureBytes.packet($0.bytes, ticks: UInt64($0.time / 1000)) }
    for run in [pcap, try FileRun(Self.pcapng(before) + garbage + blocks)] {
      #expect(run.records == Self.records)
      #expect(run.damage?.kind == .damaged && run.damage?.packets == 3 && run.damage?.places == 1)
      #expect(run.damage?.skippedBytes == length)
    }
  }

  @Test func `a record behind damage is found by those behind it, and the last by the end`() throws {
    let garbage = [UInt8](repeating: 0xEE, count: 40)
    let (before, after) = (Array(Self.records.prefix(3)), Array(Self.records.suffix(3)))
    // What could be one record, if anything followed it.
    let false1 = CaptureBytes.pcapRecord(CaptureBytes.Record(time: before[2].time, bytes: garbage))
    let false2 = false1 + false1
    for bytes in [false1, false2] {
      let run = try FileRun(
        CaptureBytes.pcap(before) + garbage + bytes + garbage + after.flatMap { CaptureBytes.pcapRecord($0) })
      #expect(run.records == Self.records && run.damage?.skippedBytes == 80 + bytes.count)
    }
    for count in [1, 2, 12] {
      let last = CaptureBytes.Record(time: before[2].time, bytes: [UInt8](repeating: 1, count: count))
      let run = try FileRun(CaptureBytes.pcap(before) + garbage + CaptureBytes.pcapRecord(last))
      #expect(run.records == before + [last] && run.damage?.skippedBytes == 40, "\(count)")
    }
  }

  @Test(arguments: [16, 24, 1000, 100_000]) func `zeros in place of records are no packets`(length: Int) throws {
    let zeros = [UInt8](repeating: 0, count: length)
    let tail = try FileRun(CaptureBytes.pcap(Self.records) + zeros)
    #expect(tail.records == Self.records && tail.damage?.skippedBytes == length)
    let (before, after) = (Array(Self.records.prefix(3)), Array(Self.records.suffix(3)))
    let hole = try FileRun(CaptureBytes.pcap(before) + zeros + after.flatMap { CaptureBytes.pcapRecord($0) })
    #expect(hole.records == Self.records && hole.damage?.skippedBytes == length && hole.damage?.places == 1)
    let only = try FileRun(CaptureBytes.pcap([]) + zeros)
    #expect(only.records.isEmpty && only.damage?.skippedBytes == length)
    let empty = CaptureBytes.Record(time: Self.records[5].time, bytes: [])
    #expect(try FileRun(CaptureBytes.pcap(Self.records + [empty])).records == Self.records + [empty])
  }

  @Test(arguments: [4000, 4096, 60_000]) func `finding the way through much damage is linear`(claimed: UInt32) throws {
    // Blocks that claim much of the file, each with one behind it that is sound.
    let damaged = CaptureBytes.number(UInt32(0x7777), false) + CaptureBytes.number(claimed, false)
    let file = Self.pcapng([]) + (0..<10_000).flatMap { _ in damaged + CaptureBytes.block(5, []) }
    let path = FileManager.default.temporaryDirectory.appending(path: "nanocap-damage-\(UUID().uuidString)").path
    try Data(file).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let window = InputWindow(FileInput(descriptor: open(path, O_RDONLY), mayWait: false) { true }, blockSize: 4096)
    let capture = try PacketFile(name: path, path: path, size: file.count, window: window, filter: nil)
    #expect(try capture.next() == nil)
    #expect(capture.damage?.places ?? 0 > 5000)
    #expect(window.offset == file.count && window.movedBytes <= 3 * file.count, "\(window.movedBytes) bytes")
  }

  @Test func `joined files are read one after another, whatever their formats`() throws {
    let parts = [
      CaptureBytes.pcap(Self.records), Self.pcapng(Self.records),
      CaptureBytes.pcap(Self.records, isBig: true, isNanoseconds: true),
    ]
    for first in parts {
      for second in parts {
        let run = try FileRun(first + second)
        #expect(run.records == Self.records + Self.records && run.damage == nil)
      }
    }
  }

  @Test func `a file joined to one that was cut off is read from its header on`() throws {
    let (first, second) = (CaptureBytes.pcap(Self.records), CaptureBytes.pcap(Self.records, isBig: true))
    for missing in 1...20 {
      let run = try FileRun(first.dropLast(missing) + second)
      #expect(run.records == Self.records.dropLast() + Self.records, "\(missing)")
      #expect(run.damage?.kind == .damaged && run.damage?.packets == 5)
    }
  }

  @Test func `a record that claims more than the file has is where the file is cut off`() throws {
    var long = CaptureBytes.pcapRecord(Self.records[3])
    long.replaceSubrange(8..<16, with: CaptureBytes.number(UInt64(0x7FFF_FFFF_7FFF_FFFF), false))
    let run = try FileRun(CaptureBytes.pcap(Array(Self.records.prefix(3))) + long)
    #expect(run.records == Array(Self.records.prefix(3)) && run.damage?.kind == .cutOff)
  }

  @Test(arguments: [3_000_000, 0x7FFF_FFFF], [10, 2_500_000])
  func `the warning of a file that is cut off tells where, and how many bytes were not read`(
    claimed: UInt32, rest: Int
  ) throws {
    let (before, zeros) = (Array(Self.records.prefix(3)), [UInt8](repeating: 0, count: rest))
    var record = CaptureBytes.pcapRecord(CaptureBytes.Record(time: Self.records[3].time, bytes: zeros))
    let length = CaptureBytes.number(claimed, false)
    record.replaceSubrange(8..<16, with: length + length)
    let run = try FileRun(CaptureBytes.pcap(before) + record)
    #expect(run.records == before)
    let place = CaptureBytes.pcap(before).count
    #expect(run.damage?.kind == .cutOff && run.damage?.offset == place && run.damage?.skippedBytes == rest + 16)
    let warning = run.warnings.map(\.description).joined()
    #expect(warning.contains("cut off at byte \(place), behind 3 packets"), "\(warning)")
    #expect(warning.contains("\(rest + 16) bytes from there on were not"), "\(warning)")
  }

  @Test func `a packet of an interface that is not described costs only itself`() throws {
    let file = Self.pcapng(Array(Self.records.prefix(2))) + CaptureBytes.packet([1, 2, 3, 4], ticks: 1, interface: 9)
    let rest = Self.records.suffix(4).flatMap { CaptureBytes.packet($0.bytes, ticks: UInt64($0.time / 1000)) }
    let run = try FileRun(file + rest)
    #expect(run.records == Self.records && run.damage?.places == 1)
    #expect("\(run.warnings)".contains("not described"))
  }

  @Test func `what is no capture is refused with what it is`() {
    for (bytes, reason) in [
      ([UInt8](), "is empty"), ([1, 2, 3], "cut off"), (Array("snoop\0\0\0 and more".utf8), "editcap"),
      ([0, 1, 2, 3, 4, 5, 6, 7], "begins with the bytes 00 01 02 03"),
    ] {
      #expect(performing: { try FileRun(bytes) }, throws: { "\($0)".contains(reason) })
    }
  }
}

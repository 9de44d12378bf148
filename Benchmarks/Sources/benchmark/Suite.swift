import Capture
import Foundation
import NanoParser
import ParserRuntime

/// The parser and the stages of an import, each by itself, as rows of a table.
struct Suite {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "nanocap-benchmark-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// - Parameter show: takes each row as it is measured.
  func run(_ show: (Measurement) -> Void) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    show(ParserBenchmark().run())
    for kind in Messages.Kind.allCases { show(ParserBenchmark(kind).run()) }
    for fate in Traffic.Fate.allCases {
      show(try reassembly(fate.rawValue, Traffic(megabytes: 100, segmentBytes: 1448, fate: fate)))
    }
    show(try reassembly("100,000 connections", Traffic(megabytes: 100, flows: 100_000, segmentBytes: 1448)))
    show(try reassembly("offloaded, 60 KB a segment", Traffic(megabytes: 100, segmentBytes: 60_000)))
    let live = try capture(Traffic(megabytes: 100))
    show(try rows(live, of: "live mix"))
    show(try writing(live))
    show(try rows(capture(Traffic(megabytes: 100, content: .bootstrap)), of: "bootstrap"))
  }

  private func capture(_ traffic: Traffic) throws -> ImportStages {
    let path = folder.appending(path: UUID().uuidString).path
    try traffic.write(to: path)
    return ImportStages(of: path, as: NanoSpecification.self)
  }

  private func reassembly(_ name: String, _ traffic: Traffic) throws -> Measurement {
    let capture = try capture(traffic)
    defer { try? FileManager.default.removeItem(atPath: capture.path) }
    return try Measurement(
      "packets to streams, \(name)", unit: "MB/s", scale: 1e6, against: "copying the payload", capture.streams
    ) { try PayloadCopy.run(capture.path) }
  }

  private func rows(_ capture: ImportStages, of name: String) throws -> Measurement {
    let messages = try capture.rows()
    return try Measurement(
      "packets to rows, \(name)", unit: "million messages/s", scale: 1e6, against: "packets to streams",
      { try capture.rows() }
    ) {
      _ = try capture.streams()
      return messages
    }
  }

  private func writing(_ capture: ImportStages) throws -> Measurement {
    var batches: [RowBatch] = []
    _ = try capture.rows { batches.append($0) }
    let rows = batches
    let database = folder.appending(path: "rows.db").path
    return try Measurement(
      "rows to database, live mix", unit: "million rows/s", scale: 1e6, against: "reading the batches",
      {
        try? FileManager.default.removeItem(atPath: database)
        return try capture.write(rows, to: database)
      }
    ) {
      var values = 0
      for batch in rows { batch.forEachRow { _, row in while row.next() != nil { values += 1 } } }
      precondition(values > 0, "rows have values")
      return rows.reduce(0) { $0 + $1.rowCount }
    }
  }
}

/// What reassembly cannot do without: reads the records of a capture, and copies their payload.
enum PayloadCopy {
  /// Bytes before the payload: the record's header, Ethernet, IPv4, TCP.
  private static let headers = 16 + 54
  private static let blockSize = 1 << 20

  /// - Returns: Bytes of payload.
  static func run(_ path: String) throws -> Int {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw CocoaError(.fileReadUnknown) }
    defer { close(file) }
    var block = [UInt8](repeating: 0, count: blockSize)
    var copy = [UInt8](repeating: 0, count: 1 << 16)
    lseek(file, 24, SEEK_SET)
    var (filled, total) = (0, 0)
    while true {
      let count = block.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + filled }, $0.count - filled) }
      guard count > 0 else { return total }
      filled += count
      var place = 0
      block.withUnsafeMutableBytes { block in
        while place + headers <= filled {
          let end = place + 16 + Int(block.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self))
          guard end <= filled else { break }
          let payload = UnsafeRawBufferPointer(rebasing: block[place + headers..<end])
          copy.withUnsafeMutableBytes { $0.copyMemory(from: payload) }
          total += payload.count
          place = end
        }
        // The beginning of a record waits for its rest.
        block.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[place..<filled]))
      }
      filled -= place
    }
  }
}

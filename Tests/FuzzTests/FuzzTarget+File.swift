import Foundation

@testable import Capture

/// A capture file in memory.
private final class MemoryInput: ByteInput {
  private let bytes: [UInt8]
  /// Bytes that a read gives at the most.
  private let step: Int
  private(set) var position = 0
  let failure: String? = nil
  let mayWait = false
  let wasEnded = false

  init(_ bytes: [UInt8], step: Int) { (self.bytes, self.step) = (bytes, step) }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let end = min(bytes.count, position + min(step, buffer.count))
    buffer.copyBytes(from: bytes[position..<end])
    defer { position = end }
    return end - position
  }
}

extension FuzzTarget {
  /// A capture file, read by the engine's own reader: a byte for how many bytes are read at a time, less one, and the
  /// file, compressed or not, with long runs described as in `ExpandedInput`. How it is read changes nothing.
  static func readFile(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let file = Array(bytes.dropFirst())
    let step = Int(first) + 1
    guard let whole = contents(of: file, step: file.count + 1) else { return }
    guard let inSteps = contents(of: file, step: step) else { preconditionFailure("steps make a file longer") }
    if whole.failure == nil, inSteps.failure == nil {
      precondition(whole.bytes == inSteps.bytes, "what is decompressed depends on how it is read")
    } else {
      // How far a damaged file is decompressed may differ, not what comes out of it.
      precondition(whole.bytes.starts(with: inSteps.bytes) || inSteps.bytes.starts(with: whole.bytes))
    }
    let run = ReaderRun(whole.bytes, step: whole.bytes.count + 1, blockSize: 1 << 20)
    precondition(run == ReaderRun(whole.bytes, step: step, blockSize: 64), "what is read depends on how it is read")
  }

  /// The decompressed bytes of a file; nil where they are more than is worth the time.
  private static func contents(of file: [UInt8], step: Int) -> (bytes: [UInt8], failure: String?)? {
    let window = InputWindow.decompressed(MemoryInput(file, step: step))
    var bytes: [UInt8] = []
    while window.has(1) {
      bytes += window.bytes
      window.pass(window.bytes.count)
      if bytes.count > ExpandedInput.maximumBytes { return nil }
    }
    return (bytes, window.failure)
  }
}

/// What was read of a file.
private struct ReaderRun: Equatable {
  private struct Record: Equatable {
    /// Places of the packet's bytes in the file.
    var place: Range<Int>
    var time: Int64
    var linkType: LinkType
    var wireLength: Int
  }

  private var records: [Record] = []
  private var damage: FileDamage?
  private var error: String?

  init(_ bytes: [UInt8], step: Int, blockSize: Int) {
    let window = InputWindow(MemoryInput(bytes, step: step), blockSize: blockSize)
    do throws(CaptureError) {
      let file = try PacketFile(name: "file", path: "", size: bytes.count, window: window, filter: nil)
      defer { damage = file.damage }
      while let packet = try file.next() {
        let place = place(of: packet, window)
        precondition(bytes[place].elementsEqual(packet.bytes), "a packet is not where it seems to be")
        precondition(place.lowerBound > records.last?.place.upperBound ?? 0, "bytes are read twice")
        precondition(packet.wireLength >= place.count)
        records.append(
          Record(place: place, time: packet.time, linkType: packet.linkType, wireLength: packet.wireLength))
      }
      precondition(file.packetCount == records.count + file.unsupported.values.reduce(0, +))
      let next = try file.next()
      precondition(next == nil, "a file that has ended goes on")
      precondition(window.bytes.isEmpty && window.offset == bytes.count, "bytes are left")
    } catch {
      self.error = error.description
    }
    if let damage { precondition(damage.offset + damage.skippedBytes <= bytes.count) }
  }

  /// The packet's record is the last that was passed, so its bytes are right before the window's.
  private func place(of packet: Packet, _ window: InputWindow) -> Range<Int> {
    guard let start = packet.bytes.baseAddress, let end = window.bytes.baseAddress else {
      preconditionFailure("there is no window")
    }
    let distance = end - start
    precondition(distance >= packet.bytes.count && distance <= window.offset, "a packet outside of the file")
    let place = window.offset - distance
    return place..<place + packet.bytes.count
  }
}

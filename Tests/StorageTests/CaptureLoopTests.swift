import Foundation
import NanoParser
import Testing

@testable import Capture

/// What a live capture counts while the database cannot keep up. Only root may capture.
@Suite(.enabled(if: geteuid() == 0)) struct CaptureLoopTests {
  /// Datagrams to this host that nobody reads.
  private final class Datagrams {
    private let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    private var address = sockaddr_in()

    init() {
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          _ = bind(descriptor, address, length)
          getsockname(descriptor, address, &length)
          _ = connect(descriptor, address, length)
        }
      }
    }

    deinit { close(descriptor) }

    var port: UInt16 { address.sin_port.bigEndian }

    func send(_ count: Int) { for _ in 0..<count { _ = Glibc.send(descriptor, "x", 1, 0) } }
  }

  @Test func `packets that find the queue full are counted one by one, and only as long as it is`() throws {
    let folder = try Folder()
    let store = try folder.store()
    let datagrams = Datagrams()
    let filter = "udp dst port \(datagrams.port)"
    let device = try CaptureDevice(interface: "lo", DeviceOptions())
    try device.handle.apply(filter)
    let queue = RowQueue(capacity: 1)
    try queue.put(batch(0..<1))
    var options = LiveOptions(interface: "lo")
    options.limits.packets = 250
    let pipeline = DecodingPipeline(
      NanoSpecification.self, run: 1, nextIDs: .unused(for: NanoSpecification.info), options: options.decoding
    ) { _ in }
    let record = RunRecord(
      kind: "live", source: "lo", filter: filter, info: NanoSpecification.info, options: options.decoding)
    let loop = CaptureLoop(
      device: device, options: options, filter: filter, pipeline: pipeline, queue: queue,
      store: DatabaseFile(path: folder.path("a.db"), info: NanoSpecification.info), session: store, record: record,
      report: { _ in })
    datagrams.send(200)
    let limit = Date(timeIntervalSinceNow: 60)
    try loop.run {
      if loop.progress.packets == 200, queue.isFull {
        _ = queue.take(timeout: 0)
        datagrams.send(50)
      }
      return Date() > limit ? .stop : .goOn
    }
    #expect(loop.progress.endReason == .packets && loop.progress.packets == 250)
    // Whether the queue has room is looked at with every 64th packet, and with each as long as it is full.
    #expect(loop.progress.droppedByQueue == 200 - 63)
    #expect(loop.progress.decoding.packets.datagrams == 63 + 50)
    try store.close()
  }
}

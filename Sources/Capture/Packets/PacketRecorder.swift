import CLibPcap
import Foundation

/// Where the packets of a capture are kept as they are, besides the database.
public struct RecordingOptions: Sendable {
  /// The pcap file; with a limit the first of several: `name.pcap`, `name-1.pcap`, `name-2.pcap` and so on.
  public var path: String
  /// A new file is begun after so many bytes; nil for no limit.
  public var maximumBytes: Int?
  /// A new file is begun after so many seconds; nil for no limit.
  public var maximumSeconds: Double?
  /// The oldest file is removed when there are more than so many; nil keeps all.
  public var maximumFiles: Int?

  /// - Parameters:
  ///   - path: of the first file.
  ///   - maximumBytes: after so many bytes a new file is begun.
  ///   - maximumSeconds: and after so many seconds.
  ///   - maximumFiles: so many files are kept, the latest.
  public init(path: String, maximumBytes: Int? = nil, maximumSeconds: Double? = nil, maximumFiles: Int? = nil) {
    self.path = path
    self.maximumBytes = maximumBytes
    self.maximumSeconds = maximumSeconds
    self.maximumFiles = maximumFiles
  }
}

/// Writes packets to pcap files, one after another.
final class PacketRecorder {
  private let options: RecordingOptions
  private var dumper: OpaquePointer?
  private var opened = ContinuousClock.now
  private var number = 0
  private var paths: [String] = []

  init(_ options: RecordingOptions) { self.options = options }

  deinit { if let dumper { pcap_dump_close(dumper) } }

  /// Writes a packet of a handle, whose link type a new file gets.
  func write(_ packet: Packet, from handle: PcapHandle) throws(CaptureError) {
    if isFull { try closeFile() }
    let dumper = if let dumper { dumper } else { try open(handle) }
    var header = pcap_pkthdr()
    // The handle has nanoseconds, so the file has too.
    header.ts = timeval(tv_sec: Int(packet.time / 1_000_000_000), tv_usec: Int(packet.time % 1_000_000_000))
    header.caplen = UInt32(packet.bytes.count)
    header.len = UInt32(packet.wireLength)
    pcap_dump(
      UnsafeMutablePointer(mutating: UnsafeRawPointer(dumper).assumingMemoryBound(to: UInt8.self)), &header,
      packet.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    // Now `errno` still tells why.
    guard ferror(pcap_dump_file(dumper)) == 0 else { throw failure() }
  }

  /// Hands what has been written to the system, and tells if that fails.
  func flush() throws(CaptureError) {
    guard let dumper else { return }
    guard pcap_dump_flush(dumper) == 0 else { throw failure() }
  }

  private func failure() -> CaptureError {
    CaptureError(FileFailure(operation: .write, path: paths.last ?? options.path, code: errno).description)
  }

  /// Writes all packets to the disk, and closes the file.
  func finish() throws(CaptureError) {
    try flush()
    // Not at a change of files: waiting for the disk would cost packets there.
    if let dumper, let file = pcap_dump_file(dumper) {
      do throws(FileFailure) {
        try DurableFile.synchronize(fileno(file), paths.last ?? options.path)
      } catch {
        throw CaptureError(error.description)
      }
    }
    try closeFile()
  }

  private var isFull: Bool {
    guard let dumper else { return false }
    let isLarge = options.maximumBytes.map { pcap_dump_ftell(dumper) >= $0 } ?? false
    return isLarge || options.maximumSeconds.map { opened.duration(to: .now).inSeconds >= $0 } ?? false
  }

  private func open(_ handle: PcapHandle) throws(CaptureError) -> OpaquePointer {
    let path = path(number)
    guard let dumper = pcap_dump_open(handle.pointer, path) else {
      throw CaptureError("cannot write packets: \(String(cString: pcap_geterr(handle.pointer)))")
    }
    self.dumper = dumper
    opened = .now
    number += 1
    paths.append(path)
    if let limit = options.maximumFiles, paths.count > limit {
      try? FileManager.default.removeItem(atPath: paths.removeFirst())
    }
    return dumper
  }

  private func closeFile() throws(CaptureError) {
    // Closing would not tell whether the last packets could be written.
    try flush()
    if let dumper { pcap_dump_close(dumper) }
    dumper = nil
  }

  private func path(_ number: Int) -> String {
    guard number > 0 else { return options.path }
    let file = options.path as NSString
    let isBare = file.pathExtension.isEmpty
    return isBare ? "\(file)-\(number)" : "\(file.deletingPathExtension)-\(number).\(file.pathExtension)"
  }
}

import CLibPcap
import CLinux
import Foundation

/// A pcap or pcapng file, or standard input, read by libpcap.
final class PacketFile {
  private let handle: PcapHandle
  private let path: String
  /// Bytes of the file; nil where that is not known.
  let size: Int?
  private let input: StandardInput?

  /// - Parameters:
  ///   - path: a file's path, or `-` for standard input.
  ///   - filter: a BPF filter; only packets that match are read.
  ///   - idle: called several times a second while standard input has nothing to be read; returning false ends it.
  init(path: String, filter: String?, idle: @escaping () -> Bool = { true }) throws(CaptureError) {
    let name = path == "-" ? "standard input" : path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw CaptureError("\(name): is a folder; name a capture file")
    }
    var buffer = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    let precision = UInt32(PCAP_TSTAMP_PRECISION_NANO)
    let input = path == "-" ? StandardInput(idle: idle) : nil
    self.input = input
    let pointer =
      if let input {
        pcap_fopen_offline_with_tstamp_precision(input.file, precision, &buffer)
      } else {
        pcap_open_offline_with_tstamp_precision(path, precision, &buffer)
      }
    guard let pointer else {
      let reason = textOf(buffer)
      throw CaptureError(reason.hasPrefix(path) ? reason : "\(name): \(reason)")
    }
    handle = try PcapHandle(pointer, name: name)
    self.path = path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = attributes?[.type] as? FileAttributeType == .typeRegular ? attributes?[.size] as? Int : nil
    if let filter { try handle.apply(filter) }
  }

  /// The size and a hash of the file's beginning and end: the same for the same capture under any name. nil for what is
  /// no file.
  private(set) lazy var identity: String? = {
    guard let size, let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let part = 1 << 16
    var bytes = (try? file.read(upToCount: part)) ?? Data()
    if size > part, (try? file.seek(toOffset: UInt64(max(part, size - part)))) != nil {
      bytes += (try? file.readToEnd()) ?? Data()
    }
    return "\(size)-\(contentHash(bytes))"
  }()

  /// Opens a capture file that was imported once.
  /// - Parameters: as the row of `run` has them.
  /// - Returns: nil where the file is another by now.
  static func imported(path: String, filter: String?, identity: String?) throws(CaptureError) -> PacketFile? {
    // Whatever the database says: opening a pipe or a device could wait for ever.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw CaptureError("\(path): is no longer there")
    }
    let file = try PacketFile(path: path, filter: filter)
    guard let identity, file.identity == identity else { return nil }
    return file
  }

  /// Bytes of the file that have been read.
  var position: Int { pcap_file(handle.pointer).map { ftell($0) } ?? 0 }

  /// The next packet; nil at the end of the file.
  func next() throws(CaptureError) -> Packet? {
    if case .packet(let packet) = try handle.next() { packet } else { nil }
  }
}

/// Standard input as a file of the C library, which libpcap reads. While nothing comes there is time for other things.
private final class StandardInput {
  /// Milliseconds.
  private static let idleTime: Int32 = 200

  /// Closed by libpcap.
  private(set) var file: OpaqueFile?
  private let idle: () -> Bool

  init(idle: @escaping () -> Bool) {
    self.idle = idle
    file = open_reader(Unmanaged.passUnretained(self).toOpaque()) { context, bytes, count in
      guard let context, let bytes else { return -1 }
      return Unmanaged<StandardInput>.fromOpaque(context).takeUnretainedValue().read(into: bytes, count)
    }
  }

  private func read(into bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while poll(&descriptor, 1, Self.idleTime) <= 0 {
      // The end of the program, a signal that asks for it included, is the end of the input.
      guard idle() else { return 0 }
    }
    return Glibc.read(STDIN_FILENO, bytes, count)
  }
}

private typealias OpaqueFile = UnsafeMutablePointer<FILE>

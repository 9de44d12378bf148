import CLibPcap
import Foundation

/// Why a capture file or device cannot be used, in words that name it.
public struct CaptureError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// A pcap or pcapng file, or standard input, read by libpcap.
final class PacketFile {
  private let handle: OpaquePointer
  private let name: String
  let link: LinkLayer
  /// Bytes of the file; nil where that is not known.
  let size: Int?

  /// - Parameters:
  ///   - path: a file's path, or `-` for standard input.
  ///   - filter: a BPF filter; only packets that match are read.
  init(path: String, filter: String?) throws(CaptureError) {
    name = path == "-" ? "standard input" : path
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw CaptureError("\(name): is a folder; name a capture file")
    }
    guard
      let handle = pcap_open_offline_with_tstamp_precision(path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
    else {
      let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw CaptureError(reason.hasPrefix(path) ? reason : "\(name): \(reason)")
    }
    self.handle = handle
    let dlt = pcap_datalink(handle)
    guard let link = LinkLayer(dlt: dlt) else {
      let type = pcap_datalink_val_to_name(dlt).map { String(cString: $0) } ?? "\(dlt)"
      pcap_close(handle)
      throw CaptureError(
        "\(name): link type \(type) is not supported; Ethernet, Linux cooked, raw IP and BSD loopback are")
    }
    self.link = link
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = attributes?[.type] as? FileAttributeType == .typeRegular ? attributes?[.size] as? Int : nil
    if let filter { try apply(filter) }
  }

  deinit { pcap_close(handle) }

  private func apply(_ filter: String) throws(CaptureError) {
    var program = bpf_program()
    guard pcap_compile(handle, &program, filter, 1, UInt32.max) == 0 else {
      throw CaptureError("filter '\(filter)': \(String(cString: pcap_geterr(handle)))")
    }
    defer { pcap_freecode(&program) }
    guard pcap_setfilter(handle, &program) == 0 else {
      throw CaptureError("filter '\(filter)': \(String(cString: pcap_geterr(handle)))")
    }
  }

  /// Bytes of the file that have been read.
  var position: Int { pcap_file(handle).map { ftell($0) } ?? 0 }

  /// The next packet; nil at the end of the file.
  func next() throws(CaptureError) -> Packet? {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    switch pcap_next_ex(handle, &header, &bytes) {
    case 1:
      guard let header = header?.pointee else { return nil }
      // With nanosecond precision libpcap puts nanoseconds where the name says microseconds.
      let time = Int64(header.ts.tv_sec) * 1_000_000_000 + Int64(header.ts.tv_usec)
      return Packet(
        time: time, bytes: UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen)), wireLength: Int(header.len))
    case PCAP_ERROR_BREAK: return nil
    default: throw CaptureError("\(name): \(String(cString: pcap_geterr(handle)))")
    }
  }
}

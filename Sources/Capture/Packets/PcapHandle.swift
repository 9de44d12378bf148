import CLibPcap

/// An open libpcap handle: what files and devices have in common.
final class PcapHandle {
  enum Reading {
    case packet(Packet)
    /// No packet has come in time; only devices say so.
    case nothing
    case end
  }

  let pointer: OpaquePointer
  /// What to call it in messages.
  let name: String
  let linkType: LinkType

  /// Takes over a handle that is open, and closes it in the end.
  init(_ pointer: OpaquePointer, name: String) throws(CaptureError) {
    let linkType = LinkType(dlt: pcap_datalink(pointer))
    guard linkType.isSupported else {
      pcap_close(pointer)
      throw CaptureError("\(name): \(linkType.refusal)")
    }
    self.pointer = pointer
    self.name = name
    self.linkType = linkType
  }

  deinit { pcap_close(pointer) }

  /// Lets only packets through that match a BPF filter.
  func apply(_ filter: String) throws(CaptureError) {
    var program = bpf_program()
    guard pcap_compile(pointer, &program, filter, 1, UInt32.max) == 0 else {
      throw CaptureError("filter '\(filter)': \(message)")
    }
    defer { pcap_freecode(&program) }
    guard pcap_setfilter(pointer, &program) == 0 else { throw CaptureError("filter '\(filter)': \(message)") }
  }

  /// Reads a packet; its bytes are valid until the next is read.
  func next() throws(CaptureError) -> Reading {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    switch pcap_next_ex(pointer, &header, &bytes) {
    case 1:
      guard let header = header?.pointee else { return .nothing }
      // With nanosecond precision libpcap puts nanoseconds where the name says microseconds. A file may state any time;
      // one that no clock shows is cut to the year 2255.
      let time =
        Int64(min(max(header.ts.tv_sec, 0), 9_000_000_000)) * 1_000_000_000
        + Int64(min(max(header.ts.tv_usec, 0), 1 << 40))
      return .packet(
        Packet(
          linkType: linkType, time: time, bytes: UnsafeRawBufferPointer(start: bytes, count: Int(header.caplen)),
          wireLength: Int(header.len)))
    case 0: return .nothing
    case PCAP_ERROR_BREAK: return .end
    default: throw CaptureError("\(name): \(message)", .device)
    }
  }

  private var message: String { String(cString: pcap_geterr(pointer)) }
}

/// The text that a C function has put into a buffer.
func textOf(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

import CLibPcap

/// A BPF filter for packets of any link type: compiled by libpcap for each type that comes, and run on the bytes.
final class PacketFilter {
  private let text: String
  private var programs: [LinkType: Program] = [:]
  /// What was compiled last: a file mixes link types seldom.
  private var current: (type: LinkType, program: Program)?

  private final class Program {
    var code = bpf_program()
    deinit { pcap_freecode(&code) }
  }

  /// - Parameter text: an expression as `man pcap-filter` describes it.
  init(_ text: String) { self.text = text }

  /// Whether a packet is to be taken.
  /// - Throws: Where the expression is none, or makes no sense for the packet's link type.
  func passes(_ packet: Packet) throws(CaptureError) -> Bool {
    let program = try program(for: packet.linkType)
    var header = pcap_pkthdr()
    header.caplen = UInt32(clamping: packet.bytes.count)
    header.len = UInt32(clamping: packet.wireLength)
    return pcap_offline_filter(&program.code, &header, packet.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
      != 0
  }

  /// Compiles the expression for a link type.
  func check(_ type: LinkType) throws(CaptureError) { _ = try program(for: type) }

  private func program(for type: LinkType) throws(CaptureError) -> Program {
    if let current, current.type == type { return current.program }
    let program = if let known = programs[type] { known } else { try compile(type) }
    programs[type] = program
    current = (type, program)
    return program
  }

  private func compile(_ type: LinkType) throws(CaptureError) -> Program {
    guard let handle = pcap_open_dead(type.dlt, Int32(CaptureFormat.usualLength)) else {
      throw CaptureError("filter '\(text)': libpcap has no memory")
    }
    defer { pcap_close(handle) }
    let program = Program()
    guard pcap_compile(handle, &program.code, text, 1, UInt32.max) == 0 else {
      throw CaptureError("filter '\(text)': \(String(cString: pcap_geterr(handle))) (link type \(type.name))")
    }
    return program
  }
}

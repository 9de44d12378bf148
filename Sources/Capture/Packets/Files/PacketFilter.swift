import CLibPcap

/// A BPF filter for packets of any link type: compiled by libpcap for each type that comes, and run on the bytes.
///
/// An expression may make sense for some link types only, as `ether host` does. Packets of the others are left out,
/// unless it makes sense for none that came so far: then it is an error.
final class PacketFilter {
  enum Verdict: Equatable {
    case passes, fails
    /// The expression makes no sense for the packet's link type, for a reason in libpcap's words.
    case invalid(String)
  }

  /// Link types which between them know all that an expression can name.
  private static let usualTypes = [LinkType.ethernet, .linuxCooked, LinkType(number: 127), LinkType(number: 117)]

  let text: String
  private var programs: [LinkType: Program] = [:]
  /// What was compiled last: a file mixes link types seldom.
  private var current: (type: LinkType, program: Program)?
  /// Whether the expression makes sense for a link type that came.
  private var isProven = false

  /// What became of the expression for a link type.
  private final class Program {
    var code = bpf_program()
    /// Why there is none.
    let refusal: String?

    init(_ text: String, _ type: LinkType) {
      guard let handle = pcap_open_dead(type.dlt, Int32(CaptureFormat.usualLength)) else {
        refusal = "libpcap has no memory"
        return
      }
      defer { pcap_close(handle) }
      let isValid = pcap_compile(handle, &code, text, 1, UInt32.max) == 0
      refusal = isValid ? nil : String(cString: pcap_geterr(handle))
    }

    deinit { pcap_freecode(&code) }
  }

  /// - Parameter text: an expression as `man pcap-filter` describes it.
  /// - Throws: Where it is none, whatever the link type.
  init(_ text: String) throws(CaptureError) {
    self.text = text
    guard let refusal = Program(text, .ethernet).refusal else { return }
    guard Self.usualTypes.contains(where: { Program(text, $0).refusal == nil }) else {
      throw CaptureError("filter '\(text)': \(refusal)")
    }
  }

  /// The filter of a run, which made sense for a link type when the run was imported; nil where there was none.
  static func ofRun(_ text: String?) throws(CaptureError) -> PacketFilter? {
    guard let text else { return nil }
    let filter = try PacketFilter(text)
    filter.isProven = true
    return filter
  }

  /// Sees to it that the expression makes sense for one of some link types at least.
  /// - Parameter types: those of the captures to come, as far as they are known.
  /// - Throws: What is wrong with the first.
  func check(_ types: [LinkType]) throws(CaptureError) {
    guard let first = types.first, !types.contains(where: { program(for: $0).refusal == nil }) else { return }
    try refuse(first)
  }

  /// Whether a packet is to be taken.
  /// - Throws: Where the expression makes no sense for any link type so far.
  @inline(__always)
  func verdict(on packet: Packet) throws(CaptureError) -> Verdict {
    let program = program(for: packet.linkType)
    if let refusal = program.refusal {
      try refuse(packet.linkType)
      return .invalid(refusal)
    }
    var header = pcap_pkthdr()
    header.caplen = UInt32(clamping: packet.bytes.count)
    header.len = UInt32(clamping: packet.wireLength)
    let bytes = packet.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return pcap_offline_filter(&program.code, &header, bytes) != 0 ? .passes : .fails
  }

  private func refuse(_ type: LinkType) throws(CaptureError) {
    guard !isProven, let refusal = program(for: type).refusal else { return }
    throw CaptureError("filter '\(text)': \(refusal) (link type \(type.name))")
  }

  private func program(for type: LinkType) -> Program {
    if let current, current.type == type { return current.program }
    let program = programs[type] ?? Program(text, type)
    programs[type] = program
    current = (type, program)
    if program.refusal == nil { isProven = true }
    return program
  }
}

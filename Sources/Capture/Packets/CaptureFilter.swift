public import ParserRuntime

/// BPF filters of captures, as `man pcap-filter` describes them.
public enum CaptureFilter {
  /// Sees to it that a text is a filter.
  /// - Throws: `CaptureError` with libpcap's words where it is none, whatever the link type.
  public static func check(_ text: String) throws(CaptureError) { _ = try PacketFilter(text) }

  /// What a live capture on Ethernet takes if nothing else is asked for.
  public static func standard(_ info: SpecificationInfo) -> String {
    LiveCapture.defaultFilter(info, .ethernet, DecodingOptions())
  }
}

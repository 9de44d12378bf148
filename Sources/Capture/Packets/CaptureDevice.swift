import CLibPcap
import Foundation

/// How a device is captured on.
public struct DeviceOptions: Sendable {
  /// Whether to take packets that are for other hosts too.
  public var isPromiscuous = false
  /// The kernel's buffer, in bytes: what holds a burst while the program is busy.
  public var bufferSize = 32 << 20
  /// Whether each packet is handed over at once, instead of in blocks: sooner, but at more expense.
  public var isImmediate = false

  /// Not promiscuous, with a buffer of 32 MB, and packets in blocks.
  public init() {}
}

/// A network device, captured on by libpcap.
final class CaptureDevice {
  /// Packets that came, and that the kernel and the device dropped, since the device was opened.
  struct Statistics {
    var received = 0
    var dropped = 0
  }

  private static let snapshotLength: Int32 = 262_144
  /// How long to wait for a packet, in ms; signals and limits are looked at that often.
  private static let timeout: Int32 = 100

  let handle: PcapHandle

  /// Takes every packet until the handle gets a filter.
  init(interface: String, _ options: DeviceOptions) throws(CaptureError) {
    Privileges.raise()
    var buffer = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let pointer = pcap_create(interface, &buffer) else {
      throw CaptureError("\(interface): \(textOf(buffer))")
    }
    pcap_set_snaplen(pointer, Self.snapshotLength)
    pcap_set_promisc(pointer, options.isPromiscuous ? 1 : 0)
    pcap_set_timeout(pointer, Self.timeout)
    pcap_set_buffer_size(pointer, Int32(clamping: options.bufferSize))
    pcap_set_immediate_mode(pointer, options.isImmediate ? 1 : 0)
    // A device that has no nanoseconds is asked again without.
    pcap_set_tstamp_precision(pointer, PCAP_TSTAMP_PRECISION_NANO)
    let result = pcap_activate(pointer)
    guard result >= 0 else {
      defer { pcap_close(pointer) }
      throw CaptureError("\(interface): \(Self.explanation(result, pointer))")
    }
    handle = try PcapHandle(pointer, name: interface)
    // libpcap on Linux may wait for ever where no packet comes, so the waiting is done here.
    guard pcap_setnonblock(pointer, 1, &buffer) == 0 else { throw CaptureError("\(interface): \(textOf(buffer))") }
  }

  private static func explanation(_ result: Int32, _ pointer: OpaquePointer) -> String {
    switch result {
    case PCAP_ERROR_PERM_DENIED where !Privileges.mayEverCapture:
      return
        """
        not permitted: this container or service may not capture at all; give it the capability NET_RAW \
        (docker run --cap-add NET_RAW, or CapabilityBoundingSet=CAP_NET_RAW of a unit)
        """
    case PCAP_ERROR_PERM_DENIED:
      let program = Bundle.main.executablePath ?? "PROGRAM"
      return "not permitted; run as root, or give the program the right once: sudo setcap cap_net_raw+p \(program)"
    case PCAP_ERROR_NO_SUCH_DEVICE:
      let names = (try? NetworkInterface.all())?.map(\.name).joined(separator: ", ") ?? ""
      return "there is no such interface" + (names.isEmpty ? "" : "; there are: \(names)")
    case PCAP_ERROR_IFACE_NOT_UP: return "the interface is down"
    default:
      let detail = String(cString: pcap_geterr(pointer))
      return detail.isEmpty ? String(cString: pcap_statustostr(result)) : detail
    }
  }

  /// The next packet; nil if none came within a tenth of a second.
  func next() throws(CaptureError) -> Packet? {
    if case .packet(let packet) = try handle.next() { return packet }
    var descriptor = pollfd(fd: pcap_get_selectable_fd(handle.pointer), events: Int16(POLLIN), revents: 0)
    poll(&descriptor, 1, Self.timeout)
    return nil
  }

  var statistics: Statistics {
    var stat = pcap_stat()
    guard pcap_stats(handle.pointer, &stat) == 0 else { return Statistics() }
    return Statistics(received: Int(stat.ps_recv), dropped: Int(stat.ps_drop) + Int(stat.ps_ifdrop))
  }
}

import CLibPcap
import Foundation

/// A device that packets can be captured on.
public struct NetworkInterface: Sendable {
  /// The name that it is captured on by, such as `eth0`.
  public var name: String
  /// What libpcap says of it; nil where it says nothing, as of most.
  public var description: String?
  /// Text forms of its IP addresses.
  public var addresses: [String]
  /// Whether it is up.
  public var isUp: Bool
  /// Whether it leads back to this machine.
  public var isLoopback: Bool

  /// All devices that libpcap knows.
  /// - Throws: `CaptureError` where the system does not tell them.
  public static func all() throws(CaptureError) -> [NetworkInterface] {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    var first: UnsafeMutablePointer<pcap_if_t>?
    guard pcap_findalldevs(&first, &message) == 0 else {
      throw CaptureError(
        "cannot list interfaces: \(textOf(message))"
      )
    }
    defer { pcap_freealldevs(first) }
    return sequence(first: first, next: { $0?.pointee.next }).compactMap { device in
      guard let device = device?.pointee else { return nil }
      let addresses = sequence(first: device.addresses, next: { $0?.pointee.next }).compactMap { address in
        address?.pointee.addr.flatMap(text)
      }
      return NetworkInterface(
        name: String(cString: device.name), description: device.description.map { String(cString: $0) },
        addresses: addresses, isUp: device.flags & UInt32(PCAP_IF_UP) != 0,
        isLoopback: device.flags & UInt32(PCAP_IF_LOOPBACK) != 0)
    }
  }

  /// What it has carried since the system started, in both directions; nil where the system does not tell.
  public var traffic: (packets: Int, bytes: Int)? {
    func counter(_ name: String) -> Int? {
      let text = try? String(contentsOfFile: "/sys/class/net/\(self.name)/statistics/\(name)", encoding: .utf8)
      return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let received = counter("rx_packets"), let sent = counter("tx_packets"),
      let receivedBytes = counter("rx_bytes"), let sentBytes = counter("tx_bytes")
    else { return nil }
    return (received + sent, receivedBytes + sentBytes)
  }

  /// Whether an interface is up, as the system says; true where that cannot be told.
  static func isUp(_ name: String) -> Bool {
    guard let text = try? String(contentsOfFile: "/sys/class/net/\(name)/flags", encoding: .utf8),
      let flags = Int(text.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(2), radix: 16)
    else { return true }
    // IFF_UP.
    return flags & 1 != 0
  }

  private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
    let family = Int32(address.pointee.sa_family)
    guard family == AF_INET || family == AF_INET6 else { return nil }
    let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard getnameinfo(address, socklen_t(size), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
      return nil
    }
    return textOf(host)
  }
}

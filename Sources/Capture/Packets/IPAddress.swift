import Foundation
import ParserRuntime

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
  /// Big-endian halves; an IPv4 address is in the low half.
  let high: UInt64
  let low: UInt64
  /// 4 or 6.
  public let version: Int

  init(v4 bytes: UnsafeRawPointer) {
    high = 0
    low = UInt64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
    version = 4
  }

  init(v6 bytes: UnsafeRawPointer) {
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    version = 6
  }

  /// An address as a text has it; nil where it is none of the version.
  /// - Parameter version: 4 or 6; an address of IPv4 within IPv6 may be written as that of IPv4.
  init?(_ text: String, version: Int) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if version == 4 {
      guard inet_pton(AF_INET, text, &bytes) == 1 else { return nil }
      self.init(v4: bytes)
    } else {
      guard inet_pton(AF_INET6, text.contains(":") ? text : "::ffff:\(text)", &bytes) == 1 else { return nil }
      self.init(v6: bytes)
    }
  }

  /// 4 or 16 bytes in network order.
  var bytes: [UInt8] {
    func bytes(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { [UInt8]($0) } }
    return version == 4 ? Array(bytes(low).suffix(4)) : bytes(high) + bytes(low)
  }

  static func < (left: IPAddress, right: IPAddress) -> Bool {
    (left.version, left.high, left.low) < (right.version, right.high, right.low)
  }
}

extension IPAddress: CustomStringConvertible {
  /// `192.0.2.1`, or IPv6 as RFC 5952 wants it; an address of IPv4 within IPv6 is shown as that of IPv4.
  public var description: String { ipText(bytes) }
}

extension Endpoint: CustomStringConvertible {
  /// The address, in brackets if it is of IPv6, and behind a colon the port.
  public var description: String { endpointText(address.description, String(port)) }
}

/// An address and a port as URLs have them: IPv6 in brackets.
package func endpointText(_ address: String, _ port: String) -> String {
  "\(address.contains(":") ? "[\(address)]" : address):\(port)"
}

/// An address and a TCP port.
public struct Endpoint: Hashable, Sendable {
  /// The address of the host.
  public let address: IPAddress
  /// The port of TCP or UDP.
  public let port: UInt16

  static func < (left: Endpoint, right: Endpoint) -> Bool {
    left.address == right.address ? left.port < right.port : left.address < right.address
  }
}

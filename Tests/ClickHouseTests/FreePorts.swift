import Foundation
import Testing

/// Ports of this machine that nobody uses.
enum FreePorts {
  /// Ports below those that the system gives to connections. Of these one could be gone when a server that was killed is
  /// started again: whoever tries to reach it meanwhile may be given it, at worst for a connection with itself.
  private static let range: Range<Int> = {
    let text = (try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)) ?? ""
    let end = text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32_768
    return end > 4096 ? max(2048, end - 12_000)..<end : 20_000..<32_000
  }()

  /// Starts something that needs ports. Somebody else may take one before it does; then it is tried again with others.
  /// - Parameter others: that it has besides, and nobody uses yet.
  static func take<Result>(
    _ count: Int = 1, besides others: [Int] = [], _ start: ([Int]) throws -> Result
  ) throws -> Result {
    for _ in 0..<4 {
      do { return try start(find(count, besides: others)) } catch {}
    }
    return try start(find(count, besides: others))
  }

  /// No two of them are the same.
  private static func find(_ count: Int, besides others: [Int]) throws -> [Int] {
    var found: Set<Int> = []
    for port in range.shuffled() where found.count < count && !others.contains(port) && isFree(port) {
      found.insert(port)
    }
    try #require(found.count == count, "so many ports are not free: \(count)")
    return Array(found)
  }

  private static func isFree(_ port: Int) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var reuse: Int32 = 1
    // As servers do it: connections of a former one do not matter.
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in(local: port)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

extension sockaddr_in {
  /// A port of the loopback device.
  init(local port: Int) {
    self.init()
    sin_family = sa_family_t(AF_INET)
    sin_port = UInt16(port).bigEndian
    sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  }
}

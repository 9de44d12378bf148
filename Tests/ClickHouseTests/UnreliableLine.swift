import Foundation
import Synchronization

/// Stands between a client and a server, and ends each connection sooner or later: within a request, or when an answer
/// comes, so that nobody knows what the server has done.
final class UnreliableLine: Sendable {
  let port: Int
  private let listener: Int32
  private let accepted = DispatchSemaphore(value: 0)
  private let server: Int
  private let state: Mutex<State>

  private struct State {
    var seed: UInt64
    var isGood = false
    /// Connections that were ended within a request, and when an answer came.
    var cutRequests = 0
    var lostAnswers = 0
    /// Of requests, as far as they were passed on whole.
    var sentBytes = 0
  }

  private enum Fate {
    /// After so many bytes of requests.
    case request(Int)
    /// When this answer comes, counted from 0.
    case answer(Int)
    case none
  }

  /// - Parameter seed: with the same one the same happens to the connections, in their order.
  init(to server: Int, seed: UInt64) throws {
    self.server = server
    state = Mutex(State(seed: seed))
    (listener, port) = try Self.listen()
    Thread { [self] in accept() }.start()
  }

  /// Connections that were ended within a request, and when an answer came.
  var counts: (cutRequests: Int, lostAnswers: Int) { state.withLock { ($0.cutRequests, $0.lostAnswers) } }

  /// Bytes of requests that have reached the server.
  var sentBytes: Int { state.withLock(\.sentBytes) }

  /// Ends no connection from now on that begins from now on.
  func repair() { state.withLock { $0.isGood = true } }

  /// Takes no more connections.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    // Its number may be another's from then on.
    accepted.wait()
    close(listener)
  }

  // MARK: Sockets

  private static func listen() throws -> (Int32, Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in(local: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && Glibc.listen(listener, 64) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.EADDRINUSE) }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }

  private func accept() {
    defer { accepted.signal() }
    while true {
      let client = Glibc.accept(listener, nil, nil)
      guard client >= 0 else { return }
      let fate = fate()
      Thread { [self] in
        pass(client, fate)
        close(client)
      }.start()
    }
  }

  private func fate() -> Fate {
    state.withLock { state in
      if state.isGood { return .none }
      // SplitMix64.
      state.seed &+= 0x9E37_79B9_7F4A_7C15
      var bits = (state.seed ^ (state.seed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      // Requests are small and large, and their sizes far apart.
      return bits & 1 == 0 ? .answer(Int(bits >> 1 & 7)) : .request(4 << Int(bits >> 1 & 15) + Int(bits >> 8 & 255))
    }
  }

  private func pass(_ client: Int32, _ fate: Fate) {
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(server) }
    var address = sockaddr_in(local: self.server)
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return }
    var (sent, answers, isAsking) = (0, -1, false)
    var sockets = [
      pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
    ]
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while poll(&sockets, 2, -1) > 0 {
      if sockets[0].revents != 0 {
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0 else { return }
        isAsking = true
        if case .request(let limit) = fate, sent + count >= limit {
          _ = send(server, buffer, max(0, limit - sent), Int32(MSG_NOSIGNAL))
          return state.withLock { $0.cutRequests += 1 }
        }
        sent += count
        state.withLock { $0.sentBytes += count }
        guard Self.sendAll(server, buffer, count) else { return }
      }
      if sockets[1].revents != 0 {
        let count = recv(server, &buffer, buffer.count, 0)
        guard count > 0 else { return }
        if isAsking { answers += 1 }
        isAsking = false
        if case .answer(let number) = fate, answers >= number { return state.withLock { $0.lostAnswers += 1 } }
        guard Self.sendAll(client, buffer, count) else { return }
      }
    }
  }

  private static func sendAll(_ target: Int32, _ bytes: [UInt8], _ count: Int) -> Bool {
    var done = 0
    while done < count {
      let sent = bytes[done..<count].withUnsafeBytes {
        send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      done += sent
    }
    return true
  }
}

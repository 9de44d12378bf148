import Foundation
import Synchronization

/// Answers requests as a test says: right, wrong, in part or not at all.
final class ScriptedServer: Sendable {
  /// A request as it came.
  struct Request: Sendable {
    var line = ""
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    /// A parameter in the URL.
    func parameter(_ name: String) -> String? {
      let target = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      return URLComponents(string: target)?.queryItems?.first { $0.name == name }?.value
    }

    /// The statement, wherever it stands.
    var statement: String { parameter("query") ?? String(decoding: body, as: UTF8.self) }
  }

  /// What becomes of a request.
  enum Action: Sendable {
    /// An answer as it should be.
    case answer(_ body: String, status: Int = 200, headers: [String: String] = [:])
    /// The connection ends where the answer would begin.
    case loseAnswer
    /// The connection ends within the answer.
    case cutAnswer(_ body: String)
    /// Nothing comes for so many seconds, or as long as the client waits.
    case silence
    /// Parts of the answer, one after another; each comes once the client has read the one before.
    case stream([String])
  }

  let port: Int
  private let listener: Int32
  private let accepted = DispatchSemaphore(value: 0)
  private let seen = Mutex<[Request]>([])
  private let isOver = Mutex(false)
  private let hastens: @Sendable (Request) -> Bool
  private let handle: @Sendable (Request) -> Action

  /// Functions are called from any thread.
  /// - Parameters:
  ///   - hastens: whether a request, which has no body yet, is answered before that has come. The connection ends with it.
  ///   - handle: says what becomes of a request.
  init(
    hastens: @escaping @Sendable (Request) -> Bool = { _ in false },
    _ handle: @escaping @Sendable (Request) -> Action
  ) throws {
    self.hastens = hastens
    self.handle = handle
    signal(SIGPIPE, SIG_IGN)
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard bind(listener, pointer, length) == 0, listen(listener, 64) == 0,
          getsockname(listener, pointer, &length) == 0
        else { return false }
        return true
      }
    }
    guard port else { throw POSIXError(.EADDRINUSE) }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [self] in accept() }.start()
  }

  /// All requests so far.
  var requests: [Request] { seen.withLock { $0 } }

  /// Takes no more connections.
  func stop() {
    isOver.withLock { $0 = true }
    shutdown(listener, Int32(SHUT_RDWR))
    // Its number may be another's from then on.
    accepted.wait()
    close(listener)
  }

  // MARK: Threads

  private func accept() {
    defer { accepted.signal() }
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      Thread { [self] in
        while serve(connection) {}
        close(connection)
      }.start()
    }
  }

  /// - Returns: Whether the connection may be used again.
  private func serve(_ connection: Int32) -> Bool {
    guard let (head, start) = Self.readHead(connection) else { return false }
    let isHasty = hastens(head)
    if isHasty { _ = act(on: head, connection) }
    guard let request = Self.readBody(of: head, start, connection) else { return false }
    seen.withLock { $0.append(request) }
    return !isHasty && act(on: request, connection)
  }

  /// - Returns: Whether the connection may be used again.
  private func act(on request: Request, _ connection: Int32) -> Bool {
    switch handle(request) {
    case .answer(let body, let status, let headers):
      let more = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
      return Self.write(
        connection, "HTTP/1.1 \(status) Some reason\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    case .loseAnswer: return false
    case .cutAnswer(let body):
      _ = Self.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count + 10)\r\n\r\n\(body)")
      return false
    case .silence:
      // Until the client ends the connection.
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
      return false
    case .stream(let parts):
      guard Self.write(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") else { return false }
      for part in parts {
        guard Self.write(connection, "\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n") else { return false }
      }
      return Self.write(connection, "0\r\n\r\n")
    }
  }

  /// - Returns: A request without its body, and as much of that as came with it.
  private static func readHead(_ connection: Int32) -> (Request, [UInt8])? {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let place = bytes.firstRange(of: end) {
        let lines = String(decoding: bytes[..<place.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var request = Request(line: lines.first.map(String.init) ?? "")
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          if parts.count == 2 {
            request.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
          }
        }
        return (request, Array(bytes[place.upperBound...]))
      }
      guard receive(connection, &bytes) else { return nil }
    }
  }

  private static func readBody(of head: Request, _ start: [UInt8], _ connection: Int32) -> Request? {
    var request = head
    request.body = start
    let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
    while request.body.count < length { guard receive(connection, &request.body) else { return nil } }
    return request
  }

  /// - Returns: false at the end of the connection.
  private static func receive(_ connection: Int32, _ bytes: inout [UInt8]) -> Bool {
    let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
      let count = recv(connection, buffer.baseAddress, buffer.count, 0)
      if count > 0 { bytes += buffer[..<count] }
      return count
    }
    return count > 0
  }

  private static func write(_ connection: Int32, _ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}

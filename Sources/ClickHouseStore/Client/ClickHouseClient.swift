import AsyncHTTPClient
import Capture
import ClickHouseSchema
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Speaks with ClickHouse over HTTP, for threads that wait for the answer.
///
/// Any number of threads may ask at once. Nothing is repeated: what may be repeated, only those know who ask.
final class ClickHouseClient: Sendable {
  /// What a connection may take to be made.
  private static let connectTimeout = TimeAmount.seconds(10)
  /// Servers end idle connections, by default after three seconds; one that is just being ended is not to be used.
  private static let idleTimeout = TimeAmount.seconds(2)

  static let defaultAgent = "capture"

  let address: ClickHouseAddress
  /// Who asks, as the server's logs have it.
  let agent: String
  private let password: ClickHousePassword
  private let http: HTTPClient
  private let state = Mutex(State())

  private struct State {
    /// The host that is asked first: the last that could be reached.
    var host = 0
    /// Whether any has ever answered.
    var isAnswered = false
    /// nil where it is not known, or may be another by now.
    var version: ClickHouseVersion?
  }

  /// - Parameters:
  ///   - certificates: the path of a PEM file with those that may have signed the server's; nil for the system's.
  ///   - agent: the name of the program.
  /// - Throws: Where that file cannot be used.
  init(
    _ address: ClickHouseAddress, password: ClickHousePassword = ClickHousePassword(), certificates: String? = nil,
    agent: String = defaultAgent
  ) throws(CaptureError) {
    self.address = address
    self.agent = agent
    self.password = password
    var configuration = HTTPClient.Configuration()
    if address.isSecure {
      var tls = TLSConfiguration.makeClientConfiguration()
      if let certificates {
        guard let trusted = try? NIOSSLCertificate.fromPEMFile(certificates), !trusted.isEmpty else {
          throw CaptureError("\(certificates): is no file of certificates in PEM format that can be read")
        }
        tls.trustRoots = .certificates(trusted)
      }
      configuration.tlsConfiguration = tls
    }
    // Elsewhere nobody is to get the password.
    configuration.redirectConfiguration = .disallow
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = Self.connectTimeout
    configuration.connectionPool.idleTimeout = Self.idleTimeout
    // Whoever asks decides on that.
    configuration.connectionPool.retryConnectionEstablishment = false
    // One event loop for all connections. Between two, the HTTP client hears that a request has been sent after it has the
    // answer: if the connection has ended by then, it ends the program ("A connection that we don't know was released?").
    http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup.any(), configuration: configuration)
  }

  deinit { close() }

  /// Ends all requests, which fail, and makes no more. Without it the last owner does that.
  func close() {
    // A second time it does nothing.
    http.shutdown { _ in }
  }

  /// Runs a statement.
  /// - Parameter host: the only one that is asked; nil for any.
  /// - Returns: All of the answer.
  func execute(
    _ request: ClickHouseRequest, on host: ClickHouseAddress.Host? = nil
  ) throws(ClickHouseFailure) -> ByteBuffer {
    let answer = if let host { try begin(request, on: host) } else { try begin(request) }
    var body = ByteBuffer()
    while var part = try answer.next() { body.writeBuffer(&part) }
    // Statements that add rows answer nothing. Anything else would be an exception that came after the status.
    if request.rows != nil, body.readableBytes > 0 {
      throw ClickHouseFailure(status: 200, code: nil, body: String(buffer: body))
    }
    return body
  }

  /// Runs a statement.
  /// - Parameter host: the only one that is asked; nil for any.
  /// - Returns: All of the answer, as text.
  func text(
    _ request: ClickHouseRequest, on host: ClickHouseAddress.Host? = nil
  ) throws(ClickHouseFailure) -> String { String(buffer: try execute(request, on: host)) }

  /// Runs a query.
  /// - Returns: The only value of its answer.
  func integer(_ request: ClickHouseRequest) throws(ClickHouseFailure) -> Int64 {
    let text = try text(request)
    guard let value = Int64(text.prefix { !$0.isNewline }) else {
      throw .strange(status: 200, text: String(text.prefix(200)))
    }
    return value
  }

  /// Runs a query whose answer is read while it comes.
  /// - Returns: The answer, once the server has begun it.
  func begin(_ request: ClickHouseRequest) throws(ClickHouseFailure) -> ClickHouseAnswer {
    let first = state.withLock(\.host)
    var failure = ClickHouseFailure.unreachable("there is no host")
    for offset in address.hosts.indices {
      let host = (first + offset) % address.hosts.count
      do throws(ClickHouseFailure) {
        let answer = try begin(request, on: address.hosts[host])
        state.withLock { state in
          state.host = host
          state.isAnswered = true
        }
        return answer
      } catch {
        failure = error
        // The next server may have another version.
        switch error {
        case .unreachable, .noAnswer: state.withLock { $0.version = nil }
        case .exception, .strange, .cancelled: break
        }
        guard case .unreachable = error else { break }
      }
    }
    throw failure
  }

  private func begin(
    _ request: ClickHouseRequest, on host: ClickHouseAddress.Host
  ) throws(ClickHouseFailure) -> ClickHouseAnswer {
    let answer = try start(request, on: host)
    do throws(ClickHouseFailure) { try answer.waitForBeginning() } catch {
      // So ends a connection to a port where TLS is spoken.
      guard error == .noAnswer(ConnectionFault.end), !address.isSecure, !state.withLock(\.isAnswered) else {
        throw error
      }
      throw .noAnswer("\(ConnectionFault.end); if it speaks TLS, the store's address begins with clickhouses://")
    }
    return answer
  }

  /// Sends a request to the host that is asked first; the answer is waited for by whoever has it.
  func start(_ request: ClickHouseRequest) throws(ClickHouseFailure) -> ClickHouseAnswer {
    try start(request, on: address.hosts[state.withLock(\.host)])
  }

  private func start(
    _ request: ClickHouseRequest, on host: ClickHouseAddress.Host
  ) throws(ClickHouseFailure) -> ClickHouseAnswer {
    var headers = HTTPHeaders([("X-ClickHouse-User", address.user), ("User-Agent", agent)])
    if !password.secret.isEmpty { headers.add(name: "X-ClickHouse-Key", value: password.secret) }
    if request.rows != nil { headers.add(name: "Content-Encoding", value: "gzip") }
    let body = request.rows ?? ByteBuffer(string: request.statement)
    let answer = ClickHouseAnswer(of: self)
    do {
      let message = try HTTPClient.Request(
        url: request.url(host, address), method: .POST, headers: headers, body: .byteBuffer(body))
      answer.receiver.follow(
        http.execute(request: message, delegate: answer.receiver, deadline: .now() + TimeAmount(request.timeout)))
    } catch {
      throw .unreachable("\(host.name) is no host that can be asked")
    }
    return answer
  }

  /// Ends a statement that runs on the server, if it still does. What comes of that nobody is told: the statement's answer
  /// tells.
  func kill(queryID: String) {
    let id = ClickHouseText.literal(queryID)
    _ = try? execute(ClickHouseRequest("KILL QUERY WHERE query_id = \(id) ASYNC", timeout: .seconds(5)))
  }

  /// The server's version; asked once, and again after a connection was lost.
  func version() throws(ClickHouseFailure) -> ClickHouseVersion {
    if let version = state.withLock(\.version) { return version }
    var request = ClickHouseRequest("SELECT version()", timeout: .seconds(30))
    // Whoever makes it asks before.
    request.inDatabase = false
    let text = try text(request)
    guard let version = ClickHouseVersion(text) else { throw .strange(status: 200, text: String(text.prefix(100))) }
    state.withLock { $0.version = version }
    return version
  }
}

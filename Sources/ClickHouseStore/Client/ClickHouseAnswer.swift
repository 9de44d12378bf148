import AsyncHTTPClient
import Capture
import DequeModule
import Foundation
import NIOCore
import NIOHTTP1

/// A server's answer, which is read part by part while the statement still runs. It may go from thread to thread, one at
/// a time.
final class ClickHouseAnswer: Sendable {
  let receiver = Receiver()
  /// Without its client a connection ends.
  private let client: ClickHouseClient

  init(of client: ClickHouseClient) { self.client = client }

  /// Waits for the answer's first line.
  /// - Throws: What the server says went wrong, or why it says nothing.
  func waitForBeginning() throws(ClickHouseFailure) {
    let head = try receiver.waitForHead()
    let code = head.headers.first(name: "X-ClickHouse-Exception-Code").flatMap { Int($0) }
    // Servers can fail after they have sent the status.
    if head.status == .ok, code == nil { return }
    var body = ByteBuffer()
    while body.readableBytes < 1 << 16, var part = try? receiver.take() { body.writeBuffer(&part) }
    receiver.cancel()
    throw ClickHouseFailure(status: Int(head.status.code), code: code, body: String(buffer: body))
  }

  /// Waits for the next part of the answer.
  /// - Returns: nil at its end.
  func next() throws(ClickHouseFailure) -> ByteBuffer? { try receiver.take() }

  /// Ends the connection; whoever waits for a part gets `cancelled`. The statement may go on; see `ClickHouseClient.kill`.
  func cancel() { receiver.cancel() }
}

extension ClickHouseAnswer {
  /// Takes what comes on a thread of the connection, and keeps it for the one that reads. When that does not keep up, the
  /// connection is not read from, so the server waits.
  ///
  /// `@unchecked Sendable`: all state is read and written with the condition's lock held.
  final class Receiver: HTTPClientResponseDelegate, @unchecked Sendable {
    typealias Response = Void

    /// Bytes that may wait for the one who reads.
    private static let capacity = 1 << 20

    private let condition = NSCondition()
    private var task: HTTPClient.Task<Void>?
    private var head: HTTPResponseHead?
    private var parts: Deque<ByteBuffer> = []
    private var waitingBytes = 0
    /// Kept until there is room again.
    private var room: EventLoopPromise<Void>?
    private var isSent = false
    private var isCancelled = false
    /// How it ended; nil while it goes on.
    private var result: Result<Void, ClickHouseFailure>?

    // MARK: On the connection's thread

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) { condition.change { isSent = true } }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
      condition.change { self.head = head }
      return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
      condition.change {
        parts.append(buffer)
        waitingBytes += buffer.readableBytes
        guard waitingBytes >= Self.capacity, result == nil else { return task.eventLoop.makeSucceededVoidFuture() }
        let promise = task.eventLoop.makePromise(of: Void.self)
        room = promise
        return promise.futureResult
      }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {}

    // MARK: On the threads of those who ask

    /// Begins to wait for what a request leads to.
    func follow(_ task: HTTPClient.Task<Void>) {
      condition.change { self.task = task }
      // Also told where no connection was ever made.
      task.futureResult.whenComplete { [self] result in
        condition.change {
          self.result = result.mapError { ClickHouseFailure($0, isSent: isSent, isCancelled: isCancelled) }
          makeRoom()
        }
      }
    }

    func waitForHead() throws(ClickHouseFailure) -> HTTPResponseHead {
      condition.lock()
      defer { condition.unlock() }
      while head == nil, result == nil { condition.wait() }
      if let head { return head }
      if case .failure(let failure)? = result { throw failure }
      throw .noAnswer("it has no beginning")
    }

    func take() throws(ClickHouseFailure) -> ByteBuffer? {
      condition.lock()
      defer { condition.unlock() }
      while parts.isEmpty, result == nil { condition.wait() }
      guard let part = parts.popFirst() else {
        if case .failure(let failure)? = result { throw failure }
        return nil
      }
      waitingBytes -= part.readableBytes
      if waitingBytes < Self.capacity { makeRoom() }
      return part
    }

    func cancel() {
      let task = condition.change {
        isCancelled = true
        parts = []
        waitingBytes = 0
        makeRoom()
        return self.task
      }
      task?.cancel()
    }

    /// Lets the connection be read from again; with the lock held.
    private func makeRoom() {
      room?.succeed()
      room = nil
    }
  }
}

extension ClickHouseFailure {
  /// - Parameters:
  ///   - error: what the HTTP client tells.
  ///   - isSent: whether the request had begun to go out, so that the server may have got it.
  fileprivate init(_ error: any Error, isSent: Bool, isCancelled: Bool) {
    if isCancelled {
      self = .cancelled
    } else if isSent {
      self = .noAnswer(ConnectionFault.text(error))
    } else {
      self = .unreachable(ConnectionFault.text(error))
    }
  }
}

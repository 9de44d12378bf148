import NIOCore
import NIOHTTPTypes
import Synchronization

/// Tells those who work for a client when it has gone away.
final class ClientPresence: Sendable {
  private struct State {
    var isGone = false
    var lastID = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  /// Calls `action` when the client goes away, or at once if it has.
  func onLeave(_ action: @escaping @Sendable () -> Void) -> Int {
    let (id, isGone) = state.withLock { state in
      state.lastID += 1
      if !state.isGone { state.actions[state.lastID] = action }
      return (state.lastID, state.isGone)
    }
    if isGone { action() }
    return id
  }

  func forget(_ id: Int) { state.withLock { $0.actions[id] = nil } }

  fileprivate func leave() {
    let actions = state.withLock { state in
      state.isGone = true
      defer { state.actions = [:] }
      return state.actions
    }
    for action in actions.values { action() }
  }

  /// Runs something that is cancelled when the client goes away.
  func whilePresent<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = Task { try await body() }
    let id = onLeave { task.cancel() }
    defer { forget(id) }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}

/// Notices when a client goes away, and closes connections of clients that take too long: to send a request once it has
/// begun, or to take an answer.
///
/// Connections on which nothing happens are closed by the server's own idle timeout.
final class ClientWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  let presence = ClientPresence()
  private let timeout: TimeAmount
  /// Whether the request brings a file, which may take its time as long as there is more of it.
  var expectsFile = false
  private var request: Scheduled<Void>?
  private var answer: Scheduled<Void>?

  init(timeout: TimeAmount) { self.timeout = timeout }

  func handlerAdded(context: ChannelHandlerContext) {
    // The first request, from the connection on: its header alone can be slow.
    request = deadline(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      expectsFile = false
      request?.cancel()
      request = deadline(context)
    case .body where expectsFile:
      request?.cancel()
      request = deadline(context)
    case .body: break
    case .end:
      request?.cancel()
      request = nil
    }
    context.fireChannelRead(data)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    answer?.cancel()
    answer = context.channel.isWritable ? nil : deadline(context)
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Nobody who waits for an answer closes its side.
    if case ChannelEvent.inputClosed? = event as? ChannelEvent { presence.leave() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    presence.leave()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  private func cancel() {
    request?.cancel()
    answer?.cancel()
  }

  private func deadline(_ context: ChannelHandlerContext) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
  }
}

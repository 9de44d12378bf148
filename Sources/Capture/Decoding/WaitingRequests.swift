import DequeModule
import ParserRuntime

/// What a message was found to answer.
struct AnsweredRequest: Equatable {
  /// The request's row in `message`; of what is watched its number among all messages.
  var message: Int64
  /// From the request to its answer, in µs.
  var delay: Int64
}

/// Requests that wait for an answer with their key, until they have it or there are too many.
struct WaitingRequests<Side: Hashable> {
  private let limit: Int
  let total: WaitingTotal
  private var requests: [Place: Request] = [:]
  /// All of them from the oldest on, and some that wait no more.
  private var order: Deque<(place: Place, message: Int64)> = []

  /// - Parameters:
  ///   - limit: so many wait at the most; of more the oldest are dropped.
  ///   - total: counts those of other flows too; while there are too many, only the latest waits here.
  init(limit: Int, total: WaitingTotal = WaitingTotal()) {
    self.limit = limit
    self.total = total
  }

  /// How many wait.
  var count: Int { requests.count }

  /// Takes a message that has a key.
  /// - Parameters:
  ///   - message: its row in `message`.
  ///   - sender: who says it, and `receiver` to whom.
  /// - Returns: What it answers; nil where it answers nothing.
  mutating func take(
    _ match: Match, message: Int64, _ envelope: Envelope, from sender: Side, to receiver: Side
  ) -> AnsweredRequest? {
    let others = total.count - count
    defer { total.count = others + count }
    var answered: AnsweredRequest?
    if let type = match.answers {
      let place = Place(sender: receiver, receiver: sender, type: type, key: match.key)
      // Who speaks to itself answers on another flow, or on the way back.
      if let request = requests[place], !request.isOnWay(of: envelope) {
        requests[place] = nil
        answered = AnsweredRequest(message: request.message, delay: envelope.time - request.time)
      }
    }
    // Of a type that answers itself, a message that answers is no request.
    if let type = match.awaits, answered == nil || match.answers != type {
      let request = Request(
        message: message, time: envelope.time, flow: envelope.flow, direction: envelope.direction)
      let place = Place(sender: sender, receiver: receiver, type: type, key: match.key)
      add(request, place, limit: others < MatchLimits.ofAll ? limit : 1)
    }
    return answered
  }

  private mutating func add(_ request: Request, _ place: Place, limit: Int) {
    if let former = requests[place], request.time - former.time <= MatchLimits.repetition { return }
    requests[place] = request
    order.append((place, request.message))
    while let oldest = order.first, requests.count > limit || !isWaiting(oldest) {
      order.removeFirst()
      if isWaiting(oldest) { requests[oldest.place] = nil }
    }
    if order.count > 2 * limit { order = Deque(order.filter(isWaiting)) }
  }

  private func isWaiting(_ one: (place: Place, message: Int64)) -> Bool {
    requests[one.place]?.message == one.message
  }

  private struct Request {
    var message: Int64
    var time: Int64
    var flow: Int64
    var direction: Int

    func isOnWay(of message: Envelope) -> Bool { flow == message.flow && direction == message.direction }
  }

  /// What a request has, and its answer in the other direction.
  private struct Place: Hashable {
    var sender: Side
    var receiver: Side
    var type: Int
    var key: MatchKey
  }
}

/// How many requests wait in all flows of a capture.
final class WaitingTotal {
  var count = 0
}

/// The bounds within which answers are looked for.
enum MatchLimits {
  /// Requests of a flow that wait for an answer at the most.
  static let ofFlow = 1024
  /// Those of all flows: where answers are looked for between hosts the oldest go, else those of flows that have several.
  static let ofAll = 1 << 16
  /// When a request that is sent again is taken for a new one, in µs: until then it is the same, and the time to its
  /// answer counts from the first.
  static let repetition: Int64 = 60_000_000
}

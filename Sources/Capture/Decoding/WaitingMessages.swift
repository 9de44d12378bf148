import DequeModule
import ParserRuntime

/// A message that waits for its counterpart.
struct WaitingMessage {
  /// Its row in `message`; of what is watched its number among all messages.
  var id: Int64
  /// In µs.
  var time: Int64
  var flow: Int64
  var direction: Int
  /// Whether messages of its flow are decoded in the order in which they were captured, as those of datagrams are. The two
  /// directions of a connection are put together apart.
  var isInOrder = false
  /// The same for messages of the same bytes.
  var digest = 0
}

/// What a request has, and its answer in the other direction.
struct MatchPlace<Side: Hashable>: Hashable {
  var sender: Side
  var receiver: Side
  var type: Int
  var key: MatchKey
}

/// Messages that wait for their counterpart, one in a place, until they have it or there are too many.
struct WaitingMessages<Side: Hashable> {
  private let limit: Int
  private let patience: Int64
  private let total: WaitingTotal
  private var messages: [MatchPlace<Side>: WaitingMessage] = [:]
  /// All of them in the order in which they began to wait, and some that wait no more.
  private var order: Deque<(place: MatchPlace<Side>, id: Int64)> = []

  /// - Parameters:
  ///   - limit: so many wait at the most; of more the oldest are dropped.
  ///   - patience: who has waited for longer is dropped, in µs.
  ///   - total: counts those of other flows too; while there are too many, only the latest waits here.
  init(limit: Int, patience: Int64 = .max, total: WaitingTotal) {
    self.limit = limit
    self.patience = patience
    self.total = total
  }

  /// How many wait.
  var count: Int { messages.count }

  /// Places in the order of those who wait, with those who wait no more.
  var rememberedCount: Int { order.count }

  /// Who waits in a place.
  subscript(place: MatchPlace<Side>) -> WaitingMessage? { messages[place] }

  /// Whether a place is free for who comes at a time, or has who waits in vain.
  func isFree(_ place: MatchPlace<Side>, at time: Int64) -> Bool { messages[place] == nil || isOld(place, at: time) }

  /// Lets a message wait, instead of whatever waits in its place.
  mutating func add(_ message: WaitingMessage, at place: MatchPlace<Side>) {
    let limit = total.count - count < MatchLimits.ofAll ? self.limit : 1
    if messages.updateValue(message, forKey: place) == nil { total.count += 1 }
    order.append((place, message.id))
    while let oldest = order.first {
      let isWaiting = isWaiting(oldest)
      guard !isWaiting || count > limit || isOld(oldest.place, at: message.time) else { break }
      order.removeFirst()
      if isWaiting { remove(oldest.place) }
    }
    // One that waits for long must not keep all that came after it.
    if order.count > 2 * max(count, 16) { order = Deque(order.filter(isWaiting)) }
  }

  mutating func remove(_ place: MatchPlace<Side>) {
    if messages.removeValue(forKey: place) != nil { total.count -= 1 }
  }

  /// Lets nobody wait any more.
  mutating func removeAll() {
    total.count -= count
    (messages, order) = ([:], [])
  }

  private func isWaiting(_ one: (place: MatchPlace<Side>, id: Int64)) -> Bool { messages[one.place]?.id == one.id }

  private func isOld(_ place: MatchPlace<Side>, at time: Int64) -> Bool {
    messages[place].map { time - $0.time > patience } ?? false
  }
}

/// How many messages wait in all flows of a capture.
final class WaitingTotal {
  var count = 0
}

/// The bounds within which answers are looked for.
enum MatchLimits {
  /// Requests of a flow that wait for an answer at the most, and answers that wait for their request.
  static let ofFlow = 1024
  /// Those of all flows: where answers are looked for between hosts the oldest go, else those of flows that have several.
  static let ofAll = 1 << 16
  /// When a request that is sent again is taken for a new one, in µs: until then it is the same, and the time to its
  /// answer counts from the first.
  static let repetition: Int64 = 60_000_000
  /// How long an answer waits for a request that is decoded after it, in µs.
  static let ofAnswer: Int64 = 60_000_000
}

import ParserRuntime

/// Where the decoding of one direction of a connection stands.
struct DirectionState: ~Copyable {
  /// A response stream that this direction is to carry.
  struct PendingStream {
    var stream: any ResponseStream
    /// The request's name, for the event that ends the stream, and its row in `message`.
    var request: String
    var requestID: Int64
    /// The end of the request in the opposite direction; nil where the stream follows its message directly.
    var requestEnd: Int64?
    /// How much of this direction the request's sender had: the stream begins there or later.
    var askedAt: Int64?
    /// Whether it may have ended inside of a gap.
    var isUncertain = false
    var validEntries = 0
    var invalidEntries = 0

    var isStarted: Bool { validEntries + invalidEntries > 0 }

    /// Whether a sender who had the peer's direction up to a place can have had the request; true where either is
    /// unknown.
    func isRequested(by acknowledged: Int64?) -> Bool {
      guard let requestEnd, let acknowledged else { return true }
      return acknowledged >= requestEnd
    }
  }

  /// A state that begins for this direction when its sender has had the message that calls for it.
  struct Transition {
    var state: Int
    /// The end of the message in the opposite direction.
    var requestEnd: Int64
  }

  /// What the bytes at the current place are being read as.
  enum Unit { case message, response }

  /// A search for the next message, after bytes that are none.
  struct Search {
    /// Place of the first byte that is none, and why.
    var start: Int64
    var kind: String
    var path: String
    var detail: String
    /// Whether the first of `streams` may go on behind the place.
    var isInStream = false
  }

  /// How messages are parsed, by the state of the connection.
  var format: any MessageFormat.Type
  /// Whether the state has been seen to begin, or a message in it: it has not where the connection was met in its middle,
  /// or where a message may be missing that called for another.
  var isStateKnown: Bool
  /// States to come, which messages of the peer have called for.
  var transitions: [Transition] = []
  /// Bytes that no complete unit has come of yet.
  var buffer: [UInt8] = []
  /// Place of the buffer's first byte in the stream.
  var offset: Int64 = 0
  /// The next attempt makes sense with so many bytes.
  var needed = 0
  /// Decided with the first byte of a unit, and kept until it is complete.
  var unit: Unit?
  var streams: [PendingStream] = []
  /// Whether it is known that a unit begins at the current place: what tells its length can be relied on.
  var isAligned: Bool
  /// Whether no more bytes will come.
  var isEnded = false
  /// Bytes of messages and of units of response streams, and those told as neither.
  var decodedBytes: Int64 = 0
  var skippedBytes: Int64 = 0
  var search: Search?
  /// Bytes to come that belong to a unit cut by a gap.
  var rest = 0
  /// Whether messages may be waiting in the buffer that were complete some time ago.
  var isBehind = false
  /// Up to which place of the stream the bytes had come when, and what their sender had of the peer's.
  private var arrivals: [Arrival] = []

  struct Arrival {
    var end: Int64
    var time: Int64
    var acknowledged: Int64?
    var frame: Int
  }

  init(_ format: any MessageFormat.Type, isStateKnown: Bool, isAligned: Bool) {
    self.format = format
    self.isStateKnown = isStateKnown
    self.isAligned = isAligned
  }
}

extension DirectionState {
  /// Whether the bytes at the current place are expected to be those of a response.
  var isInResponse: Bool { unit == .response || (unit == nil && !streams.isEmpty) }

  /// Notes that bytes have come to be put behind the buffer.
  mutating func note(_ stream: StreamBytes) {
    arrivals.append(
      Arrival(
        end: offset + Int64(buffer.count + stream.bytes.count), time: stream.time, acknowledged: stream.acknowledged,
        frame: stream.frame))
  }

  /// Forgets arrivals of bytes that have been decoded.
  mutating func forgetArrivals() {
    let done = arrivals.firstIndex { $0.end > offset } ?? arrivals.count
    if done == arrivals.count { arrivals.removeAll(keepingCapacity: true) } else { arrivals.removeFirst(done) }
    if arrivals.count <= 1, search == nil { isBehind = false }
  }

  /// What completed the next `length` bytes.
  func arrival(of length: Int) -> Arrival? {
    arrivals.first { $0.end >= offset + Int64(length) }
  }

  /// The frame that the byte at a place of the stream came in; the place is none that has been decoded.
  func frame(at place: Int64) -> Int? { (arrivals.first { $0.end > place } ?? arrivals.last)?.frame }

  /// Goes on behind bytes that are missing.
  mutating func passGap(_ length: Int) {
    offset += Int64(length)
    unit = nil
    needed = 0
    rest = 0
    arrivals = []
  }
}

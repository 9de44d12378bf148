import ParserRuntime

/// Where the decoding of one direction of a connection stands.
struct DirectionState {
  /// A response stream that this direction is to carry.
  struct PendingStream {
    var stream: any ResponseStream
    /// The request's name, for the event that ends the stream.
    var request: String
    /// The end of the request in the opposite direction; nil where the stream follows its message directly.
    var requestEnd: Int64?
    /// Whether it may have ended inside of a gap.
    var isUncertain = false
    var validEntries = 0
    var invalidEntries = 0
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
  }

  /// Bytes that no complete unit has come of yet.
  var buffer: [UInt8] = []
  /// Place of the buffer's first byte in the stream.
  var offset: Int64 = 0
  /// The next attempt makes sense with so many bytes.
  var needed = 0
  /// Decided with the first byte of a unit, and kept until it is complete.
  var unit: Unit?
  var streams: [PendingStream] = []
  var search: Search?
  /// Bytes to come that belong to a unit cut by a gap.
  var rest = 0
  /// Stream bytes delivered, lost ones not counted.
  var bytes: Int64 = 0
  /// Whether messages may be waiting in the buffer that were complete some time ago.
  var isBehind = false
  /// Up to which place of the stream the bytes had come when.
  private var arrivals: [(end: Int64, time: Int64)] = []
}

extension DirectionState {
  /// Whether the bytes at the current place are expected to be those of a response.
  var isInResponse: Bool { unit == .response || (unit == nil && !streams.isEmpty) }

  /// Notes that bytes have come to be put behind the buffer.
  mutating func note(arrival time: Int64, count: Int) {
    arrivals.append((offset + Int64(buffer.count + count), time))
  }

  /// Forgets arrivals of bytes that have been decoded.
  mutating func forgetArrivals() {
    let done = arrivals.prefix { $0.end <= offset }.count
    arrivals.removeFirst(done)
    if arrivals.count <= 1, search == nil { isBehind = false }
  }

  /// When the next `length` bytes were there.
  func arrival(of length: Int) -> Int64? {
    arrivals.first { $0.end >= offset + Int64(length) }?.time
  }

  /// Goes on behind bytes that are missing.
  mutating func passGap(_ length: Int) {
    offset += Int64(length)
    unit = nil
    needed = 0
    rest = 0
    arrivals = []
  }
}

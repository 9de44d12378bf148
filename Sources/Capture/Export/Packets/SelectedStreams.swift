import ParserRuntime

/// Which bytes of which flows are those of the messages that are exported.
struct SelectedStreams {
  /// A flow, and the places of its messages.
  struct Flow {
    let place: FlowPlace
    /// The id of its row in `run`.
    let run: Int64
    /// From the initiator, and to it.
    var directions = [StreamRanges(), StreamRanges()]
  }

  /// By the ids of their rows.
  private(set) var flows: [Int64: Flow] = [:]
  private(set) var messages = 0
  /// The last message's id.
  private(set) var lastID: Int64 = 0

  /// - Throws: Where the store cannot be read, or where a bound is reached.
  init(_ selection: SelectedMessages, _ watch: QueryWatch) throws(QueryError) {
    while let some = try selection.next(1000) {
      try watch.check()
      for message in some { add(message) }
    }
  }

  private mutating func add(_ message: SelectedMessage) {
    let id = message.flow.number("id")
    flows[id, default: Flow(place: FlowPlace(message.flow), run: message.run)]
      .directions[message.direction].append(message.streamRange)
    messages += 1
    lastID = message.id
  }
}

/// Places of a direction's stream, gone through in their order as its bytes come.
struct StreamRanges {
  /// In their order, those that touch each other in one.
  private var ranges: [Range<Int64>] = []
  private var next = 0
  /// Bytes in all of them.
  private(set) var count: Int64 = 0

  /// Adds a range; those of a stream's messages come in their order.
  mutating func append(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    count += range.upperBound - range.lowerBound
    if let last = ranges.last, last.upperBound == range.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
    } else {
      ranges.append(range)
    }
  }

  /// Goes on to bytes that come.
  /// - Returns: How many of them are in a range.
  mutating func advance(to bytes: Range<Int64>) -> Int64 {
    while next < ranges.count, ranges[next].upperBound <= bytes.lowerBound { next += 1 }
    var found: Int64 = 0
    var index = next
    while index < ranges.count, ranges[index].lowerBound < bytes.upperBound {
      let overlap = ranges[index].clamped(to: bytes)
      found += overlap.upperBound - overlap.lowerBound
      index += 1
    }
    return found
  }
}

/// What rows take over from those of their connection, as it is written, for as long as the connection lasts.
struct FlowMemory {
  /// Where what is known of a connection stands.
  struct Place {
    fileprivate var index: Int
  }

  /// What is written for a connection that nothing is known of.
  var unknown: [[UInt8]]
  private var known: [[[UInt8]]] = []
  private var places: [Int64: Int] = [:]
  private var free: [Int] = []
  /// Connections that have ended in this batch, and in the one before: a few more rows may name them.
  private var ended: [Int64] = []
  private var endedBefore: [Int64] = []
  /// The connection that was asked for last: rows of the same one come in a row.
  private var last: (id: Int64, place: Int)?

  let unknownPlace = Place(index: -1)

  /// - Parameter groups: kinds of what rows take over.
  init(groups: Int) { unknown = Array(repeating: [], count: groups) }

  /// How many connections are remembered.
  var count: Int { places.count }

  mutating func note(_ id: Int64, _ group: Int, _ bytes: [UInt8]) {
    let place: Int
    if let known = places[id] {
      place = known
    } else {
      place = free.popLast() ?? known.count
      if place == known.count { known.append(unknown) }
      places[id] = place
    }
    known[place][group] = bytes
  }

  /// Notes that a connection has ended.
  mutating func end(_ id: Int64) { ended.append(id) }

  /// Forgets connections that ended before the last batch.
  mutating func forgetEnded() {
    for id in endedBefore {
      if let place = places.removeValue(forKey: id) { free.append(place) }
    }
    if !endedBefore.isEmpty { last = nil }
    endedBefore = ended
    ended = []
  }

  @inline(__always)
  mutating func place(of id: Int64) -> Place {
    if let last, last.id == id { return Place(index: last.place) }
    guard let place = places[id] else { return unknownPlace }
    last = (id, place)
    return Place(index: place)
  }

  /// Bytes of all groups.
  @inline(__always)
  func size(_ place: Place) -> Int {
    var size = 0
    if place.index < 0 {
      for bytes in unknown { size += bytes.count }
    } else {
      for bytes in known[place.index] { size += bytes.count }
    }
    return size
  }

  @inline(__always)
  func withBytes(_ place: Place, _ group: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    if place.index < 0 {
      unknown[group].withUnsafeBytes(body)
    } else {
      known[place.index][group].withUnsafeBytes(body)
    }
  }
}

/// The times of messages by their ids: what belongs to a message shares its time, and answers share that of their request.
///
/// Of the last messages all are remembered, and of older ones those whose answers still came. For what is older, the time
/// of the last message has to do.
struct MessageTimes {
  /// A power of two.
  private static let capacity = 1 << 18
  /// Requests whose answers still come, after many other messages.
  static let answeredCapacity = 1 << 16

  private var ids = [Int64](repeating: -1, count: Self.capacity)
  private var times = [Int64](repeating: 0, count: Self.capacity)
  private var answered: [Int64: Int64] = [:]
  private var last: (id: Int64, time: Int64) = (-1, 0)

  @inline(__always)
  mutating func note(_ id: Int64, _ time: Int64) {
    let place = Int(truncatingIfNeeded: id) & (Self.capacity - 1)
    // What is pushed out may be a request whose answer goes on; whoever asks for it keeps it.
    ids[place] = id
    times[place] = time
    last = (id, time)
  }

  @inline(__always)
  mutating func time(of id: Int64) -> Int64 {
    if id == last.id { return last.time }
    let place = Int(truncatingIfNeeded: id) & (Self.capacity - 1)
    if ids[place] == id {
      // So old that it will soon be pushed out, and still somebody names it.
      if last.id - id > Self.capacity / 2 { keep(id, times[place]) }
      return times[place]
    }
    return answered[id] ?? last.time
  }

  @inline(never)
  private mutating func keep(_ id: Int64, _ time: Int64) {
    if answered.count >= Self.answeredCapacity { answered = [:] }
    answered[id] = time
  }
}

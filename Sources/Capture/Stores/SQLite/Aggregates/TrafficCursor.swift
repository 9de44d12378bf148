import ParserRuntime

/// How many messages of which type there are in each piece of time, and their bytes. SQLite would sort all messages to put
/// them together; this takes a third of the time.
///
/// `@unchecked Sendable`: it may go from thread to thread, one at a time; whoever has it sees to that.
final class TrafficCursor: ResultCursor, @unchecked Sendable {
  /// Pieces and types of which this many are kept at once.
  private static let maximumCount = 1_000_000

  let columns = ["bucket", "type", "n", "bytes"]
  private(set) var isTruncated = false

  private struct Key: Hashable {
    var bucket: Int64
    /// Its place in `types`.
    var type: Int
  }

  private struct Total {
    var key: Key
    var count: Int64 = 0
    var bytes: Int64 = 0
  }

  private let messages: QueryCursor
  private let start: Int64
  private let width: Int64
  private let limit: Int
  /// Those that there are; texts are copies.
  private var types: [BorrowedValue] = []
  private var placesOfTypes: [QueryValue: Int] = [:]
  /// The same of types that are small numbers, as most are, by these; -1 where there is none yet.
  private var placesOfSmallTypes = [Int](repeating: -1, count: 1024)
  private let copies = ValueCopies()
  private var totals: [Total]?
  private var place = -1

  /// - Parameters:
  ///   - messages: the time, type and length of each.
  ///   - start: of the first piece, in µs.
  ///   - width: of each, in µs.
  ///   - limit: of rows; nil for none.
  init(_ messages: QueryCursor, from start: Int64, width: Int64, limit: Int?) {
    self.messages = messages
    self.start = start
    self.width = max(1, width)
    self.limit = limit ?? .max
  }

  func step() throws(QueryError) -> Bool {
    if totals == nil { totals = try counted() }
    let totals = totals ?? []
    isTruncated = totals.count > limit
    place += 1
    return place < min(totals.count, limit)
  }

  /// By pieces, and in these by types.
  private func counted() throws(QueryError) -> [Total] {
    var found: [Total] = []
    var places: [Key: Int] = [:]
    // Messages come in the order of their times, more or less, so the next one is often like one of the last.
    var recent: [Int] = []
    while try messages.step() {
      guard case .integer(let time) = messages.borrowed(0) else { continue }
      // Times may be anything that somebody has written there.
      let (distance, overflow) = time.subtractingReportingOverflow(start)
      guard !overflow else { continue }
      let key = Key(bucket: distance / width, type: type(of: messages.borrowed(1)))
      while recent.count <= key.type { recent.append(-1) }
      var place = recent[key.type]
      if place < 0 || found[place].key != key {
        place = places[key] ?? found.count
        if place == found.count {
          guard found.count < Self.maximumCount else {
            throw QueryError(.limit, "there are more than \(Self.maximumCount) pieces of time; make them longer")
          }
          places[key] = place
          found.append(Total(key: key))
        }
        recent[key.type] = place
      }
      found[place].count += 1
      if case .integer(let length) = messages.borrowed(2) { found[place].bytes &+= length }
    }
    return found.sorted { ($0.key.bucket, $0.key.type) < ($1.key.bucket, $1.key.type) }
  }

  /// The place of a type in `types`.
  private func type(of value: BorrowedValue) -> Int {
    guard case .integer(let number) = value, 0..<Int64(placesOfSmallTypes.count) ~= number else {
      return place(of: value)
    }
    let known = placesOfSmallTypes[Int(number)]
    if known >= 0 { return known }
    placesOfSmallTypes[Int(number)] = place(of: value)
    return placesOfSmallTypes[Int(number)]
  }

  private func place(of value: BorrowedValue) -> Int {
    let key = QueryValue(value)
    if let known = placesOfTypes[key] { return known }
    placesOfTypes[key] = types.count
    types.append(copies.copy(value))
    return types.count - 1
  }

  func borrowed(_ column: Int) -> BorrowedValue {
    guard let total = totals?[place] else { return .null }
    return switch column {
    case 0: .integer(total.key.bucket)
    case 1: types[total.key.type]
    case 2: .integer(total.count)
    default: .integer(total.bytes)
    }
  }
}

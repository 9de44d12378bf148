import ParserRuntime

/// What the values of a field, or of an instance, have been.
final class MemberStatistics {
  /// Different values are told apart up to so many.
  static let maximumDistinct = 1000
  /// Values of an enum that are counted; no description lists more.
  private static let maximumValues = 1 << 16
  private static let maximumSamples = 3
  /// Of byte strings the first so many positions are watched.
  private static let watchedBytes = 64

  private(set) var count = 0
  private(set) var digest: UInt64 = 0
  private(set) var minimum: Int128?
  private(set) var maximum: Int128?
  private(set) var samples: [String] = []
  private(set) var zeros = 0
  /// How often each value of an enum or a boolean came.
  private(set) var values: [Int64: Int] = [:]
  private(set) var distinct: Set<UInt64> = []
  /// How often each type that a switch chose came.
  private(set) var types: [String: Int] = [:]
  /// `if` held, did not hold.
  private(set) var conditions = (held: 0, failed: 0)
  private(set) var order = ByteOrderStatistics()
  private(set) var positions = PositionStatistics(limit: MemberStatistics.watchedBytes)

  /// - Parameter bytes: the field's own bytes; none for an instance.
  func add(_ node: FieldNode, _ bytes: UnsafeRawBufferPointer) {
    count += 1
    if let type = node.type { return types[type, default: 0] += 1 }
    guard let value = node.value else { return }
    let hash: UInt64
    switch value {
    case .integer(let number):
      hash = Self.hash(number)
      minimum = min(minimum ?? number, number)
      maximum = max(maximum ?? number, number)
      if number == 0 { zeros += 1 }
      order.add(bytes)
    case .enumeration(let number, _):
      hash = Self.hash(Int128(number))
      if values.count < Self.maximumValues || values[number] != nil { values[number, default: 0] += 1 }
    case .boolean(let flag):
      hash = flag ? 1 : 0
      values[flag ? 1 : 0, default: 0] += 1
    case .float(let number): hash = number.bitPattern
    case .text(let text): hash = contentHash64(text.utf8)
    case .bytes(let content):
      hash = contentHash64(content)
      if content.allSatisfy({ $0 == 0 }) { zeros += 1 }
      positions.add(content)
    }
    // Values of the same hash may cancel each other out in a sum of bare hashes; scrambled ones do not.
    digest &+= (hash ^ (hash >> 29)) &* 0xBF58_476D_1CE4_E5B9
    if distinct.count < Self.maximumDistinct, distinct.insert(hash).inserted, samples.count < Self.maximumSamples {
      samples.append(shown(node))
    }
  }

  func condition(_ holds: Bool) {
    if holds { conditions.held += 1 } else { conditions.failed += 1 }
  }

  private static func hash(_ number: Int128) -> UInt64 {
    let low = UInt64(truncatingIfNeeded: number)
    return (low ^ UInt64(truncatingIfNeeded: number >> 64) &+ 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
  }

  private func shown(_ node: FieldNode) -> String {
    let text = node.valueText
    return text.count <= 72 ? text : text.prefix(71) + "…"
  }
}

/// Whether numbers would be smaller if their bytes were read the other way round.
struct ByteOrderStatistics {
  /// Numbers whose first byte on the wire is not zero, and whose last is not.
  private(set) var first = 0
  private(set) var last = 0
  private(set) var count = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2 else { return }
    count += 1
    if bytes[0] != 0 { first += 1 }
    if bytes[bytes.count - 1] != 0 { last += 1 }
  }
}

/// Which bytes of byte strings of one length ever vary.
struct PositionStatistics {
  let limit: Int
  private var sample: [UInt8]?
  /// nil: the strings have several lengths.
  private(set) var varies: [Bool]? = []

  init(limit: Int) { self.limit = limit }

  mutating func add(_ bytes: [UInt8]) {
    guard varies != nil, bytes.count <= limit else { return varies = nil }
    guard let sample else {
      sample = bytes
      varies = [Bool](repeating: false, count: bytes.count)
      return
    }
    guard sample.count == bytes.count else { return varies = nil }
    guard sample != bytes else { return }
    for index in bytes.indices where sample[index] != bytes[index] { varies?[index] = true }
  }
}

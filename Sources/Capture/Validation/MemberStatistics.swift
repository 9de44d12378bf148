import ParserRuntime

/// What the values of a field, or of an instance, have been.
struct MemberStatistics {
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
  private var values: [Int64: Int] = [:]
  /// The same of values below 256, as nearly all are.
  private var smallValues: [Int] = []
  private(set) var distinct = HashSet()
  private var latestHash: UInt64?
  /// How often each type that a switch chose came, by its number.
  private(set) var types: [(number: Int, count: Int)] = []
  /// `if` held, did not hold.
  private(set) var conditions = (held: 0, failed: 0)
  private(set) var order = ByteOrderStatistics()
  private(set) var positions = PositionStatistics(limit: MemberStatistics.watchedBytes)

  /// Counts a plain value.
  /// - Parameters:
  ///   - number: of the field in the tree.
  ///   - content: the tree's, from which values are.
  ///   - bytes: the unit's.
  mutating func add(
    _ number: Int, of tree: FieldTree, _ content: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer
  ) {
    count += 1
    let field = tree.fields[number]
    guard let value = field.value else { return }
    let hash: UInt64
    switch value {
    case .integer(let number):
      hash = Self.hash(number)
      minimum = min(minimum ?? number, number)
      maximum = max(maximum ?? number, number)
      if number == 0 { zeros += 1 }
      order.add(UnsafeRawBufferPointer(rebasing: bytes[field.offset..<field.offset + field.length]))
    case .enumeration(let number):
      hash = Self.hash(Int128(number))
      add(value: number)
    case .boolean(let flag):
      hash = flag ? 1 : 0
      add(value: flag ? 1 : 0)
    case .float(let number): hash = number.bitPattern
    case .text(let place): hash = contentHash64(UnsafeRawBufferPointer(rebasing: content[place]))
    case .bytes(let place):
      let value = UnsafeRawBufferPointer(rebasing: content[place])
      if value.allSatisfy({ $0 == 0 }) { zeros += 1 }
      positions.add(value)
      hash = contentHash64(value)
    }
    // Values of the same hash may cancel each other out in a sum of bare hashes; scrambled ones do not.
    digest &+= (hash ^ (hash >> 29)) &* 0xBF58_476D_1CE4_E5B9
    guard hash != latestHash, distinct.count < Self.maximumDistinct else { return }
    latestHash = hash
    if distinct.insert(hash), samples.count < Self.maximumSamples { samples.append(shown(tree.node(number))) }
  }

  /// Counts a value of a user type, by the type's number.
  mutating func add(type: Int) {
    count += 1
    if let place = types.firstIndex(where: { $0.number == type }) {
      types[place].count += 1
    } else {
      types.append((type, 1))
    }
  }

  private mutating func add(value: Int64) {
    if 0 <= value, value < 256 {
      if smallValues.isEmpty { smallValues = [Int](repeating: 0, count: 256) }
      smallValues[Int(value)] += 1
    } else if values.count < Self.maximumValues || values[value] != nil {
      values[value, default: 0] += 1
    }
  }

  mutating func condition(_ holds: Bool) {
    if holds { conditions.held += 1 } else { conditions.failed += 1 }
  }

  /// How often a value of an enum or a boolean came.
  func count(of value: Int64) -> Int {
    0 <= value && value < 256 ? smallValues.isEmpty ? 0 : smallValues[Int(value)] : values[value] ?? 0
  }

  /// How often the type with a number came.
  func count(ofType type: Int) -> Int { types.first { $0.number == type }?.count ?? 0 }

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

/// A set of hashes, which are scattered already and need no other hash.
struct HashSet {
  /// Always less than half full; a power of two. 0 is an empty slot.
  private var slots: [UInt64] = []
  private var hasZero = false
  private(set) var count = 0

  /// - Returns: Whether it was not there.
  mutating func insert(_ hash: UInt64) -> Bool {
    if hash == 0 {
      if !hasZero { count += 1 }
      defer { hasZero = true }
      return !hasZero
    }
    if 2 * (count + 1) > slots.count {
      let old = slots
      slots = [UInt64](repeating: 0, count: max(16, 2 * old.count))
      for hash in old where hash != 0 { slots[slot(of: hash)] = hash }
    }
    let place = slot(of: hash)
    guard slots[place] == 0 else { return false }
    slots[place] = hash
    count += 1
    return true
  }

  /// The slot that has the hash, or is to have it.
  private func slot(of hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 >> 40) & (slots.count - 1)
    while slots[place] != 0, slots[place] != hash { place = (place + 1) & (slots.count - 1) }
    return place
  }
}

/// Which bytes of byte strings of one length ever vary.
struct PositionStatistics {
  let limit: Int
  private var sample: [UInt8]?
  /// How many have not varied yet.
  private var fixed = 0
  /// nil: the strings have several lengths.
  private(set) var varies: [Bool]? = []

  init(limit: Int) { self.limit = limit }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard varies != nil, bytes.count <= limit else { return varies = nil }
    guard let sample else {
      sample = [UInt8](bytes)
      fixed = bytes.count
      varies = [Bool](repeating: false, count: bytes.count)
      return
    }
    guard sample.count == bytes.count else { return varies = nil }
    guard fixed > 0 else { return }
    for index in bytes.indices where sample[index] != bytes[index] && varies?[index] == false {
      varies?[index] = true
      fixed -= 1
    }
  }
}

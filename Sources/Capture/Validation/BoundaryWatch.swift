import ParserRuntime

/// Finds out which type has the wrong length. A parser notices that only at the next message, which then does not
/// begin where it should; what came before is to blame.
struct BoundaryWatch {
  /// A type is under suspicion where most of what follows it fails.
  private static let suspiciousShare = 0.5
  /// A single failure is an accident.
  private static let suspiciousCount = 2

  private let canBegin: (UnsafeRawBufferPointer) -> Bool
  private var directions: [Place: Direction] = [:]
  /// By type, how far from where it should the next message began, and how often.
  private var distances: [Int: [Int: Int]] = [:]
  /// By type, how often the next element of a list fails.
  private var badInLists: [String: Int] = [:]
  /// By type, how often the peer's next bytes are no message.
  private var answeredByNone: [Int: Int] = [:]
  /// The types of messages that there were.
  private var messageTypes: Set<Int> = []
  /// Types in an element of a list; kept for its memory.
  private var elementTypes: [Int] = []

  init(canBegin: @escaping (UnsafeRawBufferPointer) -> Bool) { self.canBegin = canBegin }

  /// A direction of a flow.
  private struct Place: Hashable {
    var flow: Int64
    var direction: Int

    var opposite: Place { Place(flow: flow, direction: 1 - direction) }
  }

  /// What one direction of a flow has carried.
  private struct Direction {
    /// Where the unit that was parsed last ends; nil where none was.
    var end: Int64?
    /// The bytes of that unit.
    var bytes: [UInt8] = []
    /// All types in it, the outermost first.
    var types: [Int] = []
    var isResponse = false
    /// Whether a failure is right behind it: where the next message should have begun.
    var isOpen = false
    /// The content of the last message, until bytes of the other direction are held against it.
    var unanswered: Int?

    mutating func parsed(_ unit: DecodedUnit, _ statistics: inout TrafficStatistics) {
      if end == unit.offset {
        // A response stream is followed by what comes behind its last unit.
        for type in isResponse && !unit.kind.isMessage ? types.dropFirst() : types[...] {
          statistics.types[type].boundaries.good += 1
        }
      }
      end = unit.offset + Int64(unit.bytes.count)
      bytes.removeAll(keepingCapacity: true)
      bytes.append(contentsOf: unit.bytes)
      types.removeAll(keepingCapacity: true)
      statistics.numbers.addTypes(in: 0..<unit.fields.fields[0].end, to: &types)
      isResponse = !unit.kind.isMessage
      isOpen = false
      if unit.kind.isMessage { unanswered = unit.fields.contentType.map { statistics.numbers.places[$0].type } }
    }
  }

  /// What comes from now on has nothing to do with what came before.
  mutating func forget() {
    for place in directions.keys { close(place) }
    directions = [:]
  }

  /// Nothing more comes of a flow.
  mutating func forget(_ flow: Int64) {
    for direction in 0...1 {
      let place = Place(flow: flow, direction: direction)
      close(place)
      directions[place] = nil
    }
  }

  private mutating func close(_ place: Place) {
    if let direction = directions[place], direction.isOpen { note(direction.types, 0) }
  }

  /// - Parameters:
  ///   - statistics: the unit was added to them last.
  ///   - isInStream: false for a datagram, whose place follows from no message before it.
  mutating func parsed(_ unit: DecodedUnit, _ statistics: inout TrafficStatistics, isInStream: Bool = true) {
    countElements(unit.fields.fields, &statistics)
    if unit.kind.isMessage { messageTypes.insert(statistics.numbers.places[0].type) }
    guard isInStream else { return }
    directions[Place(flow: unit.flow, direction: unit.direction), default: Direction()].parsed(unit, &statistics)
  }

  mutating func failed(_ failure: UnitFailure, isInStream: Bool = true) {
    blameElement(failure)
    guard isInStream else { return }
    let place = Place(flow: failure.unit.flow, direction: failure.unit.direction)
    if failure.unit.kind.isMessage, let asked = directions[place.opposite]?.unanswered {
      directions[place.opposite]?.unanswered = nil
      answeredByNone[asked, default: 0] += 1
    }
    guard let before = directions[place], before.end == failure.unit.offset else { return }
    // Described too long, a unit has swallowed the begin of what follows.
    let bytes = before.bytes + failure.unit.bytes
    let early = (1..<max(1, before.bytes.count)).first { early in
      bytes.withUnsafeBytes { canBegin(UnsafeRawBufferPointer(rebasing: $0[(before.bytes.count - early)...])) }
    }
    if let early { note(before.types, -early) } else { directions[place]?.isOpen = true }
  }

  // MARK: Lists in a message

  /// In a list each element is the boundary of the one before.
  private mutating func countElements(_ fields: [FieldTree.Field], _ statistics: inout TrafficStatistics) {
    for number in statistics.numbers.parts where number > 0 {
      let next = fields[number].end
      guard next < fields[0].end, fields[next].index != nil, fields[next].parent == fields[number].parent,
        statistics.numbers.places[next].member == statistics.numbers.places[number].member
      else { continue }
      elementTypes.removeAll(keepingCapacity: true)
      statistics.numbers.addTypes(in: number..<next, to: &elementTypes)
      for type in elementTypes { statistics.types[type].boundaries.goodInLists += 1 }
    }
  }

  /// Blames the element before the one that a failure lies in.
  private mutating func blameElement(_ failure: UnitFailure) {
    guard var node = failure.unit.nodes.first else { return }
    while let index = node.children.lastIndex(where: { !$0.isInstance }), node.children[index].type != nil {
      let child = node.children[index]
      // What failed stands open at the end of the tree, and a wrong begin shows itself soon.
      let isNear = failure.offset - child.offset < 16
      if index > 0, child.index != nil, node.children[index - 1].name == child.name, isNear {
        for type in Set(types(in: node.children[index - 1])) { badInLists[type, default: 0] += 1 }
        return
      }
      node = child
    }
  }

  /// All types in a node, some several times.
  private func types(in node: FieldNode) -> [String] {
    guard let type = node.type else { return [] }
    return [type] + node.children.flatMap(types)
  }

  mutating func resynchronized(flow: Int64, direction: Int, offset: Int64) {
    let place = Place(flow: flow, direction: direction)
    guard let before = directions[place], before.isOpen, let end = before.end else { return }
    directions[place]?.isOpen = false
    note(before.types, Int(offset - end))
  }

  private mutating func note(_ types: [Int], _ distance: Int) {
    for type in types { distances[type, default: [:]][distance, default: 0] += 1 }
  }

  private func isSuspicious(_ failures: Int, of all: Int) -> Bool {
    failures >= Self.suspiciousCount && Double(failures) > Double(all) * Self.suspiciousShare
  }

  /// Names the types that are described too long or too short.
  mutating func find(_ statistics: TrafficStatistics, _ findings: inout FindingCollector) {
    forget()
    for (type, failures) in answeredByNone
    where isSuspicious(failures, of: statistics.types[type].count) {
      findings.add(
        .suspect, type: statistics.numbers.types[type].name, about: "answer",
        message: "\(failures) of \(statistics.types[type].count) are answered by bytes that are no message: "
          + "is a response stream missing, or wrong?", count: failures)
    }
    for (name, failures) in badInLists {
      let all = statistics.type(name).boundaries.goodInLists + failures
      guard isSuspicious(failures, of: all) else { continue }
      findings.add(
        .suspect, type: name, about: "list",
        message: "in lists \(failures) of \(all) are followed by what is no element: is the type's length wrong?",
        count: failures)
    }
    let messages = messageTypes.map { statistics.numbers.types[$0].name }
    let contents = statistics.outline.types.filter { messages.contains($0.name) }.flatMap(\.members).flatMap(\.cases)
    for (number, distances) in distances {
      let (name, type) = (statistics.numbers.types[number].name, statistics.types[number])
      let failures = distances.values.reduce(0, +)
      let all = type.boundaries.good + failures
      // What a message is made of is suspicious if it mostly fails; a message itself always is.
      let isContent = contents.contains { $0.type == name }
      guard !messageTypes.contains(number), isSuspicious(failures, of: isContent ? failures : all) else { continue }
      // Of distances that are equally frequent the smallest says most; one that is rare says nothing.
      let usual = distances.filter { $0.key != 0 }.max { ($0.value, -abs($0.key)) < ($1.value, -abs($1.key)) }
      let explanation = usual.flatMap { distance, count -> String? in
        guard isSuspicious(count, of: failures) else { return nil }
        return "; \(count) times the next message begins \(abs(distance)) bytes "
          + (distance < 0 ? "earlier: is the type described too long?" : "later: is the type described too short?")
      }
      findings.add(
        .suspect, type: name, about: "boundary",
        message: "\(failures) of \(all) are followed by bytes that are no message\(explanation ?? "")", count: failures)
    }
  }
}

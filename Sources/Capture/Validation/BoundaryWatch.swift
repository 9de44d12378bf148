import ParserRuntime

/// Finds out which type has the wrong length. A parser notices that only at the next message, which then does not
/// begin where it should; what came before is to blame.
struct BoundaryWatch {
  /// A type is under suspicion where most of what follows it fails.
  private static let suspiciousShare = 0.5
  /// A single failure is an accident.
  private static let suspiciousCount = 2

  private let canBegin: (UnsafeRawBufferPointer) -> Bool
  private var last: [Place: Unit] = [:]
  /// Failures right behind a unit: where the next message should have begun.
  private var open: [Place: Unit] = [:]
  /// By type, how far from where it should the next message began, and how often.
  private var distances: [String: [Int: Int]] = [:]
  /// By type, how often the next element of a list fails.
  private var badInLists: [String: Int] = [:]
  /// The content of the last message of each direction, until bytes of the other direction are held against it.
  private var unanswered: [Place: String] = [:]
  /// By type, how often the peer's next bytes are no message.
  private var answeredByNone: [String: Int] = [:]

  init(canBegin: @escaping (UnsafeRawBufferPointer) -> Bool) { self.canBegin = canBegin }

  /// A direction of a flow.
  private struct Place: Hashable {
    var flow: Int64
    var direction: Int

    var opposite: Place { Place(flow: flow, direction: 1 - direction) }
  }

  private struct Unit {
    var end: Int64
    var bytes: [UInt8]
    /// All types in it, the outermost first.
    var types: [String]
    var isResponse: Bool
  }

  /// What comes from now on has nothing to do with what came before.
  mutating func forget() {
    for unit in open.values { note(unit.types, 0) }
    (last, open, unanswered) = ([:], [:], [:])
  }

  /// Nothing more comes of a flow.
  mutating func forget(_ flow: Int64) {
    for direction in 0...1 {
      let place = Place(flow: flow, direction: direction)
      if let unit = open.removeValue(forKey: place) { note(unit.types, 0) }
      (last[place], unanswered[place]) = (nil, nil)
    }
  }

  mutating func parsed(_ unit: DecodedUnit, _ root: FieldNode, _ statistics: TrafficStatistics) {
    let place = Place(flow: unit.flow, direction: unit.direction)
    if let before = last[place], before.end == unit.offset {
      // A response stream is followed by what comes behind its last unit.
      let followed = before.isResponse && !unit.kind.isMessage ? before.types.dropFirst() : before.types[...]
      for type in followed { statistics.type(type).boundaries.good += 1 }
    }
    countElements(of: root, statistics)
    last[place] = Unit(
      end: unit.offset + Int64(unit.bytes.count), bytes: [UInt8](unit.bytes), types: types(in: root),
      isResponse: !unit.kind.isMessage)
    open[place] = nil
    if unit.kind.isMessage { unanswered[place] = root.children.last { $0.type != nil }?.type }
  }

  mutating func failed(_ failure: UnitFailure) {
    let place = Place(flow: failure.unit.flow, direction: failure.unit.direction)
    if failure.unit.kind.isMessage, let asked = unanswered.removeValue(forKey: place.opposite) {
      answeredByNone[asked, default: 0] += 1
    }
    blameElement(failure)
    guard let before = last[place], before.end == failure.unit.offset else { return }
    // Described too long, a unit has swallowed the begin of what follows.
    let bytes = before.bytes + failure.unit.bytes
    let early = (1..<max(1, before.bytes.count)).first { early in
      bytes.withUnsafeBytes { canBegin(UnsafeRawBufferPointer(rebasing: $0[(before.bytes.count - early)...])) }
    }
    if let early { note(before.types, -early) } else { open[place] = before }
  }

  /// All types in a node, the outermost first.
  private func types(in node: FieldNode) -> [String] {
    var types: [String] = []
    func collect(_ node: FieldNode) {
      guard let type = node.type else { return }
      if !types.contains(type) { types.append(type) }
      node.children.forEach(collect)
    }
    collect(node)
    return types
  }

  // MARK: Lists in a message

  /// In a list each element is the boundary of the one before.
  private func countElements(of node: FieldNode, _ statistics: TrafficStatistics) {
    for (element, next) in zip(node.children, node.children.dropFirst())
    where element.type != nil && next.index != nil && next.name == element.name {
      for type in types(in: element) { statistics.type(type).boundaries.goodInLists += 1 }
    }
    for child in node.children where child.type != nil { countElements(of: child, statistics) }
  }

  /// Blames the element before the one that a failure lies in.
  private mutating func blameElement(_ failure: UnitFailure) {
    guard var node = failure.unit.nodes.first else { return }
    while let index = node.children.lastIndex(where: { !$0.isInstance }), node.children[index].type != nil {
      let child = node.children[index]
      // What failed stands open at the end of the tree, and a wrong begin shows itself soon.
      let isNear = failure.offset - child.offset < 16
      if index > 0, child.index != nil, node.children[index - 1].name == child.name, isNear {
        for type in types(in: node.children[index - 1]) { badInLists[type, default: 0] += 1 }
        return
      }
      node = child
    }
  }

  mutating func resynchronized(flow: Int64, direction: Int, offset: Int64) {
    guard let before = open.removeValue(forKey: Place(flow: flow, direction: direction)) else { return }
    note(before.types, Int(offset - before.end))
  }

  private mutating func note(_ types: [String], _ distance: Int) {
    for type in types { distances[type, default: [:]][distance, default: 0] += 1 }
  }

  private func isSuspicious(_ failures: Int, of all: Int) -> Bool {
    failures >= Self.suspiciousCount && Double(failures) > Double(all) * Self.suspiciousShare
  }

  /// Names the types that are described too long or too short.
  mutating func find(_ statistics: TrafficStatistics, _ findings: inout FindingCollector) {
    forget()
    for (name, failures) in answeredByNone
    where isSuspicious(failures, of: statistics.type(name).count) {
      findings.add(
        .suspect, type: name, about: "answer",
        message: "\(failures) of \(statistics.type(name).count) are answered by bytes that are no message: "
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
    guard let root = statistics.outline.types.first else { return }
    for (name, distances) in distances {
      let type = statistics.type(name)
      let failures = distances.values.reduce(0, +)
      let all = type.boundaries.good + failures
      // What a message is made of is suspicious if it mostly fails; a message itself always is.
      let isContent = root.members.contains { $0.cases.contains { $0.type == name } }
      guard name != root.name, isSuspicious(failures, of: isContent ? failures : all) else { continue }
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

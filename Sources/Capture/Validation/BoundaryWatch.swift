import ParserRuntime

/// Finds out which type has the wrong length. A parser notices that only at the next message, which then does not
/// begin where it should; what came before is to blame.
struct BoundaryWatch {
  /// A type is under suspicion where most of what follows it fails.
  private static let suspiciousShare = 0.5

  private let canBegin: (UnsafeRawBufferPointer) -> Bool
  private var last: [Place: Unit] = [:]
  /// Failures right behind a unit: where the next message should have begun.
  private var open: [Place: Unit] = [:]
  /// By type, how far from where it should the next message began, and how often.
  private var distances: [String: [Int: Int]] = [:]
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
  }

  mutating func forget() { (last, open, unanswered) = ([:], [:], [:]) }

  mutating func parsed(_ unit: DecodedUnit, _ root: FieldNode, _ statistics: TrafficStatistics) {
    let place = Place(flow: unit.flow, direction: unit.direction)
    if let before = last[place], before.end == unit.offset {
      for type in before.types { statistics.type(type).boundaries.good += 1 }
    }
    var types: [String] = []
    func collect(_ node: FieldNode) {
      guard let type = node.type else { return }
      if !types.contains(type) { types.append(type) }
      node.children.forEach(collect)
    }
    collect(root)
    last[place] = Unit(end: unit.offset + Int64(unit.bytes.count), bytes: [UInt8](unit.bytes), types: types)
    open[place] = nil
    if case .message = unit.kind { unanswered[place] = root.children.last { $0.type != nil }?.type }
  }

  mutating func failed(_ failure: UnitFailure) {
    let place = Place(flow: failure.unit.flow, direction: failure.unit.direction)
    if case .message = failure.unit.kind, let asked = unanswered.removeValue(forKey: place.opposite) {
      answeredByNone[asked, default: 0] += 1
    }
    guard let before = last[place], before.end == failure.unit.offset else { return }
    open[place] = before
    // Described too long, a unit has swallowed the begin of what follows.
    let bytes = before.bytes + failure.unit.bytes
    let early = (1..<max(1, before.bytes.count)).first { early in
      bytes.withUnsafeBytes { canBegin(UnsafeRawBufferPointer(rebasing: $0[(before.bytes.count - early)...])) }
    }
    note(before, early.map { -$0 } ?? 0)
  }

  mutating func resynchronized(flow: Int64, direction: Int, offset: Int64) {
    guard let before = open.removeValue(forKey: Place(flow: flow, direction: direction)) else { return }
    note(before, Int(offset - before.end))
  }

  private mutating func note(_ unit: Unit, _ distance: Int) {
    for type in unit.types { distances[type, default: [:]][distance, default: 0] += 1 }
  }

  /// Names the types that are described too long or too short.
  func find(_ statistics: TrafficStatistics, _ findings: inout FindingCollector) {
    for (name, failures) in answeredByNone
    where Double(failures) > Double(statistics.type(name).count) * Self.suspiciousShare {
      findings.add(
        .failure, type: name, about: "answer",
        message: "\(failures) of \(statistics.type(name).count) are answered by bytes that are no message: "
          + "is a response stream missing, or wrong?", count: failures)
    }
    for (name, distances) in distances {
      let type = statistics.type(name)
      let failures = distances.values.reduce(0, +)
      let all = type.boundaries.good + failures
      guard Double(failures) > Double(all) * Self.suspiciousShare, let root = statistics.outline.types.first,
        name != root.name
      else { continue }
      // Of distances that are equally frequent the smallest says most.
      let usual = distances.filter { $0.key != 0 }.max { ($0.value, -abs($0.key)) < ($1.value, -abs($1.key)) }
      let explanation = usual.map { distance, count in
        "; \(count) times the next message begins \(abs(distance)) bytes "
          + (distance < 0 ? "earlier: the type is described too long" : "later: the type is described too short")
      }
      findings.add(
        .failure, type: name, about: "boundary",
        message: "\(failures) of \(all) are followed by bytes that are no message\(explanation ?? "")", count: failures)
    }
  }
}

import ParserRuntime

/// Takes part in decoding and keeps what a report is made of.
final class TrafficWatcher: DecodingObserver {
  let statistics: TrafficStatistics
  private(set) var findings: FindingCollector
  private(set) var totals = ValidationReport.Totals()
  private var boundaries: BoundaryWatch
  private var file = ""
  private var connections: [Int64: (initiator: Endpoint, responder: Endpoint)] = [:]
  /// The type of the response stream that belongs to a request, by the request's name.
  private var streamTypes: [String: String] = [:]

  init(_ outline: DescriptionOutline, canBegin: @escaping (UnsafeRawBufferPointer) -> Bool) {
    statistics = TrafficStatistics(outline)
    findings = FindingCollector(outline)
    boundaries = BoundaryWatch(canBegin: canBegin)
  }

  /// What comes from now on is from another file.
  func begin(_ file: String) {
    self.file = file
    connections = [:]
    boundaries.forget()
  }

  // MARK: DecodingObserver

  func opened(flow: Int64, initiator: Endpoint, responder: Endpoint, time: Int64) {
    totals.connections += 1
    connections[flow] = (initiator, responder)
  }

  func closed(flow: Int64, bytes: Int64) {
    totals.streamBytes += Int(bytes)
    connections[flow] = nil
    boundaries.forget(flow)
  }

  func parsed(_ unit: DecodedUnit) {
    guard let root = unit.nodes.first else { return }
    if case .response(let request) = unit.kind {
      totals.responseEntries += 1
      streamTypes[request] = root.type
      statistics.add(root, unit.bytes, isUnit: true)
    } else {
      totals.messages += 1
      statistics.add(root, unit.bytes)
    }
    findUnread(unit, root)
    findUnlisted(unit, root)
    findUnmatched(unit, root)
    boundaries.parsed(unit, root, statistics)
  }

  func failed(_ failure: UnitFailure) {
    let (type, member) = locate(failure.path, failure.unit.nodes)
    let isAtEnd = failure.offset >= failure.unit.bytes.count
    let mark = failure.offset..<(isAtEnd ? failure.offset : failure.offset + 1)
    findings.add(
      .failure, type: type, member: member, about: failure.kind, message: "\(failure.kind): \(failure.detail)",
      example: example(failure.unit, mark, failure.path, failure.detail))
    boundaries.failed(failure)
  }

  func violated(_ issue: Issue, _ unit: DecodedUnit) {
    let (type, member) = locate(issue.path, unit.nodes)
    findings.add(
      .violation, type: type, member: member, about: issue.kind, message: "\(issue.kind): \(issue.detail)",
      example: example(unit, issue.offset..<issue.offset + issue.length, issue.path, issue.detail))
  }

  func ended(_ stream: StreamEnd) {
    let type = streamTypes[stream.request]
    if let type, stream.entries + stream.invalidEntries > 0 || stream.remark == nil { statistics.type(type).count += 1 }
    guard let remark = stream.remark else { return }
    let detail = "\(remark), after \(stream.entries) valid entries"
    findings.add(
      .stream, type: type, about: stream.request + remark, message: "what follows \(stream.request): \(remark)",
      example: Finding.Example(
        file: file, connection: connection(stream.flow, stream.direction), streamOffset: Int(stream.offset), offset: 0,
        path: "", detail: detail))
  }

  func resynchronized(flow: Int64, direction: Int, offset: Int64) {
    totals.resynchronizations += 1
    boundaries.resynchronized(flow: flow, direction: direction, offset: offset)
  }

  func reported(_ issue: DecodeIssue) {
    guard let message = Self.captureFault(issue.kind) else { return }
    findings.add(
      .capture, about: issue.kind, message: message,
      example: Finding.Example(
        file: file, connection: connection(issue.flow, issue.direction), streamOffset: Int(issue.streamOffset),
        offset: 0, path: issue.path, detail: "\(issue.detail) (\(issue.length) bytes)"))
  }

  /// What an issue of this kind says of the capture; nil for one that is told otherwise.
  private static func captureFault(_ kind: String) -> String? {
    switch kind {
    case "gap": "gap: bytes that are not in the capture"
    case "overlap": "overlap: segments with other bytes than one before"
    case "stray": "stray: bytes that have no place in a stream"
    case "after gap": "after gap: the rest of messages whose begin is missing"
    case "incomplete": "incomplete: messages of which bytes are missing"
    default: nil
    }
  }

  // MARK: What a parser does not complain of

  /// Looks for bytes that no field takes, and names the innermost part that they stand behind.
  private func findUnread(_ unit: DecodedUnit, _ root: FieldNode) {
    // Nearly always there are none, and then nobody needs names of places.
    guard Self.end(root, after: 0) != unit.bytes.count else { return }
    typealias Part = (type: String?, member: String?, path: String)
    var place = 0
    var last: Part = (root.type, nil, "")
    func pass(to next: Int) {
      guard next > place else { return }
      totals.unreadBytes += next - place
      findings.add(
        .unread, type: last.type, member: last.member, about: "", message: "bytes that no field takes",
        example: example(unit, place..<next, last.path, "\(next - place) bytes are left unread"))
    }
    /// - Returns: Whether the node's last part has a type, so that it is closer to what follows than the node is.
    func walk(_ node: FieldNode, _ path: String) -> Bool {
      var isInner = false
      for child in node.children where !child.isInstance {
        let part: Part = (
          node.type, child.name, (path.isEmpty ? "" : path + ".") + child.name + (child.index.map { "[\($0)]" } ?? "")
        )
        pass(to: child.offset)
        place = max(place, child.offset)
        if child.type == nil {
          place = max(place, child.offset + child.length)
          (last, isInner) = (part, false)
        } else {
          if !walk(child, part.path) { last = part }
          isInner = true
        }
      }
      return isInner
    }
    _ = walk(root, "")
    pass(to: unit.bytes.count)
  }

  /// The place up to which a node's fields take all bytes.
  /// - Returns: nil where they leave some out.
  private static func end(_ node: FieldNode, after place: Int) -> Int? {
    var place = place
    for index in node.children.indices where !node.children[index].isInstance {
      guard node.children[index].offset <= place else { return nil }
      if node.children[index].type == nil {
        place = max(place, node.children[index].offset + node.children[index].length)
      } else {
        guard let inner = end(node.children[index], after: place) else { return nil }
        place = inner
      }
    }
    return place
  }

  /// Looks for values that an enum does not list.
  private func findUnlisted(_ unit: DecodedUnit, _ node: FieldNode) {
    for child in node.children {
      if case .enumeration(let value, nil)? = child.value {
        let outline = statistics.outline.type(node.type ?? "")?.member(child.name)
        // A constraint says so itself.
        if outline?.hasConstraint == true { continue }
        // A value that is computed may have no meaning in this message.
        findings.add(
          child.isInstance ? .hint : .unlisted, type: node.type, member: child.name, about: "\(value)",
          message: "the enum does not list \(value)",
          example: example(unit, child.offset..<child.offset + child.length, child.name, "value \(value)"))
      }
      if child.type != nil { findUnlisted(unit, child) }
    }
  }

  /// Looks for switches of which no case matched.
  private func findUnmatched(_ unit: DecodedUnit, _ node: FieldNode) {
    guard let outline = node.type.flatMap(statistics.outline.type) else { return }
    // Of a response stream only one unit is shown.
    let isWhole = unit.kind.isMessage || node.type != unit.nodes.first?.type
    for member in outline.members where !member.cases.isEmpty && !member.cases.contains(where: { $0.match == "_" }) {
      let values = node.children.filter { $0.name == member.name }
      let isAbsent = node.conditions.contains { $0.field == member.name && !$0.holds } || member.isRepeated
      if values.isEmpty, isWhole, !isAbsent {
        findings.add(
          .unlisted, type: node.type, member: member.name, about: "case", message: "no case of the switch matches",
          example: example(unit, node.offset..<node.offset + node.length, member.name, "no case matches"))
      }
      for value in values where value.type == nil && !member.cases.contains(where: { $0.type == nil }) {
        findings.add(
          .hint, type: node.type, member: member.name, about: "case",
          message: "no case of the switch matches: the bytes are not explained",
          example: example(unit, value.offset..<value.offset + value.length, member.name, "no case matches"))
      }
    }
    for child in node.children where child.type != nil { findUnmatched(unit, child) }
  }

  // MARK: Places

  /// The type and the member that a path ends in.
  private func locate(_ path: String, _ nodes: [FieldNode]) -> (type: String?, member: String?) {
    guard var node = nodes.first else { return (statistics.outline.types.first?.name, nil) }
    let names = path.split(separator: ".").map { String($0.prefix { $0 != "[" }) }
    for name in names.dropLast() {
      guard let inner = node.children.last(where: { $0.name == name && $0.type != nil }) else { break }
      node = inner
    }
    return (node.type, names.last)
  }

  private func example(
    _ unit: DecodedUnit, _ place: Range<Int>, _ path: String, _ detail: String
  ) -> Finding.Example {
    Finding.Example(
      file: file, frame: unit.frame, connection: connection(unit.flow, unit.direction),
      streamOffset: Int(unit.offset) + place.lowerBound, offset: place.lowerBound, path: path, detail: detail,
      bytes: HexContext(unit.bytes, around: place))
  }

  private func connection(_ flow: Int64, _ direction: Int) -> String {
    guard let ends = connections[flow] else { return "" }
    return direction == 0 ? "\(ends.initiator) -> \(ends.responder)" : "\(ends.responder) -> \(ends.initiator)"
  }

  /// The report's part on findings, hints of the whole traffic included.
  func finish(_ decoding: DecodingCounts, packets: Int) -> (findings: [Finding], totals: ValidationReport.Totals) {
    boundaries.find(statistics, &findings)
    HintFinder(statistics: statistics).find(&findings)
    totals.packets = packets
    totals.skippedBytes = Int(decoding.skippedBytes)
    totals.lostBytes = Int(decoding.lostBytes)
    return (findings.sorted, totals)
  }
}

import ParserRuntime

/// Takes part in decoding and keeps what a report is made of.
final class TrafficWatcher: DecodingObserver {
  // Touched for every field, and lent to nobody: nothing is gained by looking out for overlapping accesses.
  @exclusivity(unchecked) private(set) var statistics: TrafficStatistics
  private(set) var findings: FindingCollector
  @exclusivity(unchecked) private(set) var totals = ValidationReport.Totals()
  @exclusivity(unchecked) private var boundaries: BoundaryWatch
  private var file = ""
  private var flows: [Int64: FlowRecord] = [:]
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
    flows = [:]
    boundaries.forget()
  }

  // MARK: DecodingObserver

  func opened(flow: Int64, _ record: FlowRecord) {
    totals.connections += 1
    flows[flow] = record
  }

  func closed(flow: Int64, bytes: Int64) {
    totals.streamBytes += Int(bytes)
    flows[flow] = nil
    boundaries.forget(flow)
  }

  func parsed(_ unit: DecodedUnit) {
    guard let root = unit.fields.fields.first else { return }
    if case .response(let request) = unit.kind {
      totals.responseEntries += 1
      streamTypes[request] = root.type?.description
      statistics.add(unit.fields, unit.bytes, isUnit: true)
    } else {
      totals.messages += 1
      statistics.add(unit.fields, unit.bytes)
    }
    findUnread(unit)
    findUnlisted(unit)
    findUnmatched(unit)
    boundaries.parsed(unit, &statistics, isInStream: isInStream(unit))
  }

  func failed(_ failure: UnitFailure) {
    let (type, member) = locate(failure.path, failure.unit.nodes)
    let isAtEnd = failure.offset >= failure.unit.bytes.count
    let mark = failure.offset..<(isAtEnd ? failure.offset : failure.offset + 1)
    findings.add(
      .failure, type: type, member: member, about: failure.kind, message: "\(failure.kind): \(failure.detail)",
      example: example(failure.unit, mark, failure.path, failure.detail))
    boundaries.failed(failure, isInStream: isInStream(failure.unit))
  }

  func violated(_ issue: Issue, _ unit: DecodedUnit) {
    let (type, member) = locate(issue.path, unit.nodes)
    findings.add(
      .violation, type: type, member: member, about: issue.kind, message: "\(issue.kind): \(issue.detail)",
      example: example(unit, issue.offset..<issue.offset + issue.length, issue.path, issue.detail))
  }

  func ended(_ stream: StreamEnd) {
    let type = streamTypes[stream.request]
    if let number = type.flatMap(statistics.numbers.known),
      stream.entries + stream.invalidEntries > 0 || stream.remark == nil
    {
      statistics.types[number].count += 1
    }
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
    let isTrailing = issue.kind == "trailing"
    if isTrailing { totals.unreadBytes += Int(issue.length) }
    guard let message = isTrailing ? issue.detail : Self.captureFault(issue.kind) else { return }
    findings.add(
      isTrailing ? .unread : .capture, about: issue.kind, message: message,
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
  private func findUnread(_ unit: DecodedUnit) {
    // Nearly always there are none, and then nobody needs names of places.
    guard Self.end(of: unit.fields.fields) != unit.bytes.count, let root = unit.nodes.first else { return }
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

  /// The place up to which a unit's fields take all bytes.
  /// - Returns: nil where they leave some out.
  private static func end(of fields: [FieldTree.Field]) -> Int? {
    var place = 0
    for number in 1..<max(1, fields[0].end) where !fields[number].isInstance {
      guard fields[number].offset <= place else { return nil }
      if fields[number].type == nil { place = max(place, fields[number].offset + fields[number].length) }
    }
    return place
  }

  /// Looks for values that an enum does not list.
  private func findUnlisted(_ unit: DecodedUnit) {
    let fields = unit.fields.fields
    for number in 1..<max(1, fields[0].end) {
      guard case .enumeration(let value)? = fields[number].value, fields[number].meaning == nil else { continue }
      let member = statistics.numbers.members[statistics.numbers.places[number].member]
      // A constraint says so itself.
      if member.outline?.hasConstraint == true { continue }
      let field = fields[number]
      // A value that is computed may have no meaning in this message.
      findings.add(
        field.isInstance ? .hint : .unlisted, type: statistics.numbers.types[member.type].name, member: member.name,
        about: "\(value)", message: "the enum does not list \(value)",
        example: example(unit, field.offset..<field.offset + field.length, member.name, "value \(value)"))
    }
  }

  /// Looks for switches of which no case matched.
  private func findUnmatched(_ unit: DecodedUnit) {
    for part in statistics.numbers.parts {
      let type = statistics.numbers.types[statistics.numbers.places[part].type]
      for choice in type.closedSwitches { findUnmatched(choice.member, choice.number, type.name, unit, part) }
    }
  }

  /// - Parameters:
  ///   - member: the switch, and its number.
  ///   - parent: the number of the field whose type has it.
  private func findUnmatched(
    _ choice: DescriptionOutline.Member, _ member: Int, _ type: String, _ unit: DecodedUnit, _ parent: Int
  ) {
    let tree = unit.fields
    var isThere = false
    var next = parent + 1
    while next < tree.fields[parent].end {
      if statistics.numbers.places[next].member == member {
        isThere = true
        if tree.fields[next].type == nil, !choice.cases.contains(where: { $0.type == nil }) {
          let value = tree.fields[next]
          findings.add(
            .hint, type: type, member: choice.name, about: "case",
            message: "no case of the switch matches: the bytes are not explained",
            example: example(unit, value.offset..<value.offset + value.length, choice.name, "no case matches"))
        }
      }
      next = tree.fields[next].end
    }
    // Of a response stream only one unit is shown.
    let isWhole =
      unit.kind.isMessage || statistics.numbers.places[parent].type != statistics.numbers.places[0].type
    let isAbsent =
      choice.isRepeated
      || tree.conditions.contains { $0.parent == parent && !$0.holds && $0.field.description == choice.name }
    guard !isThere, isWhole, !isAbsent else { return }
    let field = tree.fields[parent]
    findings.add(
      .unlisted, type: type, member: choice.name, about: "case", message: "no case of the switch matches",
      example: example(unit, field.offset..<field.offset + field.length, choice.name, "no case matches"))
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

  private func isInStream(_ unit: DecodedUnit) -> Bool { flows[unit.flow]?.transport == .tcp }

  private func connection(_ flow: Int64, _ direction: Int) -> String {
    guard let ends = flows[flow] else { return "" }
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

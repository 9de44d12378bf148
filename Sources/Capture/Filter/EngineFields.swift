import ParserRuntime

/// The names that a filter has for what every message of every protocol has.
struct EngineFields {
  /// A name that can be offered.
  struct Name {
    let name: String
    let doc: String
    /// nil where it is not compared with anything.
    let kind: FieldKind?
  }

  private typealias Message = EngineTables.Message

  private let info: SpecificationInfo

  init(_ info: SpecificationInfo) { self.info = info }

  /// What a name means; nil where it is none of these.
  func operand(_ name: String) -> FilterOperand? {
    if let field = messageField(name) { return .fields([FilterOperand.Group(fields: [field])]) }
    if let fields = endpointFields(name) { return .fields(fields) }
    if name == "bytes" { return Self.bytes.field(name).map { .fields([FilterOperand.Group(fields: [$0])]) } }
    if let table = Self.table(name) { return .condition(.row(table.place, .exists)) }
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let (owner, column) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
    guard let table = Self.table(owner) ?? (owner == "flow" ? Self.flow : nil) else { return nil }
    return table.field(column).map { .fields([FilterOperand.Group(fields: [$0])]) }
  }

  // MARK: The message

  private func messageField(_ name: String) -> FilterField? {
    switch name {
    case "type": return typeField
    case "flow": return FilterField(place: .message, column: Message.flow.definition.name, kind: FieldKind(.signed(64)))
    default:
      guard let column = EngineTables.messageColumns.first(where: { $0.isCalled(name) }) else { return nil }
      return FilterField(place: .message, column: column.name, kind: FieldKind(column))
    }
  }

  /// What tells a message's type; without such a column the table of its content.
  var typeField: FilterField {
    guard let column = info.typeColumn,
      let type = info.tables.first?.columns.first(where: { $0.name == column })?.type
    else { return FilterField(place: .message, column: Message.contentTable.definition.name, kind: .text) }
    return FilterField(place: .message, column: column, kind: FieldKind(type, names: typeNames))
  }

  /// The names of types, by which messages are told apart.
  var typeNames: [String: Int64] {
    info.typeColumn.map { info.valueNames(of: $0, in: "message") } ?? [:]
  }

  // MARK: Addresses and ports

  private static let initiator = (address: EngineTables.Flow.initiatorAddress, port: EngineTables.Flow.initiatorPort)
  private static let responder = (address: EngineTables.Flow.responderAddress, port: EngineTables.Flow.responderPort)

  private func endpointFields(_ name: String) -> [FilterOperand.Group]? {
    func field(_ side: (address: EngineTables.Flow, port: EngineTables.Flow), _ part: String) -> FilterField? {
      let (address, port) = (side.address.definition, side.port.definition)
      return switch part {
      case "address": FilterField(place: .flow, column: address.name, kind: FieldKind(address))
      case "port": FilterField(place: .flow, column: port.name, kind: FieldKind(port))
      case "endpoint": FilterField(place: .flow, column: address.name, kind: .endpoint(port: port.name))
      default: nil
      }
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 1, let first = field(Self.initiator, name), let second = field(Self.responder, name) {
      return [FilterOperand.Group(fields: [first, second])]
    }
    // The sender is the initiator or the responder, by the message's direction.
    guard let isSource = ["src": true, "dst": false][parts[0]], parts.count <= 2 else { return nil }
    let sides = isSource ? [Self.initiator, Self.responder] : [Self.responder, Self.initiator]
    let groups = sides.enumerated().compactMap { direction, side in
      field(side, parts.count == 2 ? parts[1] : "endpoint").map {
        FilterOperand.Group(
          condition: .message(Message.direction.definition.name, .isOneOf([.integer(Int64(direction))])),
          fields: [$0])
      }
    }
    return groups.isEmpty ? nil : groups
  }

  // MARK: Other tables

  private struct RelatedTable {
    let table: SpecificationInfo.Table
    let place: MessageCondition.Place

    func field(_ name: String) -> FilterField? {
      table.columns.first { $0.isCalled(name) }.map {
        FilterField(place: place, column: $0.name, kind: FieldKind($0))
      }
    }
  }

  private static let flow = RelatedTable(table: EngineTables.flow, place: .flow)
  private static let issue = related(EngineTables.decodeIssue, by: EngineTables.DecodeIssue.message)
  private static let answer = related(EngineTables.messageAnswer, by: EngineTables.MessageAnswer.message)
  private static let answered = related(EngineTables.messageAnswer, by: EngineTables.MessageAnswer.request)
  private static let bytes = related(EngineTables.messageBytes, by: EngineTables.MessageBytes.message)

  private static func related(_ table: SpecificationInfo.Table, by column: some EngineColumn) -> RelatedTable {
    RelatedTable(table: table, place: .rows(table: table.name, key: column.definition.name))
  }

  private static func table(_ name: String) -> RelatedTable? {
    ["issue": issue, "answer": answer, "answered": answered][name]
  }

  // MARK: What is offered

  /// All of them, with what they mean.
  var names: [Name] {
    let type = typeField
    let number = FieldKind(.unsigned(32))
    var names = [
      Name(name: "type", doc: "what kind of message it is", kind: type.kind),
      Name(name: "length", doc: "bytes of the message", kind: number),
      Name(name: "time", doc: "when the message was complete, UTC", kind: .time),
      Name(name: "flow", doc: "the number of the connection", kind: number),
      Name(name: "direction", doc: "0 from the connection's initiator, 1 to it", kind: number),
      Name(name: "id", doc: "the number of the message", kind: number),
      Name(name: "stream_offset", doc: "place in the direction's stream", kind: number),
      Name(name: "address", doc: "the address of either side", kind: .address),
      Name(name: "port", doc: "the port of either side", kind: number),
      Name(name: "endpoint", doc: "address and port of either side, [::1]:80", kind: .endpoint(port: "")),
    ]
    for (side, who) in [("src", "sender"), ("dst", "receiver")] {
      names += [
        Name(name: "\(side).address", doc: "the address of the \(who)", kind: .address),
        Name(name: "\(side).port", doc: "the port of the \(who)", kind: number),
        Name(name: "\(side).endpoint", doc: "address and port of the \(who)", kind: .endpoint(port: "")),
      ]
    }
    names += columns("flow", of: Self.flow)
    names.append(Name(name: "issue", doc: "the message violates the description", kind: nil))
    names += columns("issue", of: Self.issue)
    if info.matchScope != nil {
      names += [
        Name(name: "answer", doc: "the message answers another", kind: nil),
        Name(name: "answered", doc: "another message answers it", kind: nil),
      ]
      names += columns("answer", of: Self.answer) + columns("answered", of: Self.answered)
    }
    return names + [Name(name: "bytes", doc: "the message as it was on the wire, where that is stored", kind: .blob)]
  }

  private func columns(_ owner: String, of table: RelatedTable) -> [Name] {
    table.table.columns.filter { $0.role == .value }.map { column in
      Name(
        name: "\(owner).\(column.shortName)",
        doc: column.doc ?? table.table.doc ?? "", kind: FieldKind(column))
    }
  }
}

extension SpecificationInfo {
  /// The names that a column's values have.
  func valueNames(of column: String, in table: String) -> [String: Int64] {
    let lookup = lookups.first { $0.table == table && $0.column == column }
    let entries = nameTables.first { $0.name == lookup?.names }?.entries ?? []
    return Dictionary(entries.map { ($0.name, $0.value) }) { first, _ in first }
  }
}

extension SpecificationInfo.Column {
  /// Columns of the engine that have times, in µs since 1970-01-01 UTC.
  private static let times: [SpecificationInfo.Column] = [
    EngineTables.Message.time.definition, EngineTables.Flow.opened.definition, EngineTables.Flow.closed.definition,
    EngineTables.DecodeIssue.time.definition, EngineTables.MessageAnswer.time.definition,
  ]

  fileprivate var isTime: Bool { Self.times.contains(self) }

  /// Without the unit of times, which a filter's values have themselves.
  fileprivate var shortName: String { name.hasSuffix("_us") ? String(name.dropLast(3)) : name }

  fileprivate func isCalled(_ text: String) -> Bool { name == text || shortName == text }
}

extension FieldKind {
  private static let durations = [EngineTables.MessageAnswer.delay.definition]
  private static let truths = [EngineTables.Flow.isMidstream.definition, EngineTables.Flow.isDetected.definition]
  private static let addresses = [
    EngineTables.Flow.initiatorAddress.definition, EngineTables.Flow.responderAddress.definition,
  ]

  /// Of a column of the engine.
  fileprivate init(_ column: SpecificationInfo.Column) {
    if column.isTime {
      self = .time
    } else if Self.durations.contains(column) {
      self = .duration
    } else if Self.truths.contains(column) {
      self = .boolean
    } else if Self.addresses.contains(column) {
      self = .address
    } else {
      self.init(column.type)
    }
  }
}

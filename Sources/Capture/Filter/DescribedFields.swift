import ParserRuntime

/// The names that a filter has for the fields of a description.
///
/// A name is the way to a field from the message down, of which everything but the field's own name may be left out:
/// `publish.block.hash` is every field `hash` in something called `block` in something called `publish`. What is on the
/// way are fields, types (their prefix `msg_` may be left out) and tables. Where something of that name has the field
/// itself, what is deeper in it does not count: `reply.sum` is the reply's own.
struct DescribedFields {
  /// More than these no name leads to: a filter would have as many parts.
  static let maximumColumns = 100

  let info: SpecificationInfo
  let types: [StoredTypePaths]
  /// The places of the types of messages in `types`.
  private let roots: [Int]

  init(_ info: SpecificationInfo) {
    self.info = info
    types = info.storedTypes.map { StoredTypePaths($0, in: info) }
    roots = info.storedTypes.indices.filter { info.storedTypes[$0].table == "message" }
  }

  /// What a name means; nil where there is no such field.
  /// - Throws: Where the database does not tell the field from others, or where it has too many columns.
  func operand(_ name: String) throws(FilterProblem) -> FilterOperand? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    var fields = FieldSearch(parts, types, wantsParts: false)
    roots.forEach { fields.visit(root: $0) }
    if !fields.found.isEmpty { return .fields(try groups(fields, name)) }
    var things = FieldSearch(parts, types, wantsParts: true)
    roots.forEach { things.visit(root: $0) }
    guard !things.found.isEmpty else { return nil }
    let conditions = try groups(things, name).compactMap { group in group.condition { $0.isPresent } }
    return .condition(.anyOf(conditions))
  }

  /// The fields by the messages in which they count.
  private func groups(_ search: FieldSearch, _ name: String) throws(FilterProblem) -> [FilterOperand.Group] {
    guard search.found.count <= Self.maximumColumns else {
      throw .tooManyColumns(name: name, limit: Self.maximumColumns)
    }
    var groups: [FilterOperand.Group] = []
    for field in search.found {
      let ways = search.ways[field] ?? []
      let others = search.otherWays[FieldSearch.Column(field)] ?? []
      var condition: MessageCondition?
      if !others.isEmpty {
        guard ways.isDisjoint(with: others), let known = types(of: ways) else {
          throw .sharedColumn(name: name, table: field.tableName, column: field.column)
        }
        condition = .message(known.column, .isOneOf(known.values))
      }
      if let same = groups.firstIndex(where: { $0.condition == condition }) {
        groups[same].fields.append(field)
      } else {
        groups.append(FilterOperand.Group(condition: condition, fields: [field]))
      }
    }
    return groups
  }

  /// The values by which messages are told that have certain contents; nil where they are not.
  private func types(of ways: Set<FieldSearch.Way>) -> (column: String, values: [QueryValue])? {
    guard let column = info.typeColumn else { return nil }
    let names = info.valueNames(of: column, in: "message")
    var values: Set<Int64> = []
    for way in ways {
      guard let content = way.content, let member = types[way.root].content else { return nil }
      for known in member.cases where known.type == content {
        let text = known.match.split(separator: "::").last.map(String.init) ?? known.match
        guard let value = names[text] ?? Int64(text) else { return nil }
        values.insert(value)
      }
    }
    return values.isEmpty ? nil : (column, values.sorted().map { .integer($0) })
  }
}

extension FilterField {
  /// The table that has the column, unless it is the connection's.
  var tableName: String { if case .rows(let table, _) = place { table } else { "message" } }
}

/// A stored type with its paths taken apart.
struct StoredTypePaths {
  /// A field on the way to others.
  struct Step {
    let field: String
    /// The field's type, or the one that a switch has chosen.
    let type: String?

    /// What it may be called.
    var names: [String] { [field] + (type.map { [$0] } ?? []) }
  }

  let name: String
  let table: String
  let place: MessageCondition.Place
  let fields: [(steps: [Step], names: [String], field: FilterField, doc: String?)]
  let rows: [(steps: [Step], type: Int)]
  /// Of a message, the field whose type its kind decides.
  let content: DescriptionOutline.Member?

  init(_ type: SpecificationInfo.StoredType, in info: SpecificationInfo) {
    (name, table) = (type.name, type.table)
    let columns = info.tables.first { $0.name == type.table }?.columns ?? []
    let isMessage = type.table == "message"
    let place: MessageCondition.Place =
      isMessage ? .message : .rows(table: type.table, key: columns.count > 1 ? columns[1].name : "")
    self.place = place
    fields = type.fields.compactMap { stored in
      guard let column = columns.first(where: { $0.name == stored.column }) else { return nil }
      let names = info.valueNames(of: column.name, in: type.table)
      let kind = FieldKind(column.type, stored.form, names: names)
      var steps = Self.steps(stored.path)
      let last = steps.popLast()
      let own = [last?.field, column.name].compactMap(\.self)
      return (
        steps, own, FilterField(place: place, column: column.name, kind: kind, isList: stored.isList), column.doc
      )
    }
    rows = type.rows.map { (Self.steps($0.path), $0.type) }
    content =
      isMessage
      ? info.outline.type(type.name)?.members.last { !$0.cases.isEmpty && !$0.isRepeated && !$0.isInstance } : nil
  }

  private static func steps(_ path: String) -> [Step] {
    path.split(separator: ".").map { step in
      let parts = step.split(separator: ":").map(String.init)
      return Step(field: parts[0], type: parts.count > 1 ? parts[1] : nil)
    }
  }
}

/// Follows a name through what messages consist of.
struct FieldSearch {
  /// By which kind of message a field is reached.
  struct Way: Hashable {
    /// The message's type, by its place in the list of stored types.
    var root: Int
    /// The type of its content, where the field is in that.
    var content: String?
  }

  /// A column of a table; a row as such has none.
  struct Column: Hashable {
    let place: MessageCondition.Place
    let column: String

    init(_ field: FilterField) { (place, column) = (field.place, field.column) }
  }

  private struct State: Hashable {
    var type: Int
    var progress: Progress
    var way: Way
  }

  /// How far the name has been followed.
  private struct Progress: Hashable {
    /// How many of its parts were found on the way.
    var matched = 0
    /// Whether the last of these was the last thing on the way.
    var isNear = false
  }

  private let parts: [Substring]
  private let types: [StoredTypePaths]
  /// Whether something that fields are in is looked for, instead of a field.
  private let wantsParts: Bool
  private var visited: Set<State> = []
  /// Whether something that is named right before the field has the field itself.
  private var hasNear = false
  /// In the order in which they were found.
  private(set) var found: [FilterField] = []
  /// By which messages they are reached as the name says.
  private(set) var ways: [FilterField: Set<Way>] = [:]
  /// By which messages what stands in a column is reached otherwise.
  private(set) var otherWays: [Column: Set<Way>] = [:]

  init(_ parts: [Substring], _ types: [StoredTypePaths], wantsParts: Bool) {
    (self.parts, self.types, self.wantsParts) = (parts, types, wantsParts)
  }

  /// Looks through messages of a type.
  mutating func visit(root: Int) {
    visit(root, advanced(Progress(), by: [types[root].name]), Way(root: root))
  }

  /// How many of the name's parts may be on the way.
  private var partsOnWay: Int { wantsParts ? parts.count : parts.count - 1 }

  /// Behind one thing that may be called by any of the names.
  /// - Parameter isSame: whether it is the thing that was reached last.
  private func advanced(_ progress: Progress, by names: [String], isSame: Bool = false) -> Progress {
    var next = Progress(matched: progress.matched, isNear: isSame && progress.isNear)
    for name in names where next.matched < partsOnWay {
      guard parts[next.matched] == name || parts[next.matched] == Self.shortName(name) else { continue }
      next = Progress(matched: next.matched + 1, isNear: true)
    }
    return next
  }

  private func advanced(_ progress: Progress, by steps: [StoredTypePaths.Step]) -> Progress {
    steps.reduce(progress) { advanced($0, by: $1.names) }
  }

  /// A type's name without the prefix that message types have.
  static func shortName(_ name: String) -> Substring { name.hasPrefix("msg_") ? name.dropFirst(4) : name[...] }

  private mutating func visit(_ number: Int, _ reached: Progress, _ way: Way) {
    let type = types[number]
    let progress = advanced(reached, by: [type.table], isSame: true)
    guard visited.insert(State(type: number, progress: progress, way: way)).inserted else { return }
    if wantsParts, type.place != .message {
      // The row itself is what was looked for, whatever is in it.
      let row = FilterField(place: type.place, column: "", kind: .any)
      let isMatch = progress.matched == parts.count
      note(row, way, isMatch: isMatch, isNear: false)
      if isMatch { return }
    }
    for field in type.fields {
      let before = advanced(progress, by: field.steps)
      let isMatch =
        before.matched == partsOnWay && (wantsParts || field.names.contains { $0 == parts[parts.count - 1] })
      note(field.field, self.way(way, type, field.steps), isMatch: isMatch, isNear: before.isNear && !wantsParts)
    }
    for rows in type.rows {
      visit(rows.type, advanced(progress, by: rows.steps), self.way(way, type, rows.steps))
    }
  }

  private func way(_ way: Way, _ type: StoredTypePaths, _ steps: [StoredTypePaths.Step]) -> Way {
    guard let content = type.content, let first = steps.first, first.field == content.name else { return way }
    return Way(root: way.root, content: first.type)
  }

  private mutating func note(_ field: FilterField, _ way: Way, isMatch: Bool, isNear: Bool) {
    guard isMatch, isNear || !hasNear else {
      otherWays[Column(field), default: []].insert(way)
      return
    }
    if isNear, !hasNear {
      // What was found so far is deeper.
      hasNear = true
      for field in found { otherWays[Column(field), default: []].formUnion(ways[field] ?? []) }
      (found, ways) = ([], [:])
    }
    if ways[field] == nil { found.append(field) }
    ways[field, default: []].insert(way)
  }
}

import ParserRuntime

/// What has been seen of a type.
struct TypeStatistics {
  var count = 0
  /// Times that what followed was what should follow: behind a message or an entry, and inside of a list.
  var boundaries = (good: 0, goodInLists: 0)
}

/// What has been seen of all types of a description.
struct TrafficStatistics {
  /// Of types and members, and of the fields of the unit that was added last.
  private(set) var numbers: FieldNumbers
  /// By the numbers of the types.
  var types: [TypeStatistics] = []
  /// By the numbers of the members.
  private var members: [MemberStatistics] = []

  init(_ outline: DescriptionOutline) {
    numbers = FieldNumbers(outline)
    makeRoom()
  }

  var outline: DescriptionOutline { numbers.outline }

  /// Of a type; what was never met has been seen no time.
  func type(_ name: String) -> TypeStatistics { numbers.known(name).map { types[$0] } ?? TypeStatistics() }

  /// Of a member of a type; what was never met has been seen no time.
  func member(_ name: String, of type: String) -> MemberStatistics {
    numbers.known(type).flatMap { numbers.known(name, of: $0) }.map { members[$0] } ?? MemberStatistics()
  }

  /// Counts a unit and all that is in it.
  /// - Parameter isUnit: whether it is a response stream of which only one unit is shown.
  mutating func add(_ tree: FieldTree, _ bytes: UnsafeRawBufferPointer, isUnit: Bool = false) {
    numbers.number(tree)
    makeRoom()
    guard let root = tree.fields.first, root.type != nil else { return }
    for condition in tree.conditions {
      guard let parent = condition.parent, parent < root.end else { continue }
      let member = numbers.member(condition.field, of: numbers.places[parent].type)
      makeRoom()
      members[member].condition(condition.holds)
    }
    for part in numbers.parts where part > 0 || !isUnit { types[numbers.places[part].type].count += 1 }
    let places = numbers.places
    tree.content.withUnsafeBytes { content in
      members.withUnsafeMutableBufferPointer { members in
        for number in 1..<max(1, root.end) {
          let place = places[number]
          if place.type == FieldNumbers.none {
            members[place.member].add(number, of: tree, content, bytes)
          } else {
            members[place.member].add(type: place.type)
          }
        }
      }
    }
  }

  /// Types and members that the outline does not have get a number when they are met.
  private mutating func makeRoom() {
    while types.count < numbers.types.count { types.append(TypeStatistics()) }
    while members.count < numbers.members.count { members.append(MemberStatistics()) }
  }

  /// How often a member was of a type that a switch chose.
  func count(of type: String, in member: MemberStatistics) -> Int {
    numbers.known(type).map { member.count(ofType: $0) } ?? 0
  }

  /// How often a value of an enum was seen, in whatever member.
  func count(of value: Int64, in enumeration: Int) -> Int {
    outline.types.reduce(0) { sum, outline in
      sum
        + outline.members.filter { $0.enumeration == enumeration }
        .reduce(0) { $0 + member($1.name, of: outline.name).count(of: value) }
    }
  }
}

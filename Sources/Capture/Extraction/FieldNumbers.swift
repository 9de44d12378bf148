import ParserRuntime

/// Numbers for the types of a description and for their members, so that what is known of each is found without its name.
///
/// Traces name fields by literals. The same literal is always at the same address, by which its number is found; only an
/// address that was never met is looked up by its text.
struct FieldNumbers {
  /// What a number stands for.
  struct TypeEntry {
    let name: String
    /// nil for a type that the outline does not have.
    let outline: DescriptionOutline.TypeOutline?
    /// Its switches that have no case for the rest, with their numbers.
    var closedSwitches: [(member: DescriptionOutline.Member, number: Int)] = []
  }

  /// A field or an instance of a type.
  struct MemberEntry {
    let name: String
    /// The number of the type that it is in.
    let type: Int
    /// nil for a member that the outline does not have.
    let outline: DescriptionOutline.Member?
  }

  /// What a field is: the numbers of its member and of its user type, or `none`.
  struct Place {
    var member: Int
    var type: Int
  }

  /// Stands for what has no number: the type of a plain value, the member that the message itself is.
  static let none = -1

  let outline: DescriptionOutline
  /// Those of the outline in its order, then others as they are met.
  private(set) var types: [TypeEntry] = []
  private(set) var members: [MemberEntry] = []
  /// What each field of the tree that was numbered last is.
  private(set) var places: [Place] = []
  /// Those fields of that tree that are user types.
  private(set) var parts: [Int] = []
  /// What `places` was made of, by the addresses of names.
  private var keys: [Key] = []
  private var typesByName: [String: Int] = [:]
  private var membersByName: [MemberName: Int] = [:]
  private var addresses = LiteralTable()

  private struct Key: Equatable {
    var name: UInt
    /// 0 for a plain value.
    var type: UInt
    /// The number of the type that the field is in.
    var owner: Int
  }

  private struct MemberName: Hashable {
    var type: Int
    var name: String
  }

  init(_ outline: DescriptionOutline) {
    self.outline = outline
    for type in outline.types {
      let number = self.type(named: type.name)
      for member in type.members { _ = self.member(named: member.name, of: number) }
    }
  }

  /// Numbers all fields of a tree.
  mutating func number(_ tree: FieldTree) {
    let count = tree.fields.count
    parts.removeAll(keepingCapacity: true)
    if keys.count > count {
      keys.removeLast(keys.count - count)
      places.removeLast(places.count - count)
    }
    for number in 0..<count {
      let key = Key(
        name: tree.fields[number].name.address, type: tree.fields[number].type?.address ?? 0,
        owner: tree.fields[number].parent.map { places[$0].type } ?? Self.none)
      // Messages of a kind have the same fields in the same order: mostly there is nothing to look up.
      if number >= keys.count || keys[number] != key {
        let field = tree.fields[number]
        let place = Place(
          member: key.owner == Self.none ? Self.none : member(field.name, of: key.owner),
          type: field.type.map { type($0) } ?? Self.none)
        if number < keys.count {
          (keys[number], places[number]) = (key, place)
        } else {
          keys.append(key)
          places.append(place)
        }
      }
      if key.type != 0 { parts.append(number) }
    }
  }

  /// Adds the types of those fields of the tree that was numbered last, each once.
  func addTypes(in fields: Range<Int>, to types: inout [Int]) {
    for part in parts where fields.contains(part) {
      let type = places[part].type
      if !types.contains(type) { types.append(type) }
    }
  }

  // MARK: By literal

  /// The number of a type.
  mutating func type(_ name: StaticString) -> Int {
    if let number = addresses.number(name, of: Self.none) { return number }
    let number = type(named: name.description)
    addresses.insert(name, of: Self.none, number)
    return number
  }

  /// The number of a field or an instance of a type.
  mutating func member(_ name: StaticString, of type: Int) -> Int {
    if let number = addresses.number(name, of: type) { return number }
    let number = member(named: name.description, of: type)
    addresses.insert(name, of: type, number)
    return number
  }

  // MARK: By name

  /// The number that a type has; nil where none of this name was met.
  func known(_ type: String) -> Int? { typesByName[type] }

  /// The number that a member has; nil where none of this name was met.
  func known(_ member: String, of type: Int) -> Int? { membersByName[MemberName(type: type, name: member)] }

  private mutating func type(named name: String) -> Int {
    if let number = typesByName[name] { return number }
    typesByName[name] = types.count
    types.append(TypeEntry(name: name, outline: outline.type(name)))
    return types.count - 1
  }

  private mutating func member(named name: String, of type: Int) -> Int {
    let key = MemberName(type: type, name: name)
    if let number = membersByName[key] { return number }
    membersByName[key] = members.count
    let number = members.count
    let outline = types[type].outline?.member(name)
    members.append(MemberEntry(name: name, type: type, outline: outline))
    if let outline, !outline.cases.isEmpty, !outline.cases.contains(where: { $0.match == "_" }) {
      types[type].closedSwitches.append((outline, number))
    }
    return number
  }
}

/// Numbers by the addresses of literals, and by what the literals are in. There are as many as a program has literals.
private struct LiteralTable {
  private struct Slot {
    /// 0 where the slot is empty.
    var address: UInt = 0
    var owner = 0
    var number = 0
  }

  /// Always less than half full; a power of two.
  private var slots = [Slot](repeating: Slot(), count: 256)
  private var count = 0

  func number(_ literal: StaticString, of owner: Int) -> Int? {
    let address = literal.address
    var place = place(address, owner)
    while slots[place].address != 0 {
      if slots[place].address == address, slots[place].owner == owner { return slots[place].number }
      place = (place + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func insert(_ literal: StaticString, of owner: Int, _ number: Int) {
    if 2 * (count + 1) > slots.count {
      let old = slots
      slots = [Slot](repeating: Slot(), count: 2 * old.count)
      for slot in old where slot.address != 0 { put(slot) }
    }
    put(Slot(address: literal.address, owner: owner, number: number))
    count += 1
  }

  private mutating func put(_ slot: Slot) {
    var place = place(slot.address, slot.owner)
    while slots[place].address != 0 { place = (place + 1) & (slots.count - 1) }
    slots[place] = slot
  }

  private func place(_ address: UInt, _ owner: Int) -> Int {
    let mixed = (address &+ UInt(bitPattern: owner) &* 0x9E37_79B9) &* 0x9E37_79B9_7F4A_7C15
    return Int(mixed >> 40) & (slots.count - 1)
  }
}

extension StaticString {
  fileprivate var address: UInt { UInt(bitPattern: utf8Start) }
}

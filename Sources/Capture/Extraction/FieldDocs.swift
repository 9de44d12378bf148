import ParserRuntime

/// What the description says of fields, as texts that are made once and found by numbers.
struct FieldDocs {
  /// Empty where nothing is said.
  private var members = TextPieces()
  private var types = TextPieces()

  /// Takes in the members and types that have become known.
  /// - Parameter text: of what the description says.
  mutating func take(_ numbers: FieldNumbers, _ text: (String) -> [UInt8]) {
    for member in numbers.members[members.count...] { members.add(member.outline?.doc.map(text) ?? []) }
    for type in numbers.types[types.count...] { types.add(type.outline?.doc.map(text) ?? []) }
  }

  /// Appends what the description says of the field, else of its type.
  func append(_ place: FieldNumbers.Place, to text: inout TextBuffer) {
    if place.member != FieldNumbers.none, !members.isEmpty(place.member) {
      members.append(place.member, to: &text)
    } else if place.type != FieldNumbers.none {
      types.append(place.type, to: &text)
    }
  }
}

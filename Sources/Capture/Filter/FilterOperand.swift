/// What a name of a filter leads to.
enum FilterOperand {
  /// Columns, each of which may have the value.
  case fields([Group])
  /// Something that a message has or has not.
  case condition(MessageCondition)

  /// Columns that count for some messages.
  struct Group {
    /// Which messages; nil for all.
    var condition: MessageCondition?
    var fields: [FilterField]
  }
}

extension FilterOperand.Group {
  /// That one of the fields satisfies a test.
  /// - Parameter test: nil for a field that does not count.
  func condition(_ test: (FilterField) -> RowTest?) -> MessageCondition? {
    var places: [MessageCondition.Place] = []
    var tests: [MessageCondition.Place: [RowTest]] = [:]
    for field in fields {
      guard let test = test(field) else { continue }
      if tests[field.place] == nil { places.append(field.place) }
      tests[field.place, default: []].append(test)
    }
    guard !places.isEmpty else { return nil }
    let found = MessageCondition.anyOf(places.map { .row($0, .anyOf(tests[$0] ?? [])) })
    return condition.map { .all([$0, found]) } ?? found
  }
}

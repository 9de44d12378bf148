/// All values that a name of a filter stands for.
public struct FieldValues: Sendable {
  /// Columns that the values are in.
  package let columns: [Column]

  /// A column, and the messages of which its values count; nil for all.
  package struct Column: Sendable {
    /// Which rows have it.
    package let place: MessageCondition.Place
    /// The column's name.
    package let name: String
    /// Of which messages the values count; nil for all.
    package let condition: MessageCondition?
  }
}

extension FilterLanguage {
  /// The values that a name stands for.
  /// - Throws: Where there is no field of that name, or where it has no value of its own.
  public func values(of name: String) throws(FilterError) -> FieldValues {
    guard case .fields(let groups) = try operand(FilterExpression.Name(text: name, column: 1)) else {
      throw FilterError(.notComparable(name), at: 1)
    }
    return FieldValues(
      columns: groups.flatMap { group in
        group.fields.map { FieldValues.Column(place: $0.place, name: $0.column, condition: group.condition) }
      })
  }
}

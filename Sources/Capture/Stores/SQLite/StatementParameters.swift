/// The parameters of a statement, one for each value.
final class StatementParameters {
  private var names: [QueryValue: String] = [:]
  var values: [String: QueryValue] { Dictionary(uniqueKeysWithValues: names.map { ($1, $0) }) }

  /// What stands in the statement for a value.
  func write(_ value: QueryValue) -> String {
    let name = names[value] ?? "f\(names.count + 1)"
    names[value] = name
    return ":" + name
  }
}

/// What values of a result's column become, by what the server calls their type.
enum ResultType {
  case integer, real, boolean, text
  /// Several values, as the server writes them in a statement.
  case list
  /// Bytes that are no text.
  case binary

  /// - Parameter name: such as `LowCardinality(Nullable(String))`.
  init(_ name: Substring) {
    for wrapper in ["Nullable(", "LowCardinality("] where name.hasPrefix(wrapper) {
      self.init(name.dropFirst(wrapper.count).dropLast())
      return
    }
    switch name {
    case "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64": self = .integer
    case "Float32", "Float64": self = .real
    case "Bool": self = .boolean
    // Days, lists, and integers that are too wide for any other type are texts.
    default: self = ["Array(", "Tuple(", "Map("].contains { name.hasPrefix($0) } ? .list : .text
    }
  }
}

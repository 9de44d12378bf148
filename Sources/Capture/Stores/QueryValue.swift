import ParserRuntime

/// A value that a query is given for a parameter, or that its result has.
public enum QueryValue: Sendable, Hashable {
  /// NULL.
  case null
  /// A signed integer of 64 bits.
  case integer(Int64)
  /// A floating-point number.
  case real(Double)
  /// A text.
  case text(String)
  /// A byte string.
  case blob([UInt8])
}

extension QueryValue {
  /// A value of a batch, as a copy.
  init(_ value: RowBatch.Value) {
    self =
      switch value {
      case .integer(let value): .integer(value)
      case .real(let value): .real(value)
      case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
      case .blob(let bytes): .blob(Array(bytes))
      }
  }
}

/// Values for a query's parameters: for `?` by place, for `:name`, `@name` and `$name` by name.
public enum QueryParameters: Sendable, Hashable {
  /// The query has no parameters.
  case none
  /// For `?`, in their order.
  case list([QueryValue])
  /// By name, with the character before it or without.
  case named([String: QueryValue])
}

/// A value of a result's row, where the store keeps it: to be read before the next step.
public enum BorrowedValue {
  /// NULL.
  case null
  /// A signed integer of 64 bits.
  case integer(Int64)
  /// A floating-point number.
  case real(Double)
  /// UTF-8 as the database has it, which may be none.
  case text(UnsafeRawBufferPointer)
  /// The bytes of a byte string.
  case blob(UnsafeRawBufferPointer)
}

extension QueryValue {
  /// A copy of a value that the store keeps.
  init(_ value: BorrowedValue) {
    self =
      switch value {
      case .null: .null
      case .integer(let value): .integer(value)
      case .real(let value): .real(value)
      case .text(let bytes): .text(String(decoding: bytes, as: UTF8.self))
      case .blob(let bytes): .blob([UInt8](bytes))
      }
  }
}

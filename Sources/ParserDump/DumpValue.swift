public import ParserRuntime

/// A value of a parsed object, of whatever type its description gives it.
public indirect enum DumpValue {
  case integer(Int128)
  case float(Double)
  case boolean(Bool)
  case text(String)
  case bytes([UInt8])
  /// A value of an enum; it has no name if the description does not know it.
  case enumeration(name: String?, value: Int128)
  case object(any DumpableObject)
  case stream(ByteStream)
  case list([DumpValue])
  /// An element of a list for which the description has no type.
  case null
}

extension DumpValue {
  /// A value whose type only the running program knows, as that of a param of type `any`.
  public init(any value: Any) {
    switch value {
    case let value as any DumpableObject: self = .object(value)
    case let value as ByteStream: self = .stream(value)
    case let value as any BinaryInteger: self = .integer(Int128(clamping: value))
    case let value as Double: self = .float(value)
    case let value as Bool: self = .boolean(value)
    case let value as String: self = .text(value)
    case let value as [UInt8]: self = .bytes(value)
    case let value as [Any]: self = .list(value.map { DumpValue(any: $0) })
    case let value as DumpValue: self = value
    default: self = .null
    }
  }
}

/// A type that the language has built in.
enum PrimitiveType {
  /// nil: the order that `meta/endian` says.
  case integer(bytes: Int, isSigned: Bool, Endianness?)
  case float(bytes: Int, Endianness?)
  /// `b1` is a boolean.
  case bits(Int, Endianness?)
  case string(isZeroTerminated: Bool)

  /// nil where the name is that of a user type.
  init?(_ name: TypeName) {
    guard name.scope.isEmpty, !name.isAbsolute, name.dimensions == 0 else { return nil }
    self.init(name.name)
  }

  init?(_ text: String) {
    switch text {
    case "str": self = .string(isZeroTerminated: false)
    case "strz": self = .string(isZeroTerminated: true)
    default:
      guard let kind = text.first, "usfb".contains(kind) else { return nil }
      var rest = text.dropFirst()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let count = Int(digits), digits.first != "0" else { return nil }
      let order: Endianness?
      switch rest {
      case "": order = nil
      case "le": order = .little
      case "be": order = .big
      default: return nil
      }
      switch (kind, count) {
      case ("b", 1...): self = .bits(count, order)
      case ("f", 4), ("f", 8): self = .float(bytes: count, order)
      case ("u", 1), ("s", 1):
        guard order == nil else { return nil }
        self = .integer(bytes: count, isSigned: kind == "s", nil)
      case ("u", 2), ("u", 4), ("u", 8), ("s", 2), ("s", 4), ("s", 8):
        self = .integer(bytes: count, isSigned: kind == "s", order)
      default: return nil
      }
    }
  }

  /// Names for suggestions.
  static let names =
    ["u1", "s1", "str", "strz"]
    + ["u2", "u4", "u8", "s2", "s4", "s8", "f4", "f8"].flatMap { [$0, $0 + "le", $0 + "be"] }

  var dataType: DataType {
    switch self {
    case .integer(let bytes, let isSigned, _): .integer(IntegerRange(bytes: bytes, isSigned: isSigned))
    case .float: .float
    case .bits(1, _): .boolean
    case .bits(let count, _): .integer(IntegerRange(lower: 0, upper: (Int128(1) << min(count, 64)) - 1))
    case .string: .string
    }
  }
}

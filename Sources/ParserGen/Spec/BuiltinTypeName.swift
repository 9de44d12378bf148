/// What a `type` can name without anybody declaring it.
enum BuiltinTypeName {
  /// nil where the byte order is that of `meta`.
  case integer(bytes: Int, isSigned: Bool, Endianness?)
  case float(bytes: Int, Endianness?)
  case bits(Int, Endianness?)
  case string(isTerminated: Bool)

  init?(_ type: TypeName) {
    guard type.scope.isEmpty, !type.isAbsolute, type.dimensions == 0 else { return nil }
    self.init(type.name)
  }

  private init?(_ text: String) {
    if text == "str" || text == "strz" {
      self = .string(isTerminated: text == "strz")
      return
    }
    guard let kind = text.first, "usfb".contains(kind) else { return nil }
    let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits) else { return nil }
    let order: Endianness?
    switch text.dropFirst(1 + digits.count) {
    case "": order = nil
    case "le": order = .little
    case "be": order = .big
    default: return nil
    }
    switch (kind, count, order) {
    case ("b", _, _): self = .bits(count, order)
    case ("u", 1, nil), ("s", 1, nil), ("u", 2, _), ("s", 2, _), ("u", 4, _), ("s", 4, _), ("u", 8, _), ("s", 8, _):
      self = .integer(bytes: count, isSigned: kind == "s", order)
    case ("f", 4, _), ("f", 8, _): self = .float(bytes: count, order)
    default: return nil
    }
  }

  /// Whether `meta` has to say in which order the bytes stand.
  var needsByteOrder: Bool {
    switch self {
    case .integer(let bytes, _, nil): bytes > 1
    case .float(_, nil): true
    default: false
    }
  }
}

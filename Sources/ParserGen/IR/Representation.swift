/// How a value is held by a generated parser.
indirect enum Representation {
  case integer(IntegerWidth)
  case float
  case boolean
  case string
  case bytes
  /// So many bytes, stored in the value itself.
  case fixedBytes(Int)
  case enumeration(EnumSpec)
  case object(TypeDeclaration)
  /// An object of any type.
  case anyObject
  /// One of the alternatives of a switch, with what says which.
  case choice(SwitchDeclaration)
  case opaque(TypeName)
  case list(Representation)
  /// So many elements, stored in the value itself.
  case inlineList(Int, Representation)
  case optional(Representation)
  case stream
  case any

  init(_ type: DataType) {
    switch type {
    case .integer(let range): self = .integer(IntegerWidth(holding: range))
    case .float: self = .float
    case .boolean: self = .boolean
    case .string: self = .string
    case .bytes: self = .bytes
    case .enumeration(let spec, _): self = .enumeration(spec)
    case .object(let type): self = .object(type)
    case .anyObject: self = .anyObject
    case .choice(let choice): self = .choice(choice)
    case .opaque(let name): self = .opaque(name)
    case .array(let element): self = .list(Representation(element))
    case .stream: self = .stream
    case .any, .unknown: self = .any
    }
  }

  var isBoolean: Bool { if case .boolean = self { true } else { false } }

  /// Whether it refers to an object, which must not keep alive what contains it.
  var isReference: Bool {
    switch self {
    case .object, .anyObject: true
    default: false
    }
  }
}

/// The integer types that generated code computes with.
enum IntegerWidth: String {
  case u8 = "UInt8"
  case u16 = "UInt16"
  case u32 = "UInt32"
  case u64 = "UInt64"
  case s8 = "Int8"
  case s16 = "Int16"
  case s32 = "Int32"
  case s64 = "Int"
  case s128 = "Int128"

  /// The type of exactly this range, else the 64-bit type that holds it.
  init(holding range: IntegerRange) {
    self = [.u8, .u16, .u32, .u64, .s8, .s16, .s32, .s64].first { $0.range == range } ?? Self.wide([range])
  }

  /// A type of at least 64 bits that holds all of the ranges.
  static func wide(_ ranges: [IntegerRange]) -> IntegerWidth {
    [.s64, .u64].first { width in ranges.allSatisfy(width.range.contains) } ?? .s128
  }

  /// Bytes of a value.
  var byteCount: Int {
    switch self {
    case .u8, .s8: 1
    case .u16, .s16: 2
    case .u32, .s32: 4
    case .u64, .s64: 8
    case .s128: 16
    }
  }

  var range: IntegerRange {
    switch self {
    case .u8, .u16, .u32, .u64: IntegerRange(bytes: byteCount, isSigned: false)
    case .s8, .s16, .s32, .s64: IntegerRange(bytes: byteCount, isSigned: true)
    case .s128: IntegerRange(lower: .min, upper: .max)
    }
  }
}

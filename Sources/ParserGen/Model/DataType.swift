/// The type of an attribute, a parameter or an expression.
indirect enum DataType {
  case integer(IntegerRange)
  case float
  case boolean
  case string
  case bytes
  /// The range is that of the raw value.
  case enumeration(EnumSpec, IntegerRange)
  case object(TypeDeclaration)
  /// An object of one of several types; of any, where the list is empty.
  case anyObject([TypeDeclaration])
  /// What a switch chooses, where its cases have no type in common.
  case choice(SwitchDeclaration)
  /// A type that the user of the parser brings along.
  case opaque(TypeName)
  case array(DataType)
  case stream
  /// A parameter of type `any`.
  case any
  /// The type of something that has an error elsewhere; fits everywhere.
  case unknown

  /// What to call it in a message.
  var name: String {
    switch self {
    case .integer: "an integer"
    case .float: "a floating-point number"
    case .boolean: "a boolean"
    case .string: "a string"
    case .bytes: "bytes"
    case .enumeration(let spec, _): "the enum '\(spec.name)'"
    case .object(let type): "the type '\(type.spec.name)'"
    case .anyObject: "an object of any type"
    case .choice: "a switched type"
    case .opaque(let name): "the opaque type '\(name.text)'"
    case .array(let element): "a list of \(element.pluralName)"
    case .stream: "a stream"
    case .any: "a value of any type"
    case .unknown: "unknown"
    }
  }

  private var pluralName: String {
    switch self {
    case .integer: "integers"
    case .float: "floating-point numbers"
    case .boolean: "booleans"
    case .string: "strings"
    case .bytes: "bytes"
    default: name
    }
  }

  var isUnknown: Bool { if case .unknown = self { true } else { false } }

  /// Whether values are no objects, lists or streams.
  var isPlain: Bool {
    switch self {
    case .integer, .float, .boolean, .string, .bytes, .enumeration: true
    default: false
    }
  }

  /// The enum whose values these are.
  var enumeration: EnumSpec? { if case .enumeration(let spec, _) = self { spec } else { nil } }

  var isInteger: Bool { if case .integer = self { true } else { false } }

  var range: IntegerRange? {
    switch self {
    case .integer(let range), .enumeration(_, let range): range
    default: nil
    }
  }

  /// The types of the objects that a value can be; empty for other values and where any is possible.
  var objects: [TypeDeclaration] {
    switch self {
    case .object(let type): [type]
    case .anyObject(let types): types
    default: []
    }
  }

  /// Whether a value of the other type may be used where this is wanted.
  func accepts(_ other: DataType) -> Bool {
    switch (self, other) {
    case (.unknown, _), (_, .unknown), (.any, _): true
    case (.integer, .integer), (.float, .float), (.float, .integer), (.boolean, .boolean), (.string, .string),
      (.bytes, .bytes), (.stream, .stream):
      true
    case (.enumeration(let left, _), .enumeration(let right, _)): left == right
    case (.object(let left), .object(let right)): left === right
    case (.anyObject(let left), .object(let right)): left.isEmpty || left.contains { $0 === right }
    case (.anyObject(let left), .anyObject(let right)):
      left.isEmpty || right.allSatisfy { type in left.contains { $0 === type } }
    case (.anyObject(let left), .opaque), (.anyObject(let left), .choice): left.isEmpty
    case (.choice(let left), .choice(let right)): left === right
    case (.opaque(let left), .opaque(let right)): left.text == right.text
    case (.array(let left), .array(let right)): left.accepts(right)
    // A list of small integers in an expression is a list of bytes too.
    case (.array(.integer), .bytes), (.bytes, .array(.integer)): true
    default: false
    }
  }

  /// The type of a value that is one or the other; nil where they have nothing in common.
  func joined(with other: DataType) -> DataType? {
    switch (self, other) {
    case (.unknown, _): other
    case (_, .unknown): self
    case (.any, _), (_, .any): .any
    case (.integer(let left), .integer(let right)): .integer(left.union(right))
    case (.integer, .float), (.float, .integer), (.float, .float): .float
    case (.enumeration(let left, let a), .enumeration(let right, let b)) where left == right:
      .enumeration(left, a.union(b))
    case (.object, .object), (.object, .anyObject), (.anyObject, .object), (.anyObject, .anyObject):
      Self.oneOf([self, other])
    case (.array(let left), .array(let right)): left.joined(with: right).map(DataType.array)
    case (.array(.integer), .bytes), (.bytes, .array(.integer)): .bytes
    default: accepts(other) ? self : nil
    }
  }

  private static func oneOf(_ types: [DataType]) -> DataType {
    if types.contains(where: \.objects.isEmpty) { return .anyObject([]) }
    var seen: Set<ObjectIdentifier> = []
    let found = types.flatMap(\.objects).filter { seen.insert(ObjectIdentifier($0)).inserted }
    return found.count == 1 ? .object(found[0]) : .anyObject(found)
  }

  /// The type of an object of one of these types.
  static func objects(_ types: [TypeDeclaration]) -> DataType {
    types.isEmpty ? .anyObject([]) : oneOf(types.map(DataType.object))
  }

  /// Whether both are the same type, ranges included.
  func isSame(as other: DataType) -> Bool {
    switch (self, other) {
    case (.integer(let left), .integer(let right)): left == right
    case (.enumeration(let left, let a), .enumeration(let right, let b)): left == right && a == b
    case (.anyObject(let left), .anyObject(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0 === $1 }
    case (.array(let left), .array(let right)): left.isSame(as: right)
    case (.unknown, .unknown), (.any, .any), (.float, .float): true
    case (.unknown, _), (_, .unknown), (.any, _), (_, .any), (.float, _), (.anyObject, _), (.array, .bytes),
      (.bytes, .array):
      false
    default: accepts(other)
    }
  }

  /// Whether `==` means something between the two.
  func isComparable(with other: DataType) -> Bool {
    switch (self, other) {
    case (.unknown, _), (_, .unknown): true
    case (.stream, _), (.choice, _), (.array(.object), _), (.any, _), (_, .any): false
    case (.object, .object), (.anyObject, .object), (.object, .anyObject), (.anyObject, .anyObject): true
    case (.integer, .float): true
    case (.array(let left), .array(let right)): left.isComparable(with: right)
    default: accepts(other)
    }
  }

  /// Whether there is a least and a greatest among several.
  var isOrdered: Bool {
    switch self {
    case .integer, .float, .string, .bytes, .unknown: true
    default: false
    }
  }
}

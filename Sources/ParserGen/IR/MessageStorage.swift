// How values of messages hold their members: what has a fixed size is stored in the value itself.
extension AttributeDeclaration {
  /// Longer lists are arrays.
  private static let maximumInlineCount = 64
  /// Longer byte strings are arrays.
  private static let maximumInlineBytes = 256

  /// The number of bytes, where they are stored in the value itself.
  var inlineByteCount: Int? {
    guard case .bytes = format, choice == nil, let size = spec.size, spec.terminator == nil, spec.padRight == nil,
      spec.process == nil, !spec.isComputed
    else { return nil }
    guard case .integer(let count) = size.kind, (1...Int128(Self.maximumInlineBytes)).contains(count) else {
      return nil
    }
    return Int(count)
  }

  /// The number of elements, where they are stored in the value itself.
  var inlineElementCount: Int? {
    guard case .count = spec.repetition, let count = expression("repeat-expr")?.constant, elementBits != nil,
      !lacksCase, (1...Int128(Self.maximumInlineCount)).contains(count)
    else { return nil }
    if case .string = elementType { return nil }
    return Int(count)
  }

  /// How a message's value holds one element.
  var storedElement: Representation { inlineByteCount.map(Representation.fixedBytes) ?? Representation(elementType) }

  /// How a message's value holds the whole, apart from its being optional.
  var storedRepresentation: Representation {
    if spec.isComputed { return Representation(type) }
    let element = storedElement
    guard isRepeated else { return element }
    if let count = inlineElementCount { return .inlineList(count, element) }
    return .list(lacksCase ? .optional(element) : element)
  }

  /// Bytes, where the attribute can be read together with its neighbours after one check of bounds.
  var runSize: Int? { spec.condition == nil ? plainSize : nil }

  /// Bytes of a single value whose size never changes, where it is there.
  var plainSize: Int? {
    guard !isRepeated, choice == nil, !spec.isComputed else { return nil }
    switch format {
    case .integer(let bytes, _, .fixed), .float(let bytes, .fixed): return bytes
    case .contents(let bytes): return bytes.count
    case .bytes: return inlineByteCount
    default: return nil
    }
  }

  /// Fixed contents, which no value needs to hold.
  var constantContents: [UInt8]? { if case .contents(let bytes) = format, !isRepeated { bytes } else { nil } }

  /// Whether a message's value has a property for it.
  var isStored: Bool { spec.isNamed && constantContents == nil }
}

// How large the values of messages are in memory: about, for the compiler adds what aligns their members.
extension SwitchDeclaration {
  /// Bytes. A value goes through several hands before it is where it stays, each of which copies it: beyond this size
  /// that takes longer than to allocate memory for it.
  private static let maximumInlineSize = 128

  /// Whether an alternative's values are stored outside of the switch's.
  func isIndirect(_ alternative: Alternative) -> Bool {
    isRecursive || Representation(alternative.type).valueSize > Self.maximumInlineSize
  }

  /// Whether a value can contain another of the switch's.
  private var isRecursive: Bool { alternatives.contains { $0.type.objects.contains(where: \.isRecursive) } }

  fileprivate var valueSize: Int {
    let sizes = alternatives.map { isIndirect($0) ? Representation.referenceSize : Representation($0.type).valueSize }
    return (sizes.max() ?? 0) + 1
  }
}

extension TypeDeclaration {
  fileprivate var valueSize: Int {
    valueSizeQuery.answer(model.queries, cycle: 0) {
      let kept = keptAncestorMembers
      let handed = ancestorMembers.filter { kept.contains($0.key) }.map { ExpressionLowering().representation(of: $0) }
      let stored = fields.filter(\.isStored).map(\.storedSize)
      let parsed = instances.filter { !$0.spec.isComputed }.map(\.storedSize)
      return (parameters.map { Representation($0.type).valueSize } + handed.map(\.valueSize) + stored + parsed)
        .reduce(0, +)
    }
  }
}

extension AttributeDeclaration {
  fileprivate var storedSize: Int { storedRepresentation.valueSize + (isOptional ? 1 : 0) }
}

extension Representation {
  fileprivate static let referenceSize = 8

  fileprivate var valueSize: Int {
    switch self {
    case .integer(let width): width.byteCount
    case .float: 8
    case .boolean: 1
    case .string: 16
    case .bytes, .list: Self.referenceSize
    case .fixedBytes(let count): count
    // The raw value, and whether it is a known one.
    case .enumeration: 9
    case .object(let type): type.valueSize
    case .choice(let choice): choice.valueSize
    case .inlineList(let count, let element): count * element.valueSize
    case .optional(let inner): inner.valueSize + 1
    case .anyObject, .opaque, .stream, .any: 2 * Self.referenceSize
    }
  }
}

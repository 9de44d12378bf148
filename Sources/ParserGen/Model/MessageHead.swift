/// What is known of a message's first bytes in a stream before any of it is parsed: by that its beginning is looked for.
struct MessageHead {
  /// A field at a fixed distance from the message's first byte.
  struct Item {
    let field: AttributeDeclaration
    let offset: Int
  }

  /// The values that a field may have.
  enum Allowed {
    case bytes([UInt8])
    case ranges([ClosedRange<Int128>], bytes: Int, isSigned: Bool, Endianness)
  }

  let items: [Item]
  /// Bytes from the message's first to the end of the last of these fields.
  let length: Int

  init(_ root: TypeDeclaration) {
    (items, length, _) = Self.items(root, from: 0)
  }

  private static func items(_ type: TypeDeclaration, from start: Int) -> ([Item], end: Int, isWhole: Bool) {
    var found: [Item] = []
    var offset = start
    for field in type.fields {
      guard field.isAlwaysInStreams, !field.isRepeated else { return (found, offset, false) }
      if let size = field.plainSize {
        found.append(Item(field: field, offset: offset))
        offset += size
      } else if case .object(let inner, _) = field.format, !field.isWindow, !inner.isRecursive {
        let inside = items(inner, from: offset)
        found += inside.0
        offset = inside.end
        guard inside.isWhole else { return (found, offset, false) }
      } else {
        return (found, offset, false)
      }
    }
    return (found, offset, true)
  }
}

extension MessageHead {
  /// Whether there are bytes that no message begins with.
  var isConstrained: Bool { items.contains { $0.allowed?.isEverything == false } }
}

extension MessageHead.Allowed {
  fileprivate var isEverything: Bool {
    switch self {
    case .bytes(let bytes): return bytes.isEmpty
    case .ranges(let ranges, let bytes, let isSigned, _):
      let all = IntegerRange(bytes: bytes, isSigned: isSigned)
      return ranges.contains { $0.lowerBound <= all.lower && $0.upperBound >= all.upper }
    }
  }
}

extension MessageHead.Item {
  /// nil where it is not known before the parse.
  var allowed: MessageHead.Allowed? {
    if case .contents(let bytes) = field.format { return .bytes(bytes) }
    guard case .integer(let bytes, let isSigned, .fixed(let order)) = field.format,
      let ranges = ranges(IntegerRange(bytes: bytes, isSigned: isSigned))
    else { return nil }
    return .ranges(ranges, bytes: bytes, isSigned: isSigned, order)
  }

  private func ranges(_ limits: IntegerRange) -> [ClosedRange<Int128>]? {
    func one(_ value: Int128) -> ClosedRange<Int128>? {
      limits.lower <= value && value <= limits.upper ? value...value : nil
    }
    func constant(_ key: String) -> Int128? {
      guard let expression = field.expression(key) else { return nil }
      if case .enumMember(_, let member) = expression.kind { return member.value }
      return expression.constant
    }
    switch field.spec.valid ?? (field.elementType.enumeration == nil ? nil : .inEnum) {
    case .inEnum:
      let values = field.elementType.enumeration?.members.compactMap { one($0.value) } ?? []
      return values.isEmpty || values.count > 100 ? nil : values
    case .equal(_, let isShort): return constant(isShort ? "valid" : "valid/eq").flatMap(one).map { [$0] }
    case .anyOf(let values):
      let known = values.indices.compactMap { constant("valid/any-of/\($0)").flatMap(one) }
      return known.count == values.count && !known.isEmpty ? known : nil
    case .range(let minimum, let maximum):
      let low = minimum == nil ? limits.lower : constant("valid/min")
      let high = maximum == nil ? limits.upper : constant("valid/max")
      guard let low, let high, max(low, limits.lower) <= min(high, limits.upper) else { return nil }
      return [max(low, limits.lower)...min(high, limits.upper)]
    case .expression, nil: return nil
    }
  }
}

// Sizes that are known before anything is parsed.
extension TypeDeclaration {
  /// Bytes, where every value has the same number of them.
  var fixedSize: Int? { fixedBits.map { ($0 + 7) / 8 } }

  /// A value has at least as many bytes as this.
  var minimumSize: Int {
    // What leads back to the type itself adds nothing that is certain.
    minimumQuery.answer(model.queries, cycle: 0) {
      let bits = fields.reduce(0) { total, field in min(total + field.minimumBits, 1 << 40) }
      return bits / 8
    }
  }

  /// Whether a value can contain another of the same type.
  var isRecursive: Bool {
    recursionQuery.answer(model.queries, cycle: false) {
      var seen: Set<ObjectIdentifier> = []
      var rest = directTypes
      while let next = rest.popLast() {
        if next === self { return true }
        if seen.insert(ObjectIdentifier(next)).inserted { rest += next.directTypes }
      }
      return false
    }
  }
}

extension AttributeDeclaration {
  fileprivate var minimumBits: Int {
    guard spec.condition == nil else { return 0 }
    if let bits = fixedBits { return bits }
    return isRepeated ? 0 : minimumElementSize * 8
  }

  /// An element has at least as many bytes as this.
  var minimumElementSize: Int {
    if let bits = elementBits { return bits / 8 }
    guard !isWindow, case .object(let type, _) = format else { return 0 }
    return type.minimumSize
  }

  /// Bytes of one element; nil where they vary.
  var elementSize: Int? { elementBits.flatMap { $0 % 8 == 0 ? $0 / 8 : nil } }
}

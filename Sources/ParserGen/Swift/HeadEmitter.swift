/// Writes the test whether a message can begin somewhere.
struct HeadEmitter {
  let access: String

  /// A field at a fixed distance from the message's first byte.
  private struct HeadField {
    var field: Field
    var offset: Int
    var size: Int
  }

  private static func fields(_ type: ResolvedType, from start: Int) -> (fields: [HeadField], end: Int, isWhole: Bool) {
    var found: [HeadField] = []
    var offset = start
    for field in type.fields {
      guard field.condition == nil, field.repetition == nil else { return (found, offset, false) }
      if let size = FieldEmitter.runSize(field) {
        found.append(HeadField(field: field, offset: offset, size: size))
        offset += size
      } else if case .user(let inner, _) = field.format, case .natural = field.sizing {
        let inside = fields(inner, from: offset)
        found += inside.fields
        offset = inside.end
        guard inside.isWhole else { return (found, offset, false) }
      } else {
        return (found, offset, false)
      }
    }
    return (found, offset, true)
  }

  static func length(_ root: ResolvedType) -> Int { fields(root, from: 0).end }

  func emit(_ root: ResolvedType, _ out: inout SwiftWriter) {
    out.block("\(access)static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool") { out in
      for item in Self.fields(root, from: 0).fields { emit(item, &out) }
      out.line("return true")
    }
  }

  private func emit(_ item: HeadField, _ out: inout SwiftWriter) {
    if case .contents(let bytes) = item.field.format {
      for (index, byte) in bytes.enumerated() {
        let place = item.offset + index
        out.line("if bytes.count > \(place), bytes[\(place)] != \(byte) { return false }")
      }
      return
    }
    guard case .integer(let width, let isSigned, let order) = item.field.format,
      let ranges = allowed(item.field)
    else { return }
    let type = IntegerRange(bytes: width, isSigned: isSigned).swift
    let convert = order == .big ? "bigEndian" : "littleEndian"
    out.block("if bytes.count >= \(item.offset + width)") { out in
      out.line("switch \(type)(\(convert): bytes.loadUnaligned(fromByteOffset: \(item.offset), as: \(type).self)) {")
      out.line("case \(ranges.joined(separator: ", ")): break")
      out.line("default: return false")
      out.line("}")
    }
  }

  /// Patterns of the values that a field's constraint allows; nil where it is not known before the parse.
  private func allowed(_ field: Field) -> [String]? {
    guard case .integer(let width, let isSigned, _) = field.format else { return nil }
    let limits = IntegerRange(bytes: width, isSigned: isSigned)
    func pattern(_ value: Int128) -> String? { limits.lower <= value && value <= limits.upper ? "\(value)" : nil }
    switch field.constraint {
    case .inEnum(let spec)?:
      let values = spec.members.compactMap { pattern($0.value) }
      return values.isEmpty || values.count > 100 ? nil : values
    case .equal(let value)?: return constant(value).flatMap(pattern).map { [$0] }
    case .anyOf(let values)?:
      let known = values.compactMap { constant($0).flatMap(pattern) }
      return known.count == values.count && !known.isEmpty ? known : nil
    case .range(let minimum, let maximum)?:
      let low = minimum.map(constant) ?? limits.lower
      let high = maximum.map(constant) ?? limits.upper
      guard let low, let high, low <= high else { return nil }
      return ["\(max(low, limits.lower))...\(min(high, limits.upper))"]
    default: return nil
    }
  }

  private func constant(_ expression: TypedExpression) -> Int128? {
    if case .enumMember(_, let member) = expression.kind { return member.value }
    return expression.constant
  }
}

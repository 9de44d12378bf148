/// What tells how long a message is before all of it is parsed: fields at its begin, and then a part of a declared size,
/// behind which nothing is but fields of fixed size.
struct MessageFrame {
  /// What is parsed before the part.
  let steps: [MessageProgram.Step]
  let part: AttributeDeclaration
  /// Of the part, in bytes.
  let size: ProgramExpression
  /// Bytes of what is behind it.
  let rest: Int

  /// nil where a message of the type is no frame.
  init?(_ program: MessageProgram) {
    let type = program.type
    guard !type.isRecursive, let part = type.fields.last(where: \.mayVaryInSize), part.isFramed else { return nil }
    let behind = type.fields.drop { $0 !== part }.dropFirst().compactMap(\.fixedBits).reduce(0, +)
    var steps: [MessageProgram.Step] = []
    for step in program.steps {
      switch step {
      case .read(let field) where field.attribute === part:
        guard case .size(let size)? = field.read.extent?.kind, behind % 8 == 0 else { return nil }
        (self.steps, self.part, self.size, self.rest) = (steps, part, size, behind / 8)
        return
      case .parse: return nil
      default: steps.append(step)
      }
    }
    return nil
  }
}

extension AttributeDeclaration {
  fileprivate var mayVaryInSize: Bool { fixedBits == nil }

  /// Whether it is one part whose size is known from fields before it.
  fileprivate var isFramed: Bool {
    guard !isRepeated, spec.condition == nil, let size = spec.size else { return false }
    var isKnown = true
    sizeExpression(size).walk { part in
      switch part.kind {
      case .streamSize, .streamIsAtEnd: isKnown = false
      default: break
      }
    }
    return isKnown
  }
}

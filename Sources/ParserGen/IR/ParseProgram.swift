/// How a value of a type is parsed, step by step: what a printer needs, and nothing that it would have to find out.
struct ParseProgram {
  let type: TypeDeclaration
  let parameters: [ParameterProgram]
  /// How the byte order is found out; nil where the type has no order of its own.
  let endianness: EndiannessProgram?
  /// Whether the type reads numbers in a byte order that a type around it finds out.
  let inheritsEndianness: Bool
  let fields: [AttributeProgram]
  let instances: [InstanceProgram]
  /// The switches of the type that need an enum of their own.
  let choices: [SwitchDeclaration]
  /// `to-string`
  let text: ProgramExpression?
}

struct ParameterProgram {
  let parameter: ParameterDeclaration
  let representation: Representation
}

/// Chooses a byte order; the value of `on` is the selector of the cases.
struct EndiannessProgram {
  let on: ProgramExpression
  /// Tried in order; a condition is nil for the default.
  let cases: [(condition: ProgramExpression?, order: Endianness)]
}

/// An element of `seq`, or what a parsed instance reads.
struct AttributeProgram {
  let attribute: AttributeDeclaration
  let condition: ProgramExpression?
  /// `io` and `pos` of an instance.
  let stream: ProgramExpression?
  let position: ProgramExpression?
  let loop: Loop
  let read: ReadProgram
  /// Of one element.
  let element: Representation
  /// Whether an element may be missing.
  let isElementOptional: Bool
  /// Of each element.
  let checks: [CheckProgram]

  /// Of the whole value.
  var representation: Representation {
    let one = isElementOptional ? Representation.optional(element) : element
    switch loop {
    case .once: return element
    case .inline(let count): return .inlineList(count, one)
    case .toEnd, .count, .until: return .list(one)
    }
  }
}

enum Loop {
  case once
  case toEnd
  case count(ProgramExpression)
  /// So many elements, which the value holds in itself.
  case inline(Int)
  /// Whether the condition looks at the element.
  case until(ProgramExpression, usesElement: Bool)
}

/// An instance: computed, or parsed where `pos` and `io` say.
enum InstanceProgram {
  case computed(ComputedProgram)
  case parsed(AttributeProgram)

  var attribute: AttributeDeclaration {
    switch self {
    case .computed(let program): program.attribute
    case .parsed(let program): program.attribute
    }
  }

  var representation: Representation {
    switch self {
    case .computed(let program): program.representation
    case .parsed(let program): program.representation
    }
  }
}

struct ComputedProgram {
  let attribute: AttributeDeclaration
  let condition: ProgramExpression?
  /// An optional where the instance has a value only if another member has one.
  let value: ProgramExpression
  let representation: Representation
  let checks: [CheckProgram]
}

/// How the bytes of one element become a value.
indirect enum ReadProgram {
  case integer(IntegerWidth, bytes: Int, isSigned: Bool, ByteOrder)
  case float(bytes: Int, ByteOrder)
  case bits(Int, Endianness, IntegerWidth, isBoolean: Bool)
  case contents([UInt8])
  case bytes(Extent)
  case text(Extent, encoding: String)
  case object(ConstructionProgram)
  case opaque(TypeName, [ProgramExpression], Extent?)
  case enumerated(ReadProgram, EnumSpec)
  case choice(ChoiceProgram)
}

extension ReadProgram {
  /// The bytes that belong to an element, where they are not just the next ones.
  var extent: Extent? {
    switch self {
    case .bytes(let extent), .text(let extent, _): extent
    case .object(let construction): construction.extent
    case .opaque(_, _, let extent): extent
    case .enumerated(let inner, _): inner.extent
    case .choice(let choice): choice.branches.lazy.compactMap(\.read.extent).first
    case .integer, .float, .bits, .contents: nil
    }
  }
}

/// The construction of an object.
struct ConstructionProgram {
  enum Parent {
    case this
    case none
    case value(ProgramExpression)
  }

  let type: TypeDeclaration
  let arguments: [ProgramExpression]
  /// What a type of messages hands down to it.
  let handedDown: [(member: AncestorMember, value: ProgramExpression)]
  /// The bytes that it is parsed from, where they are not just the next ones.
  let extent: Extent?
  let parent: Parent
  /// Whether it is of another file, and so knows nothing of the root.
  let isForeign: Bool
}

/// Reads what one of several branches says.
struct ChoiceProgram {
  struct Branch {
    /// nil for the default.
    let condition: ProgramExpression?
    /// The value that the selector is compared with; nil for the default.
    let match: ProgramExpression?
    let read: ReadProgram
    /// The alternative that the value is; nil where all have one type.
    let alternative: Int?
    /// How the value of this branch is read, and what it becomes.
    let from: DataType
  }

  let choice: SwitchDeclaration
  let selector: ProgramExpression
  let branches: [Branch]
  /// The type of the value where all alternatives have one in common.
  let joined: DataType?

  /// Whether all cases are constants that can be patterns of a Swift `switch`, which finds one without comparing the
  /// selector with each.
  var hasPatterns: Bool {
    branches.allSatisfy { branch in
      switch branch.match?.kind {
      case nil, .integer, .enumCase: true
      default: false
      }
    }
  }
}

/// Which bytes belong to an element, and what is done with them before they are looked at.
struct Extent {
  enum Kind {
    case size(ProgramExpression)
    case toEnd
    case terminated
  }

  let kind: Kind
  let terminator: [UInt8]?
  let include: Bool
  let consume: Bool
  let requiresTerminator: Bool
  let padding: UInt8?
  let process: Transform?

  /// A terminator that pads too is where the bytes end, not what is left out behind.
  var strippedPadding: UInt8? { terminator == padding.map { [$0] } ? nil : padding }

  /// Whether the bytes are just so many of the stream, so that no copy of them is needed.
  var isPlain: Bool {
    if case .terminated = kind { return false }
    return terminator == nil && padding == nil && process == nil
  }
}

/// `process`
enum Transform {
  case xorByte(ProgramExpression)
  case xorBytes(ProgramExpression)
  case rotateLeft(ProgramExpression)
  case rotateRight(ProgramExpression)
  case inflate
  /// The parts of the name of a type that the user of the parser brings along.
  case custom([String], [ProgramExpression])
}

/// A condition that a value must meet, and what a violation is called.
struct CheckProgram {
  enum Violation: String {
    case notEqual, lessThan, greaterThan, notAnyOf, notInEnum, expression
  }

  let condition: ProgramExpression
  let violation: Violation
  /// The limit that a value must keep, where it is always the same.
  var limit: Int128?
  /// Whether a violation ends the parse: in a message only where the layout of what follows depends on the value.
  var isFatal = true
}

/// Finds out what the names of an expression mean, and its type.
struct ExpressionTyping {
  /// Where an expression stands, which decides what it may name.
  struct Context {
    var type: TypeDeclaration
    /// Kaitai path for diagnostics.
    var path: String
    /// Type of `_`, where it means something.
    var element: DataType?
    var hasIndex = false
    /// Whether interpolated strings may have values of any type: a summary shows bytes, objects and lists too.
    var showsAll = false
  }

  let context: Context
  /// Whether what is wrong is told by somebody else.
  let isQuiet: Bool

  init(_ context: Context, isQuiet: Bool = false) {
    self.context = context
    self.isQuiet = isQuiet
  }

  private var diagnostics: Diagnostics { context.type.model.diagnostics }
  private var owner: TypeDeclaration { context.type }

  func type(_ expression: Expression) -> ResolvedExpression {
    do throws(Diagnostic) {
      return try resolved(expression)
    } catch {
      report(error.location, error.message)
      return .invalid(at: expression.location)
    }
  }

  /// The same, and complains unless the type fits.
  func type(_ expression: Expression, as wanted: DataType, _ what: String) -> ResolvedExpression {
    let result = type(expression)
    if !wanted.accepts(result.type) {
      report(expression.location, "\(what) must be \(wanted.name), but this is \(result.type.name)")
      return .invalid(at: expression.location)
    }
    return result
  }

  func report(_ location: SourceLocation, _ message: String) {
    if !isQuiet { diagnostics.error(location, path: context.path, message) }
  }

  // MARK: Kinds of expressions

  func resolved(_ e: Expression) throws(Diagnostic) -> ResolvedExpression {
    func made(_ kind: ResolvedExpression.Kind, _ type: DataType) -> ResolvedExpression {
      ResolvedExpression(kind, type, at: e.location)
    }
    switch e.kind {
    case .integer(let value): return made(.integer(value), .integer(IntegerRange(lower: value, upper: value)))
    case .float(let value): return made(.float(value), .float)
    case .string(let value): return made(.string(value), .string)
    case .boolean(let value): return made(.boolean(value), .boolean)
    case .array(let elements): return try array(elements, e.location)
    case .enumMember(let path, let member, let isAbsolute): return try enumMember(path, member, isAbsolute, e.location)
    case .name(let name): return try self.name(name, e.location)
    case .unary(let op, let operand): return try unary(op, try resolved(operand), e.location)
    case .binary: return try chain(e)
    case .ternary(let condition, let yes, let no):
      let condition = try resolved(condition)
      guard DataType.boolean.accepts(condition.type) else {
        throw Diagnostic(at: condition.location, "a condition must be a boolean, but this is \(condition.type.name)")
      }
      let (yes, no) = (try resolved(yes), try resolved(no))
      guard let type = yes.type.joined(with: no.type) else {
        throw Diagnostic(at: e.location, "the two sides of '?:' are \(yes.type.name) and \(no.type.name)")
      }
      return made(.ternary(condition, yes, no), type)
    case .index(let base, let index): return try subscripted(try resolved(base), try resolved(index), e.location)
    case .cast(let base, let name): return try cast(try resolved(base), name, e.location)
    case .member(let base, let name, let arguments): return try member(base, name, arguments, e.location)
    case .interpolated(let parts): return try interpolated(parts, e.location)
    case .size(let name, let inBits): return try size(of: name, inBits: inBits, e.location)
    }
  }

  /// Operators of one level stand in a chain to the left, which may be thousands long.
  private func chain(_ e: Expression) throws(Diagnostic) -> ResolvedExpression {
    var operands: [(op: BinaryOperator, right: Expression, location: SourceLocation)] = []
    var leftmost = e
    while case .binary(let op, let left, let right) = leftmost.kind {
      operands.append((op, right, leftmost.location))
      leftmost = left
    }
    var result = try resolved(leftmost)
    for (op, right, location) in operands.reversed() { result = try binary(op, result, try resolved(right), location) }
    return result
  }

  private func array(_ elements: [Expression], _ location: SourceLocation) throws(Diagnostic) -> ResolvedExpression {
    var resolvedElements: [ResolvedExpression] = []
    for element in elements { resolvedElements.append(try resolved(element)) }
    let bytes = resolvedElements.compactMap { element in
      if case .integer(let value) = element.kind { UInt8(exactly: value) } else { nil as UInt8? }
    }
    if bytes.count == elements.count { return ResolvedExpression(.bytes(bytes), .bytes, at: location) }
    var type = resolvedElements[0].type
    for element in resolvedElements.dropFirst() {
      guard let joined = type.joined(with: element.type) else {
        throw Diagnostic(at: element.location, "a list of \(type.name) cannot hold \(element.type.name)")
      }
      type = joined
    }
    return ResolvedExpression(.array(resolvedElements), .array(type), at: location)
  }

  private func enumMember(
    _ path: [String], _ member: String, _ isAbsolute: Bool, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    let name = path.joined(separator: "::")
    guard let found = owner.enumeration(path: path, isAbsolute: isAbsolute) else {
      throw Diagnostic(at: location, "unknown enum '\(name)'\(suggestion(for: name, among: owner.visibleEnums))")
    }
    guard let value = found.member(member) else {
      throw Diagnostic(
        at: location,
        "the enum '\(found.name)' has no member '\(member)'\(suggestion(for: member, among: found.members.map(\.name)))"
      )
    }
    let range = IntegerRange(lower: value.value, upper: value.value)
    return ResolvedExpression(.enumMember(found, value), .enumeration(found, range), at: location)
  }

  private func subscripted(
    _ base: ResolvedExpression, _ index: ResolvedExpression, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    guard DataType.integer(.int64).accepts(index.type) else {
      throw Diagnostic(at: index.location, "an index must be an integer, but this is \(index.type.name)")
    }
    switch base.type {
    case .array(let element): return ResolvedExpression(.subscripted(base, index), element, at: location)
    case .bytes:
      return ResolvedExpression(
        .subscripted(base, index), .integer(IntegerRange(bytes: 1, isSigned: false)), at: location)
    case .unknown: return .invalid(at: location)
    default: throw Diagnostic(at: location, "\(base.type.name) has no elements")
    }
  }

  private func interpolated(
    _ parts: [Expression], _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    var texts: [ResolvedExpression] = []
    for part in parts {
      let part = try resolved(part)
      let method: ResolvedExpression.Method? =
        switch part.type {
        case .integer: .integerText
        case .float: .floatText
        case .boolean: .booleanText
        case .string, .unknown: nil
        case .enumeration: .enumText
        case _ where context.showsAll: nil
        default:
          throw Diagnostic(at: part.location, "\(part.type.name) has no text that could be put into a string")
        }
      texts.append(method.map { ResolvedExpression(.call($0, part, []), .string, at: part.location) } ?? part)
    }
    return ResolvedExpression(.interpolated(texts), .string, at: location)
  }

  private func size(of name: TypeName, inBits: Bool, _ location: SourceLocation) throws(Diagnostic)
    -> ResolvedExpression
  {
    let bits: Int?
    switch PrimitiveType(name) {
    case .integer(let bytes, _, _), .float(let bytes, _): bits = bytes * 8
    case .bits(let count, _): bits = count
    case .string: bits = nil
    case nil:
      guard let type = owner.type(named: name) else {
        throw Diagnostic(
          at: name.location, "unknown type '\(name.text)'\(suggestion(for: name.text, among: owner.visibleTypes))")
      }
      bits = type.fixedBits
    }
    return try sizeConstant(bits, inBits: inBits, "the type '\(name.text)'", location)
  }

  /// A size that never changes.
  func sizeConstant(
    _ bits: Int?, inBits: Bool, _ what: String, _ location: SourceLocation
  ) throws(Diagnostic) -> ResolvedExpression {
    guard let bits else { throw Diagnostic(at: location, "the size of \(what) is not the same for every value") }
    let value = Int128(inBits ? bits : (bits + 7) / 8)
    return ResolvedExpression(.integer(value), .integer(IntegerRange(lower: value, upper: value)), at: location)
  }
}

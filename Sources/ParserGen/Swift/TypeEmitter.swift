/// Writes the struct of a type: its properties, its parser, its instances.
struct TypeEmitter {
  let access: String
  let tracer: TraceEmitter

  func emit(_ type: ResolvedType, _ out: inout SwiftWriter) {
    out.doc(type.spec.doc, fallback: "`\(type.spec.name)` of the description.")
    out.block("\(access)struct \(SwiftNames.type(type.spec.name)): Sendable") { out in
      emitProperties(type, &out)
      emitConvenience(type, &out)
      emitParser(type, &out)
      for instance in type.instances { emitInstance(instance, &out) }
      for spec in type.spec.enums {
        out.line()
        EnumEmitter(access: access).emit(spec, &out)
      }
      for choice in type.choices {
        out.line()
        ChoiceEmitter(access: access).emit(choice, &out)
      }
    }
  }

  // MARK: Properties

  private func emitProperties(_ type: ResolvedType, _ out: inout SwiftWriter) {
    for parameter in type.parameters {
      out.doc(parameter.spec.doc)
      out.line("\(access)var \(SwiftNames.member(parameter.name)): \(parameter.type.swift)")
    }
    for need in keptNeeds(type) { out.line("\(access)var \(SwiftNames.need(need)): \(needType(need, type))") }
    for field in storedFields(type) {
      out.doc(field.spec.doc)
      out.line("\(access)var \(SwiftNames.member(field.name)): \(field.type.swift)\(field.isOptional ? "?" : "")")
    }
  }

  private func keptNeeds(_ type: ResolvedType) -> [Need] { type.needs.filter(type.keptNeeds.contains) }

  private func storedFields(_ type: ResolvedType) -> [Field] {
    type.fields.filter { $0.spec.isNamed && $0.constantContents == nil }
  }

  private func needType(_ need: Need, _ type: ResolvedType) -> String {
    guard let member = type.needMembers[need] else { return "Never" }
    return member.type.swift + (member.isOptional ? "?" : "")
  }

  // MARK: The parser

  /// What the parser takes besides the reader: label and type.
  private func arguments(_ type: ResolvedType) -> [(name: String, type: String)] {
    type.needs.map { (SwiftNames.need($0), needType($0, type)) }
      + type.parameters.map { (SwiftNames.member($0.name), $0.type.swift) }
  }

  private func emitConvenience(_ type: ResolvedType, _ out: inout SwiftWriter) {
    let list = arguments(type).map { ", \($0.name): \($0.type)" }.joined()
    let passed = arguments(type).map { ", \($0.name): \($0.name)" }.joined()
    out.line()
    out.line("/// Parses a value; nobody watches.")
    out.block("\(access)init(from reader: inout ByteReader\(list)) throws(ParseError)") { out in
      out.line("var trace = NoTrace()")
      out.line("try self.init(from: &reader, trace: &trace\(passed))")
    }
  }

  private func emitParser(_ type: ResolvedType, _ out: inout SwiftWriter) {
    let list = arguments(type).map { ", \($0.name): \($0.type)" }.joined()
    out.line()
    out.line("/// Parses a value and shows its fields to `trace`.")
    out.line("\(access)init<Trace: ParseTrace>(")
    out.line("  from reader: inout ByteReader, trace: inout Trace\(list)")
    out.block(") throws(ParseError)") { out in
      if type.isRecursive { out.line("try reader.enter(\(swiftLiteral(type.spec.name)))") }
      var locals = InstanceLocals(type)
      locals.check(after: -1, &out)
      var index = 0
      while index < type.fields.count {
        let run = type.fields[index...].prefix { FieldEmitter.runSize($0) != nil && !locals.isNeeded(by: $0) }
        if !run.isEmpty {
          fieldEmitter(type, locals).emitRun(Array(run), &out)
          for field in run { locals.check(after: field.index, &out) }
          index += run.count
          continue
        }
        let field = type.fields[index]
        locals.declare(for: field, &out)
        let emitter = fieldEmitter(type, locals)
        if FieldEmitter.runSize(field) != nil { emitter.emitRun([field], &out) } else { emitter.emit(field, &out) }
        locals.check(after: index, &out)
        index += 1
      }
      if type.isRecursive { out.line("reader.leave()") }
      for parameter in type.parameters { assign(SwiftNames.member(parameter.name), &out) }
      for need in keptNeeds(type) { assign(SwiftNames.need(need), &out) }
      for field in storedFields(type) { assign(SwiftNames.member(field.name), &out) }
      for instance in type.instances { tracer.instance(instance, &out) }
    }
  }

  private func assign(_ name: String, _ out: inout SwiftWriter) { out.line("self.\(name) = \(name)") }

  private func fieldEmitter(_ type: ResolvedType, _ locals: InstanceLocals) -> FieldEmitter {
    let emitter = ExpressionEmitter.local(instances: locals.declared)
    return FieldEmitter(emitter: emitter, tracer: tracer) { inner in
      inner.needs.map { "\(SwiftNames.need($0)): \(handedDown($0, by: type, emitter))" }
    }
  }

  /// Code of what a type hands down to a type in it.
  private func handedDown(_ need: Need, by type: ResolvedType, _ emitter: ExpressionEmitter) -> String {
    switch need.anchor {
    case .root where !type.isRoot: return SwiftNames.need(need)
    case .parent(let depth) where depth > 1:
      return SwiftNames.need(Need(anchor: .parent(depth - 1), member: need.member))
    default: break
    }
    switch type.member(need.member) {
    case .field(let field): return field.constantContents?.text ?? SwiftNames.member(field.name)
    case .parameter(let parameter): return SwiftNames.member(parameter.name)
    case .instance(let instance):
      guard let value = instance.value else { return "()" }
      if let code = emitter.names.instance(instance) { return code.text }
      let code = emitter.value(of: instance, value)
      return instance.condition.map { "(\(emitter.emit($0).text) ? \(code.text) : nil)" } ?? code.text
    case nil: return "()"
    }
  }

  // MARK: Instances

  private func emitInstance(_ instance: Instance, _ out: inout SwiftWriter) {
    guard let value = instance.value else { return }
    let emitter = ExpressionEmitter.property()
    let code = emitter.value(of: instance, value)
    let condition = instance.condition.map(emitter.emit)
    let type = instance.type.swift + (instance.isOptional ? "?" : "")
    out.line()
    out.doc(instance.spec.doc)
    out.block("\(access)var \(SwiftNames.member(instance.name)): \(type)") { out in
      func body(_ out: inout SwiftWriter) {
        if let condition { out.line("guard \(condition.tried) else { return nil }") }
        out.line("return \(code.tried)")
      }
      if instance.isThrowing {
        out.block("get throws(ParseError)", body)
      } else {
        body(&out)
      }
    }
  }
}

/// The instances that a parser has computed so far, as local constants.
struct InstanceLocals {
  private let type: ResolvedType
  private(set) var declared: [String] = []

  init(_ type: ResolvedType) { self.type = type }

  /// Computes the instances that a field's expressions use, once their fields are there. Those that can fail or are
  /// optional are left to the place that uses them: they must not fail where nobody asks for them.
  mutating func declare(for field: Field, _ out: inout SwiftWriter) {
    for instance in used(by: field) { declare(instance, &out) }
  }

  /// Whether the field's expressions use instances that have not been computed yet.
  func isNeeded(by field: Field) -> Bool { used(by: field).contains { !declared.contains($0.name) && isPlain($0) } }

  /// Checks the instances with constraints whose last field is the one at `index`.
  mutating func check(after index: Int, _ out: inout SwiftWriter) {
    for instance in type.instances where instance.constraint != nil && instance.lastField == index {
      guard let constraint = instance.constraint, let value = instance.value else { continue }
      let emitter = ExpressionEmitter.local(instances: declared)
      let subject = ConstraintEmitter.Subject(
        name: instance.name, value: SwiftNames.member(instance.name), type: instance.type, offset: "reader.offset",
        length: "0", isFatal: instance.decidesLayout)
      if let condition = instance.condition {
        out.block("if \(emitter.emit(condition).tried)") { out in
          out.line("let \(subject.value): \(instance.type.swift) = \(emitter.value(of: instance, value).tried)")
          ConstraintEmitter(emitter: emitter).emit(constraint, subject, &out)
        }
        continue
      }
      if !declared.contains(instance.name) {
        out.line("let \(subject.value): \(instance.type.swift) = \(emitter.value(of: instance, value).tried)")
        declared.append(instance.name)
      }
      ConstraintEmitter(emitter: .local(instances: declared)).emit(constraint, subject, &out)
    }
  }

  private func isPlain(_ instance: Instance) -> Bool { !instance.isThrowing && instance.condition == nil }

  private mutating func declare(_ instance: Instance, _ out: inout SwiftWriter) {
    guard let value = instance.value, isPlain(instance), !declared.contains(instance.name) else { return }
    value.walkInstances { inner in declare(inner, &out) }
    let code = ExpressionEmitter.local(instances: declared).value(of: instance, value)
    out.line("let \(SwiftNames.member(instance.name)): \(instance.type.swift) = \(code.text)")
    declared.append(instance.name)
  }

  /// Instances of the type itself that the field's expressions, and the types in it, use.
  private func used(by field: Field) -> [Instance] {
    var found: [Instance] = []
    for expression in field.allExpressions { expression.walkInstances { found.append($0) } }
    field.forEachTypeUse { inner, _ in
      for need in inner.needs where need.anchor == .parent(1) || (need.anchor == .root && type.isRoot) {
        if let instance = type.instance(need.member) { found.append(instance) }
      }
    }
    return found
  }
}

extension TypedExpression {
  /// Calls `visit` with each instance of the type itself that the expression names.
  func walkInstances(_ visit: (Instance) -> Void) {
    walk { part in
      if case .own(.instance(let instance)) = part.kind { visit(instance) }
    }
  }
}

/// Writes the unit-by-unit parser of a response stream.
struct StreamEmitter {
  let access: String
  let rows: RowEmitter
  let tracer: TraceEmitter

  func emit(_ plan: StreamPlan, _ out: inout SwiftWriter) {
    let type = plan.type
    let saved = savedFields(type)
    out.line()
    out.block("extension \(SwiftNames.path(type))") { out in
      out.line("/// Parses and stores a `\(type.spec.name)` unit by unit, as its bytes arrive.")
      out.block("\(access)struct Units: ResponseStream") { out in
        out.line("/// The request's row in `message`, and its content's row.")
        out.line("let _message: Int64")
        out.line("let _request: RowReference?")
        for parameter in type.parameters {
          out.line("let \(SwiftNames.member(parameter.name)): \(parameter.type.swift)")
        }
        out.line("/// The attribute that comes next, and how many of its elements have been.")
        out.line("private var _step = 0")
        out.line("private var _elementIndex = 0")
        for field in saved { out.line("private var \(SwiftNames.member(field.name)): \(field.type.swift)?") }
        emitInit(type, &out)
        out.line()
        out.line("\(access)var isFinished: Bool { _step >= \(type.fields.count) }")
        emitEntryPoints(&out)
        emitUnit(plan, saved, &out)
        emitSkip(type, &out)
      }
    }
  }

  /// Fields that later expressions use. Lists are never kept: a stream may be endless.
  private func savedFields(_ type: ResolvedType) -> [Field] {
    type.fields.filter { field in
      field.spec.isNamed && field.constantContents == nil && field.repetition == nil
        && type.fields.contains { user in
          user.allExpressions.contains { mentions($0, field) }
            || needs(of: user).contains { needs($0, field, of: type) }
        }
    }
  }

  /// What the types in a field need of the stream.
  private func needs(of user: Field) -> [Need] {
    var found: [Need] = []
    user.forEachTypeUse { inner, _ in found += inner.needs }
    return found
  }

  private func needs(_ need: Need, _ field: Field, of type: ResolvedType) -> Bool {
    switch type.member(need.member) {
    case .field(let own): own === field
    case .instance(let instance): instance.value.map { mentions($0, field) } ?? false
    default: false
    }
  }

  private func mentions(_ expression: TypedExpression, _ field: Field) -> Bool {
    var found = false
    expression.walk { part in
      switch part.kind {
      case .own(.field(let other)) where other === field: found = true
      case .own(.instance(let instance)):
        found = found || [instance.value, instance.condition].compactMap(\.self).contains { mentions($0, field) }
      default: break
      }
    }
    return found
  }

  private func emitInit(_ type: ResolvedType, _ out: inout SwiftWriter) {
    let list = type.parameters.map { ", \(SwiftNames.member($0.name)): \($0.type.swift)" }.joined()
    out.line()
    out.block("init(message: Int64, request: RowReference?\(list))") { out in
      out.line("self._message = message")
      out.line("self._request = request")
      for parameter in type.parameters {
        let name = SwiftNames.member(parameter.name)
        out.line("self.\(name) = \(name)")
      }
    }
  }

  private func emitEntryPoints(_ out: inout SwiftWriter) {
    out.line()
    out.line("\(access)mutating func decodeUnit(")
    out.line("  from reader: inout ByteReader, into rows: RowBatch")
    out.block(") throws(ParseError) -> UnitKind") { out in
      out.line("var trace = NoTrace()")
      out.line("return try unit(from: &reader, trace: &trace, into: rows)")
    }
    out.line()
    out.block("\(access)func traceUnit(_ reader: inout ByteReader, tree: inout FieldTree) throws(ParseError)") { out in
      out.line("var copy = self")
      out.line("_ = try copy.unit(from: &reader, trace: &tree, into: nil)")
    }
  }

  // MARK: A unit

  private func emitter(_ type: ResolvedType) -> ExpressionEmitter {
    ExpressionEmitter(
      names: ExpressionEmitter.Names(
        field: { Code(text: "required(\(SwiftNames.member($0.name)), \(swiftLiteral($0.name)))", throwing: true) },
        instance: { _ in nil }, index: "_elementIndex"))
  }

  private func emitUnit(_ plan: StreamPlan, _ saved: [Field], _ out: inout SwiftWriter) {
    let type = plan.type
    out.line()
    out.line("private mutating func unit<Trace: ParseTrace>(")
    out.line("  from reader: inout ByteReader, trace: inout Trace, into rows: RowBatch?")
    out.block(") throws(ParseError) -> UnitKind") { out in
      out.line(
        "trace.open(\(swiftLiteral(type.spec.name)), \(swiftLiteral(type.spec.traceName)), index: nil, at: reader.offset)"
      )
      out.line("try skip(&trace)")
      out.line("switch _step {")
      for (field, items) in zip(type.fields, plan.units) {
        out.line("case \(field.index):")
        out.indented { emitStep(field, items, plan, isSaved: saved.contains { $0 === field }, &$0) }
      }
      out.line("default: break")
      out.line("}")
      out.line("return .entry")
    }
  }

  private func emitStep(
    _ field: Field, _ items: [RowItem], _ plan: StreamPlan, isSaved: Bool, _ out: inout SwiftWriter
  ) {
    let emitter = emitter(plan.type)
    let reader = FieldEmitter(emitter: emitter, tracer: tracer) { inner in
      inner.needs.map { "\(SwiftNames.need($0)): \(handedDown($0, by: plan.type, emitter))" }
    }
    reader.emitElement(field, "element", index: field.repetition == nil ? "nil" : "_elementIndex", &out)
    out.line("trace.close(at: reader.offset)")
    let write: (inout SwiftWriter) -> Void = { out in
      if items.isEmpty {
        out.line("_ = element")
      } else {
        out.block("if let rows") { rows.emitUnit(items, plan, &$0) }
      }
    }
    guard let repetition = field.repetition else {
      write(&out)
      if isSaved { out.line("\(SwiftNames.member(field.name)) = element") }
      out.line("_step += 1")
      return
    }
    switch repetition {
    case .until(let end):
      out.line("let isLast = \(emitter.emit(end).tried)")
      if field.sql.omitsTerminator, let marker = end.withoutEndOfStream {
        let isMarker = marker === end ? "isLast" : emitter.emit(marker).tried
        out.block("if \(isMarker)") { out in
          out.line("(_step, _elementIndex) = (_step + 1, 0)")
          out.line("return .terminator")
        }
      }
      write(&out)
      out.line("(_step, _elementIndex) = isLast ? (_step + 1, 0) : (_step, _elementIndex + 1)")
    case .count(let count):
      write(&out)
      out.line("_elementIndex += 1")
      out.line("let isLast = \(emitter.int(count).throwing ? "try " : "")(_elementIndex >= \(emitter.int(count).text))")
      out.line("if isLast { (_step, _elementIndex) = (_step + 1, 0) }")
    case .fixed(let count):
      write(&out)
      out.line("_elementIndex += 1")
      out.line("if _elementIndex >= \(count) { (_step, _elementIndex) = (_step + 1, 0) }")
    case .toEnd:
      write(&out)
      out.line("_elementIndex += 1")
    }
  }

  /// Code of what the stream hands down to a type in it. Needs of the root or of what is around the stream are errors.
  private func handedDown(_ need: Need, by type: ResolvedType, _ emitter: ExpressionEmitter) -> String {
    guard let member = type.member(need.member) else { return "()" }
    switch member {
    case .field(let field):
      if let constant = field.constantContents { return constant.text }
      return field.isOptional ? SwiftNames.member(field.name) : "try \(emitter.names.field(field).text)"
    case .parameter(let parameter): return SwiftNames.member(parameter.name)
    case .instance(let instance): return instance.value.map { emitter.value(of: instance, $0).tried } ?? "()"
    }
  }

  /// Passes over attributes that this stream does not have.
  private func emitSkip(_ type: ResolvedType, _ out: inout SwiftWriter) {
    let emitter = emitter(type)
    out.line()
    out.line("/// Passes over attributes that this stream does not have.")
    out.block("private mutating func skip<Trace: ParseTrace>(_ trace: inout Trace) throws(ParseError)") { out in
      for field in type.fields {
        if let condition = field.condition {
          out.block("if _step == \(field.index)") { out in
            out.line("let isPresent: Bool = \(emitter.emit(condition).tried)")
            out.line("if _elementIndex == 0 { trace.condition(\(swiftLiteral(field.name)), isPresent) }")
            out.line("if !isPresent { _step += 1 }")
          }
        }
        if case .count(let count)? = field.repetition {
          out.line("if _step == \(field.index) { if (\(emitter.int(count).tried)) <= _elementIndex { _step += 1 } }")
        }
      }
    }
  }
}

/// Prints the unit-by-unit parser of a response stream.
struct StreamPrinter {
  let access: String
  let names: SwiftNames
  let rows: RowPrinter
  let tracer: TracePrinter

  func print(_ plan: StreamPlan, _ out: inout CodeWriter) {
    let type = plan.type
    // What later expressions use. Lists are never kept: a stream may be endless.
    let used = type.attributesUsed(by: type.fields)
    let saved = type.fields.filter { $0.isStored && !$0.isRepeated && used.contains(ObjectIdentifier($0)) }
    out.line()
    out.block("extension \(names.path(type))") { out in
      out.line("/// Parses and stores a `\(type.spec.name)` unit by unit, as its bytes arrive.")
      out.block("\(access)struct Units: ResponseStream") { out in
        out.line("/// The request's row in `message`, and its content's row.")
        out.line("private var _message: Int64 = 0")
        out.line("private var _request: RowReference?")
        out.line("private let _hasRow: Bool")
        for parameter in type.parameters { out.line("let \(declaration(parameter))") }
        out.line("/// The attribute that comes next, and how many of its elements have been.")
        out.line("private var _step = 0")
        out.line("private var _elementIndex = 0")
        for field in saved {
          out.line("private var \(names.member(field)): \(names.optional(field.storedRepresentation))")
        }
        initializer(type, &out)
        out.line()
        out.line("\(access)var isFinished: Bool { _step >= \(type.fields.count) }")
        unit(plan, saved, &out)
        skip(type, &out)
      }
    }
  }

  private func declaration(_ parameter: ParameterDeclaration) -> String {
    "\(names.member(parameter)): \(names.swift(Representation(parameter.type)))"
  }

  private func initializer(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    let list = type.parameters.map { "\(declaration($0)), " }.joined()
    out.line()
    out.line("/// - Parameter hasRow: whether the request is a row itself, to which those of the stream refer.")
    out.block("init(\(list)hasRow: Bool = true)") { out in
      out.line("self._hasRow = hasRow")
      for parameter in type.parameters {
        out.line("self.\(names.member(parameter)) = \(names.member(parameter))")
      }
    }
    out.line()
    out.block("\(access)mutating func follow(_ message: StoredMessage)") { out in
      out.line("_message = message.id")
      out.line("_request = _hasRow ? message.content : nil")
    }
  }

  // MARK: A unit

  private func lowering(_ type: TypeDeclaration) -> ProgramLowering {
    ProgramLowering(expressions: ExpressionLowering(message: MessagePlace(owner: type, kind: .units)))
  }

  private func reads(_ type: TypeDeclaration) -> MessageReadPrinter {
    MessageReadPrinter(names: names, tracer: tracer, owner: type, index: "_elementIndex")
  }

  private func unit(_ plan: StreamPlan, _ saved: [AttributeDeclaration], _ out: inout CodeWriter) {
    let type = plan.type
    let name = swiftLiteral(type.spec.name)
    out.line()
    out.line("\(access)mutating func parseUnit<Trace: ParseTrace>(")
    out.line("  _ reader: inout ByteReader, _ trace: inout Trace, into rows: RowBatch?")
    out.block(") throws(ParseError) -> UnitKind") { out in
      out.line("trace.open(\(name), \(swiftLiteral(type.spec.traceName)), index: nil, at: reader.offset)")
      out.line("try skip(&trace)")
      out.line("switch _step {")
      for (field, items) in zip(type.fields, plan.units) {
        out.line("case \(field.place):")
        let program = lowering(type).attribute(field)
        out.indented { step(program, items, plan, isSaved: saved.contains { $0 === field }, &$0) }
      }
      out.line("default: break")
      out.line("}")
      out.line("return .entry")
    }
  }

  private func step(
    _ field: AttributeProgram, _ items: [RowItem], _ plan: StreamPlan, isSaved: Bool, _ out: inout CodeWriter
  ) {
    let reads = reads(plan.type)
    let isRepeated = field.attribute.isRepeated
    reads.element(field, .constant("element"), index: isRepeated ? "_elementIndex" : "nil", &out)
    out.line("trace.close(at: reader.offset)")
    let write: (inout CodeWriter) -> Void = { out in
      if items.isEmpty {
        out.line("_ = element")
      } else {
        out.block("if let rows") { rows.emitUnit(items, plan, &$0) }
      }
    }
    switch field.loop {
    case .once:
      write(&out)
      if isSaved { out.line("\(names.member(field.attribute)) = element") }
      out.line("_step += 1")
    case .until(let end, _):
      out.line("let _isLast = \(reads.expressions.tried(end))")
      marker(field, plan.type, reads, &out)
      write(&out)
      out.line("(_step, _elementIndex) = _isLast ? (_step + 1, 0) : (_step, _elementIndex + 1)")
    case .count(let count):
      write(&out)
      out.line("_elementIndex += 1")
      out.line("let _isLast = \(count.canThrow ? "try " : "")(_elementIndex >= \(reads.expressions.text(count)))")
      out.line("if _isLast { (_step, _elementIndex) = (_step + 1, 0) }")
    case .inline(let count):
      write(&out)
      out.line("_elementIndex += 1")
      out.line("if _elementIndex >= \(count) { (_step, _elementIndex) = (_step + 1, 0) }")
    case .toEnd:
      write(&out)
      out.line("_elementIndex += 1")
    }
  }

  /// Leaves out the element that ended the repetition, where the description says so.
  private func marker(
    _ field: AttributeProgram, _ type: TypeDeclaration, _ reads: MessageReadPrinter, _ out: inout CodeWriter
  ) {
    guard field.attribute.columns.omitsTerminator, let end = field.attribute.expression("repeat-until"),
      let marker = end.withoutEndOfStream
    else { return }
    var lowering = lowering(type).expressions
    lowering.message?.element = field.element
    let isMarker = marker === end ? "_isLast" : reads.expressions.tried(lowering.lower(marker))
    out.block("if \(isMarker)") { out in
      out.line("(_step, _elementIndex) = (_step + 1, 0)")
      out.line("return .terminator")
    }
  }

  /// Passes over attributes that this stream does not have.
  private func skip(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    let expressions = reads(type).expressions
    out.line()
    out.line("/// Passes over attributes that this stream does not have.")
    out.block("private mutating func skip<Trace: ParseTrace>(_ trace: inout Trace) throws(ParseError)") { out in
      for field in type.fields.map({ lowering(type).attribute($0) }) {
        let place = field.attribute.place
        if let condition = field.condition {
          out.block("if _step == \(place)") { out in
            out.line("let _isPresent: Bool = \(expressions.tried(condition))")
            out.line(
              "if _elementIndex == 0 { trace.condition(\(swiftLiteral(field.attribute.traceName)), _isPresent) }")
            out.line("if !_isPresent { _step += 1 }")
          }
        }
        if case .count(let count) = field.loop {
          out.line("if _step == \(place) { if (\(expressions.tried(count))) <= _elementIndex { _step += 1 } }")
        }
      }
    }
  }
}

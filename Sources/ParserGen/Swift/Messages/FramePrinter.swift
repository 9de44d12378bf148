/// Prints how long a message is whose begin tells it.
struct FramePrinter {
  let access: String
  let names: SwiftNames

  /// In the type's struct: parses what is before the part of a declared size.
  func printParser(
    _ frame: MessageFrame, _ printer: MessagePrinter, _ program: MessageProgram, _ out: inout CodeWriter
  ) {
    let label = frame.part.traceName
    out.line()
    out.line(
      "/// The length of a value, by what is before \(frame.part.spec.isNamed ? "`\(label)`" : "its last part").")
    out.block("static func _frameLength(from reader: inout ByteReader) throws(ParseError) -> Int?") { out in
      out.line("var trace = NoTrace()")
      if let parameter = program.type.datagramParameter {
        out.line("let \(names.member(parameter)) = reader.isDatagram")
      }
      let reads = MessageReadPrinter(names: names, tracer: printer.tracer, owner: program.type)
      for step in frame.steps {
        printer.print(step, reads, program, &out)
        // Most are of interest to the parser only.
        for name in constants(of: step) { out.line("_ = \(name)") }
      }
      out.line("return reader.length(withPart: \(reads.expressions.tried(frame.size)), and: \(frame.rest))")
    }
  }

  private func constants(of step: MessageProgram.Step) -> [String] {
    switch step {
    case .run(let fields):
      return fields.filter { $0.attribute.spec.isNamed && $0.attribute.constantContents == nil }
        .map { names.member($0.attribute) }
    case .read(let field): return field.attribute.spec.isNamed ? [names.member(field.attribute)] : []
    case .compute(let instance): return [names.member(instance.attribute)]
    case .align, .check, .parse: return []
    }
  }

  /// In the format.
  func print(_ type: TypeDeclaration, _ out: inout CodeWriter) {
    out.line()
    out.block("\(access)static func frameLength(of bytes: UnsafeRawBufferPointer) -> Int?") { out in
      out.line("var reader = ByteReader(bytes, isComplete: false)")
      out.line("guard let length = try? \(names.path(type))._frameLength(from: &reader), reader.issues.isEmpty else {")
      out.line("  return nil")
      out.line("}")
      out.line("return length")
    }
  }
}

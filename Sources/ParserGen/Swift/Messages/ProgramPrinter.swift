import ParserRuntime

/// Writes what a program for the protocol is called.
struct ProgramPrinter {
  let root: TypeSpec
  let fingerprint: String
  let queries: [SpecificationInfo.Query]

  func emit(_ out: inout CodeWriter) {
    let program = root.meta.program
    let name = program.name ?? root.name + "cap"
    // Where nobody gives it a version, it tells at least which description it was made from.
    let version = program.version ?? String(fingerprint.prefix(8))
    let title = program.title ?? root.meta.title ?? root.name
    out.line("program: SpecificationInfo.Program(")
    out.indented { out in
      out.line("name: \(swiftLiteral(name)), version: \(swiftLiteral(version)), protocolName: \(swiftLiteral(title)),")
      let texts = [
        ("summary", program.doc), ("configurationFile", program.configuration),
        ("environmentPrefix", program.environment),
      ]
      for case (let label, let text?) in texts { out.line("\(label): \(swiftLiteral(text)),") }
      if let port = program.consolePort { out.line("consolePort: \(port),") }
      out.line("queries: [")
      for query in queries {
        let other = query.clickHouse.map { ", clickHouse: \(swiftLiteral($0))" } ?? ""
        out.line("  SpecificationInfo.Query(\(swiftLiteral(query.name)), \(swiftLiteral(query.sql))\(other)),")
      }
      out.line("]),")
    }
  }
}

/// Writes what a description says of kinds of values.
struct KindsPrinter {
  let specs: [KindSpec]
  let queries: [LabelledQueryChecker.Checked]

  /// Whether there is anything to be said.
  var isEmpty: Bool { names.isEmpty }

  /// Those that the description explains first.
  private var names: [String] {
    (specs.map(\.name.text) + queries.map(\.label)).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The definition of a constant with all of them.
  func emit(_ out: inout CodeWriter) {
    guard !isEmpty else { return }
    out.line()
    out.line("/// What is known of kinds of values.")
    out.line("static let valueKinds: [SpecificationInfo.ValueKind] = [")
    out.indented { out in
      for name in names { emit(name, &out) }
    }
    out.line("]")
  }

  private func emit(_ name: String, _ out: inout CodeWriter) {
    let spec = specs.first { $0.name.text == name }
    let doc = spec?.doc.map { ", doc: \(swiftLiteral($0))" } ?? ""
    out.line("SpecificationInfo.ValueKind(")
    out.line("  \(swiftLiteral(name))\(doc),")
    out.line("  spellings: [")
    for spelling in spec?.spellings ?? [] {
      out.line("    SpecificationInfo.Spelling(\(swiftLiteral(spelling.name)), \(spelling.function)),")
    }
    out.line("  ],")
    out.line("  queries: [")
    for checked in queries where checked.label == name {
      out.indented { out in out.indented { out in checked.query.emit(end: ",", &out) } }
    }
    out.line("  ]),")
  }
}

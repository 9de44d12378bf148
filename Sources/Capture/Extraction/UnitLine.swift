import ParserRuntime

/// Units as lines: number, time, who sent it to whom, type, and what it is about.
struct UnitLine: UnitLayout {
  /// Fields that are shown of what has no line of its own.
  private static let shownFields = 4
  /// Bytes of more than so many are not among them.
  private static let maximumBytes = 32
  /// Columns of a terminal, as most units need them: an address of IPv4 with its port, the name of a type.
  private static let widths = (number: 7, endpoint: 21, name: 20)

  private var summarizer: MessageSummarizer
  private var time = TimeText()

  /// - Parameter specification: what the units were parsed with.
  init(_ specification: any Specification.Type) { summarizer = MessageSummarizer(specification) }

  mutating func append(_ unit: TracedUnit, to text: inout TextBuffer) {
    if let number = unit.number {
      text.append(number, width: Self.widths.number)
    } else {
      text.append(spaces: Self.widths.number)
    }
    text.append("  ")
    time.append(unit.time, to: &text)
    text.append("  ")
    append(unit.source, to: Self.widths.endpoint, &text)
    text.append(" -> ")
    append(unit.destination, to: Self.widths.endpoint, &text)
    text.append("  ")
    let name = unit.failure == nil ? unit.name : unit.contentName ?? unit.name
    let info = info(of: unit)
    if info.isEmpty { text.append(text: name) } else { append(name, to: Self.widths.name, &text) }
    if !info.isEmpty {
      text.append("  ")
      text.append(text: info)
    }
    text.append("\n")
  }

  private func append(_ word: String, to width: Int, _ text: inout TextBuffer) {
    text.append(text: word)
    text.append(spaces: max(0, width - word.utf8.count))
  }

  private mutating func info(of unit: TracedUnit) -> String {
    var parts: [String] = []
    if let failure = unit.failure {
      parts.append("not decoded: \(failure.path): \(failure.reason)")
    } else if unit.isResponse {
      parts.append(Self.fields(of: unit.fields))
    } else if let line = summarizer.line(of: unit.bytes, direction: unit.direction, from: unit.transport) {
      parts.append(line)
    }
    parts += unit.issues.map { "! \($0.path): \($0.detail)" }
    return parts.filter { !$0.isEmpty }.map(SummaryText.line).joined(separator: "  ")
  }

  /// The first fields that have a value: a response's units are told by no summary.
  private static func fields(of tree: FieldTree) -> String {
    var shown: [String] = []
    for field in tree.fields where field.type == nil && !field.isInstance && shown.count < shownFields {
      guard let value = field.value.flatMap({ Self.text(of: $0, field, tree) }) else { continue }
      shown.append("\(field.name) \(value)")
    }
    return shown.joined(separator: " ")
  }

  private static func text(of value: FieldTree.Value, _ field: FieldTree.Field, _ tree: FieldTree) -> String? {
    if let meaning = field.meaning { return String(decoding: tree.content[meaning], as: UTF8.self) }
    switch value {
    case .integer(let value): return String(value)
    case .float(let value): return ResultText.real(value)
    case .boolean(let value): return String(value)
    case .enumeration(let raw): return String(raw)
    case .text(let place): return String(decoding: tree.content[place], as: UTF8.self)
    case .bytes(let place):
      guard place.count <= maximumBytes else { return nil }
      return QueryValue.blob([UInt8](tree.content[place])).resultText
    }
  }
}

import ParserRuntime

/// Units as JSON for other programs, an object each; keys are in the order of the alphabet. Numbers of more than 53 bits,
/// which many readers of JSON do not hold, are texts.
struct FieldJSON: UnitLayout {
  private var numbers: FieldNumbers
  private var time = TimeText()
  /// By the numbers of members, what stands between the numbers and values of a field: `,"name":"…","offset":` and
  /// `,"type":"…","value":`.
  private var memberNames = TextPieces()
  private var memberTypes = TextPieces()
  /// `"doc":"…",`.
  private var docs = FieldDocs()

  /// - Parameter outline: of the description that the units were parsed with.
  init(_ outline: DescriptionOutline) { numbers = FieldNumbers(outline) }

  mutating func append(_ unit: TracedUnit, to text: inout TextBuffer) {
    numbers.number(unit.fields)
    findTexts()
    text.append("{")
    if let answer = unit.answeredBy { append("\"answered_by\":", answer, &text) }
    if let request = unit.answers { append("\"answers\":", request, &text) }
    text.append("\"destination\":\"")
    text.append(escaping: unit.destination)
    text.append("\"")
    if let failure = unit.failure {
      text.append(",\"failure\":")
      append(path: failure.path, offset: failure.offset, reason: failure.reason, &text)
    }
    text.append(",\"fields\":[")
    unit.fields.content.withUnsafeBytes { content in
      let source = Source(fields: unit.fields.fields, content: content, bytes: unit.bytes)
      append(0..<unit.fields.fields.count, source, &text)
    }
    text.append("]")
    if let frame = unit.frame { append(",\"frame\":", frame, &text) }
    text.append(",\"issues\":[")
    for (number, issue) in unit.issues.enumerated() {
      if number > 0 { text.append(",") }
      append(path: issue.path, offset: issue.offset, reason: issue.detail, &text)
    }
    append("],\"length\":", unit.bytes.count, &text)
    if let number = unit.number { append(",\"message\":", number, &text) }
    text.append(",\"name\":\"")
    text.append(escaping: unit.name)
    text.append(unit.isResponse ? "\",\"response\":true" : "\",\"response\":false")
    text.append(",\"source\":\"")
    text.append(escaping: unit.source)
    append("\",\"stream_offset\":", Int(unit.streamOffset), &text)
    text.append(",\"time\":\"")
    time.append(unit.time, to: &text)
    text.append("\"}\n")
  }

  private func append(_ key: StaticString, _ other: TracedUnit.Counterpart, _ text: inout TextBuffer) {
    text.append(key)
    append("{\"delay_us\":", Int(other.delay), &text)
    append(",\"message\":", other.number, &text)
    text.append("},")
  }

  private func append(path: String, offset: Int, reason: String, _ text: inout TextBuffer) {
    append("{\"offset\":", offset, &text)
    text.append(",\"path\":\"")
    text.append(escaping: path)
    text.append("\",\"reason\":\"")
    text.append(escaping: reason)
    text.append("\"}")
  }

  private func append(_ key: StaticString, _ number: Int, _ text: inout TextBuffer) {
    text.append(key)
    text.append(number)
  }

  // MARK: Fields

  /// What fields refer to.
  private struct Source {
    let fields: [FieldTree.Field]
    let content: UnsafeRawBufferPointer
    /// The unit's.
    let bytes: [UInt8]
  }

  /// The fields of this range that are in no other of it.
  private func append(_ range: Range<Int>, _ source: Source, _ text: inout TextBuffer) {
    var number = range.lowerBound
    while number < range.upperBound {
      if number > range.lowerBound { text.append(",") }
      if source.fields[number].type != nil {
        appendType(number, source, &text)
      } else {
        appendValue(number, source, &text)
      }
      number = source.fields[number].end
    }
  }

  private func appendType(_ number: Int, _ source: Source, _ text: inout TextBuffer) {
    let field = source.fields[number]
    text.append("{")
    docs.append(numbers.places[number], to: &text)
    text.append("\"fields\":[")
    append(number + 1..<field.end, source, &text)
    text.append("],")
    appendPlace(number, field, &text)
    text.append(",\"type\":\"")
    text.append(escaping: numbers.types[numbers.places[number].type].name)
    text.append("\"}")
  }

  private func appendValue(_ number: Int, _ source: Source, _ text: inout TextBuffer) {
    let field = source.fields[number]
    text.append(field.isInstance ? "{\"computed\":true," : "{")
    docs.append(numbers.places[number], to: &text)
    appendPlace(number, field, &text)
    if !field.isInstance {
      text.append(",\"raw\":\"")
      source.bytes[field.offset..<field.offset + field.length].withUnsafeBytes { text.append(hex: $0) }
      text.append("\"")
    }
    if let meaning = field.meaning {
      text.append(",\"text\":\"")
      text.append(escaping: UnsafeRawBufferPointer(rebasing: source.content[meaning]))
      text.append("\"")
    } else if case .enumeration? = field.value {
      text.append(",\"text\":\"not in the description\"")
    }
    let member = numbers.places[number].member
    if member != FieldNumbers.none {
      memberTypes.append(member, to: &text)
    } else {
      text.append(",\"value\":")
    }
    if let value = field.value { append(value, source, &text) }
    text.append("}")
  }

  private func appendPlace(_ number: Int, _ field: FieldTree.Field, _ text: inout TextBuffer) {
    if let index = field.index {
      append("\"index\":", index, &text)
      text.append(",")
    }
    append("\"length\":", field.length, &text)
    let member = numbers.places[number].member
    if member != FieldNumbers.none {
      memberNames.append(member, to: &text)
    } else {
      text.append(",\"name\":\"")
      text.append(escaping: field.name.description)
      text.append("\",\"offset\":")
    }
    text.append(field.offset)
  }

  private func append(_ value: FieldTree.Value, _ source: Source, _ text: inout TextBuffer) {
    switch value {
    case .integer(let value) where value.magnitude <= 1 << 53: text.append(value)
    case .float(let value) where value.isFinite:
      let digits = "\(value)"
      text.append(text: digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
    case .boolean(let value): text.append(value ? "true" : "false")
    case .enumeration(let raw): text.append(Int(raw))
    default:
      text.append("\"")
      switch value {
      case .integer(let value): text.append(value)
      case .float(let value): text.append(text: "\(value)")
      case .text(let place): text.append(escaping: UnsafeRawBufferPointer(rebasing: source.content[place]))
      case .bytes(let place): text.append(hex: UnsafeRawBufferPointer(rebasing: source.content[place]))
      case .boolean, .enumeration: break
      }
      text.append("\"")
    }
  }

  // MARK: The description

  private mutating func findTexts() {
    func pair(_ start: String, _ value: String?, _ end: String) -> [UInt8] {
      guard let value else { return [] }
      var text = TextBuffer()
      text.append(text: start)
      text.append(escaping: value)
      text.append(text: end)
      return text.withBytes { [UInt8]($0) }
    }
    for member in numbers.members[memberNames.count...] {
      memberNames.add(pair(",\"name\":\"", member.name, "\",\"offset\":"))
      memberTypes.add(pair(",\"type\":\"", member.outline?.type, "\"") + Array(",\"value\":".utf8))
    }
    docs.take(numbers) { pair("\"doc\":\"", $0, "\",") }
  }
}

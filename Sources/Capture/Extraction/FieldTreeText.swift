import Foundation
import ParserRuntime

/// Units as trees for a terminal: offset, length, name, value, meaning and doc of every field.
struct FieldTreeText: UnitLayout {
  private var numbers: FieldNumbers
  private let hasDocs: Bool
  private var time = TimeText()
  private var docs = FieldDocs()
  /// By the number of each field, how many fields it is in; kept for its memory.
  private var depths: [Int] = []

  /// - Parameter hasDocs: whether the description's docs are shown.
  init(_ outline: DescriptionOutline, hasDocs: Bool) {
    numbers = FieldNumbers(outline)
    self.hasDocs = hasDocs
  }

  mutating func append(_ unit: TracedUnit, to text: inout TextBuffer) {
    appendHead(unit, &text)
    appendCounterparts(unit, &text)
    appendFields(unit.fields, &text)
    for issue in unit.issues { text.append(text: "  ! \(issue.path): \(issue.detail), at byte \(issue.offset)\n") }
    if let failure = unit.failure {
      text.append(text: "  ! \(failure.path): \(failure.reason), at byte \(failure.offset)\n")
      let context = unit.bytes.withUnsafeBytes { HexContext($0, around: failure.offset..<failure.offset + 1) }
      for line in context.lines { text.append(text: "  \(line)\n") }
    }
    text.append("\n")
  }

  private mutating func appendHead(_ unit: TracedUnit, _ text: inout TextBuffer) {
    if unit.failure != nil {
      text.append("not decoded")
    } else if unit.isResponse {
      text.append("entry")
    } else {
      text.append("message ")
      if let number = unit.number { text.append(number) } else { text.append("?") }
    }
    text.append(": ")
    text.append(text: unit.name)
    text.append(", ")
    text.append(unit.bytes.count)
    text.append(" bytes, ")
    time.append(unit.time, to: &text)
    text.append(", ")
    if let frame = unit.frame {
      text.append("frame ")
      text.append(frame)
      text.append(", ")
    }
    text.append(text: unit.source)
    text.append(" -> ")
    text.append(text: unit.destination)
    text.append(", stream offset ")
    text.append(Int(unit.streamOffset))
    text.append("\n")
  }

  private func appendCounterparts(_ unit: TracedUnit, _ text: inout TextBuffer) {
    if let request = unit.answers { append("  answers message ", request, " after ", &text) }
    if let answer = unit.answeredBy { append("  answered by message ", answer, " after ", &text) }
  }

  private func append(
    _ words: StaticString, _ other: TracedUnit.Counterpart, _ after: StaticString, _ text: inout TextBuffer
  ) {
    text.append(words)
    text.append(other.number)
    text.append(after)
    text.append(text: String(format: "%.3f ms\n", Double(other.delay) / 1000))
  }

  // MARK: Fields

  private mutating func appendFields(_ tree: FieldTree, _ text: inout TextBuffer) {
    numbers.number(tree)
    if hasDocs { docs.take(numbers) { Array("    # \($0)".utf8) } }
    depths.removeAll(keepingCapacity: true)
    tree.content.withUnsafeBytes { content in
      for number in tree.fields.indices {
        let depth = tree.fields[number].parent.map { depths[$0] + 1 } ?? 0
        depths.append(depth)
        append(tree.fields[number], content, depth: depth, &text)
        if hasDocs { docs.append(numbers.places[number], to: &text) }
        text.append("\n")
      }
    }
  }

  private func append(
    _ field: FieldTree.Field, _ content: UnsafeRawBufferPointer, depth: Int, _ text: inout TextBuffer
  ) {
    if field.isInstance {
      text.append(spaces: 12)
    } else {
      text.append(field.offset, width: 6)
      text.append(field.length, width: 6)
    }
    text.append(spaces: 2 + 2 * depth)
    text.append(field.name)
    if let index = field.index {
      text.append("[")
      text.append(index)
      text.append("]")
    }
    if let type = field.type {
      guard !type.hasSameText(as: field.name) else { return }
      text.append(": ")
      return text.append(type)
    }
    text.append(field.isInstance ? " => " : " = ")
    guard let value = field.value else { return }
    append(value, content, &text)
    if let meaning = field.meaning {
      text.append(" (")
      text.append(UnsafeRawBufferPointer(rebasing: content[meaning]))
      text.append(")")
    } else if case .enumeration = value {
      text.append(" (not in the description)")
    }
  }

  /// The value as it is on the wire.
  private func append(_ value: FieldTree.Value, _ content: UnsafeRawBufferPointer, _ text: inout TextBuffer) {
    switch value {
    case .integer(let value): text.append(value)
    case .float(let value): text.append(text: "\(value)")
    case .boolean(let value): text.append(value ? "true" : "false")
    case .text(let place):
      text.append("\"")
      text.append(UnsafeRawBufferPointer(rebasing: content[place]))
      text.append("\"")
    case .bytes(let place): text.append(hex: UnsafeRawBufferPointer(rebasing: content[place]))
    case .enumeration(let raw): text.append(Int(raw))
    }
  }
}

extension StaticString {
  fileprivate func hasSameText(as other: StaticString) -> Bool {
    utf8CodeUnitCount == other.utf8CodeUnitCount
      && (utf8Start == other.utf8Start
        || UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount).elementsEqual(
          UnsafeBufferPointer(start: other.utf8Start, count: utf8CodeUnitCount)))
  }
}

extension FieldNode {
  /// The value as it is on the wire.
  var rawText: String {
    switch value {
    case .integer(let value)?: String(value)
    case .float(let value)?: "\(value)"
    case .boolean(let value)?: String(value)
    case .text(let value)?: "\"\(value)\""
    case .bytes(let bytes)?: bytes.withUnsafeBytes(hexText)
    case .enumeration(let raw, _)?: String(raw)
    case nil: ""
    }
  }

  /// The value as a reader wants it: its meaning, where there is one.
  var valueText: String {
    if case .enumeration(let raw, let name)? = value { return name ?? String(raw) }
    return value == nil ? type ?? "" : text ?? rawText
  }
}

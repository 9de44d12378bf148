import Foundation
public import ParserRuntime

extension TracedUnit {
  /// The unit as a tree for a terminal: offset, length, name, value, meaning and doc of every field.
  /// - Parameter hasDocs: whether the description's docs are shown.
  public func tree(_ outline: DescriptionOutline, hasDocs: Bool) -> String {
    let what = failure != nil ? "not decoded" : isResponse ? "entry" : "message \(number.map(String.init) ?? "?")"
    let place = (frame.map { "frame \($0), " } ?? "") + "\(source) -> \(destination), stream offset \(streamOffset)"
    var lines = ["\(what): \(name), \(bytes.count) bytes, \(timeText(time)), \(place)"]
    for node in nodes { add(node, in: nil, depth: 0, outline, hasDocs, &lines) }
    for issue in issues { lines.append("  ! \(issue.path): \(issue.detail), at byte \(issue.offset)") }
    if let failure {
      lines.append("  ! \(failure.path): \(failure.reason), at byte \(failure.offset)")
      let context = bytes.withUnsafeBytes { HexContext($0, around: failure.offset..<failure.offset + 1) }
      lines += context.lines.map { "  \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func add(
    _ node: FieldNode, in parent: String?, depth: Int, _ outline: DescriptionOutline, _ hasDocs: Bool,
    _ lines: inout [String]
  ) {
    let place =
      node.isInstance
      ? String(repeating: " ", count: 12)
      : "\(node.offset)".leftPadded(to: 6) + "\(node.length)".leftPadded(to: 6)
    let name = node.name + (node.index.map { "[\($0)]" } ?? "")
    var line = "\(place)  \(String(repeating: "  ", count: depth))\(name)"
    if let type = node.type {
      line += type == node.name ? "" : ": \(type)"
    } else {
      line += " \(node.isInstance ? "=>" : "=") \(node.rawText)" + (node.meaning.map { " (\($0))" } ?? "")
    }
    if hasDocs, let doc = outline.doc(of: node, in: parent) { line += "    # \(doc)" }
    lines.append(line)
    for child in node.children { add(child, in: node.type, depth: depth + 1, outline, hasDocs, &lines) }
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

/// `2026-11-25 12:34:56.123456`, UTC.
func timeText(_ time: Int64) -> String {
  let seconds = Date(timeIntervalSince1970: Double(time.flooredDivision(by: 1_000_000)))
  let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(
    includingFractionalSeconds: false)
  let micros = String(time - time.flooredDivision(by: 1_000_000) * 1_000_000)
  return seconds.formatted(style) + "." + String(repeating: "0", count: 6 - micros.count) + micros
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}

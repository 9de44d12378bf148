/// Reads bytes that stand in a description: `contents`, and terminators of several bytes.
struct ContentsReader {
  let path: String
  let diagnostics: Diagnostics

  /// The bytes of a text, or of a list of integers and texts.
  func bytes(_ node: YAMLNode) -> [UInt8]? {
    switch node.content {
    case .scalar(let text, _):
      if let value = node.integer {
        diagnostics.error(node.location, path: path, "a byte stands in a list: [\(value)]")
        return nil
      }
      guard !node.isNull, node.boolean == nil else { break }
      return Array(text.utf8)
    case .sequence(let parts):
      let bytes = parts.enumerated().map { part($1, "\(path)/\($0)") }
      return bytes.contains { $0 == nil } ? nil : bytes.flatMap { $0 ?? [] }
    case .mapping: break
    }
    diagnostics.error(node.location, path: path, "a text or a list of bytes is expected, not \(node.kind)")
    return nil
  }

  private func part(_ node: YAMLNode, _ path: String) -> [UInt8]? {
    guard let text = node.scalar, !node.isNull, node.boolean == nil else {
      diagnostics.error(node.location, path: path, "a byte or a text is expected, not \(node.kind)")
      return nil
    }
    // In a list a text of digits is a byte too.
    guard let value = node.integer ?? quotedByte(text) else { return Array(text.utf8) }
    guard let byte = UInt8(exactly: value) ?? Int8(exactly: value).map(UInt8.init(bitPattern:)) else {
      diagnostics.error(node.location, path: path, "\(value) is no byte (0 to 255)")
      return nil
    }
    return [byte]
  }

  private func quotedByte(_ text: String) -> Int128? {
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : Substring(text)
    let isByte = text.hasPrefix("0x") ? digits.allSatisfy(\.isHexDigit) : digits.allSatisfy { ("0"..."9").contains($0) }
    return isByte && !digits.isEmpty ? Int128(digits, radix: text.hasPrefix("0x") ? 16 : 10) : nil
  }
}

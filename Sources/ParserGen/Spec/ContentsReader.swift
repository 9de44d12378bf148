/// Reads bytes that stand in a description: `contents`, and terminators of several bytes.
struct ContentsReader {
  let path: String
  let diagnostics: Diagnostics

  /// The bytes of a text, or of a list of integers, texts and lists.
  func bytes(_ node: YAMLNode) -> [UInt8]? {
    switch node.content {
    case .scalar(let text, _):
      if node.isNull {
        diagnostics.error(node.location, path: path, "contents are a text or a list of bytes")
        return nil
      }
      if let value = node.integer { return byte(value, node, path).map { [$0] } }
      return Array(text.utf8)
    case .sequence(let parts):
      var all: [UInt8] = []
      for (index, part) in parts.enumerated() {
        guard let bytes = self.part(part, "\(path)/\(index)") else { return nil }
        all += bytes
      }
      return all
    case .mapping:
      diagnostics.error(node.location, path: path, "contents are a text or a list of bytes")
      return nil
    }
  }

  private func part(_ node: YAMLNode, _ path: String) -> [UInt8]? {
    guard let text = node.scalar, !node.isNull else {
      diagnostics.error(node.location, path: path, "contents are bytes and texts")
      return nil
    }
    if let value = node.integer { return byte(value, node, path).map { [$0] } }
    return Array(text.utf8)
  }

  private func byte(_ value: Int128, _ node: YAMLNode, _ path: String) -> UInt8? {
    if let byte = UInt8(exactly: value) { return byte }
    diagnostics.error(node.location, path: path, "\(value) is no byte (0 to 255)")
    return nil
  }
}

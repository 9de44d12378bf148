extension SwiftExpressionPrinter {
  /// Code of what `process` makes of bytes; `bytes` is code without `try`.
  func transformed(_ bytes: String, by process: Transform) -> String {
    switch process {
    case .xorByte(let key), .xorBytes(let key): return "Bytes.xor(\(bytes), key: \(text(key)))"
    case .rotateLeft(let count): return "Bytes.rotateLeft(\(bytes), by: \(text(count)))"
    case .rotateRight(let count): return "Bytes.rotateRight(\(bytes), by: \(text(count)))"
    case .inflate: return "Bytes.inflate(\(bytes))"
    case .custom(let name, let arguments):
      let processor = "\(SwiftNames.external(name))(\(arguments.map(text).joined(separator: ", ")))"
      return "Bytes.decode(\(bytes), by: \(processor))"
    }
  }
}

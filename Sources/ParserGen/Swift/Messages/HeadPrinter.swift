/// Prints the test whether a message can begin somewhere.
struct HeadPrinter {
  let access: String

  func print(_ head: MessageHead, _ out: inout CodeWriter) {
    out.line("\(access)static let hasConstrainedHead = \(head.isConstrained)")
    out.line()
    out.block("\(access)static func canBegin(with bytes: UnsafeRawBufferPointer) -> Bool") { out in
      for item in head.items {
        guard let allowed = item.allowed else { continue }
        print(allowed, at: item.offset, &out)
      }
      out.line("return true")
    }
  }

  private func print(_ allowed: MessageHead.Allowed, at offset: Int, _ out: inout CodeWriter) {
    switch allowed {
    case .bytes(let bytes):
      for (index, byte) in bytes.enumerated() {
        out.line("if bytes.count > \(offset + index), bytes[\(offset + index)] != \(byte) { return false }")
      }
    case .ranges(let ranges, let size, let isSigned, let order):
      let type = IntegerWidth(holding: IntegerRange(bytes: size, isSigned: isSigned)).rawValue
      let convert = order == .big ? "bigEndian" : "littleEndian"
      let patterns = ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0)" }
      out.block("if bytes.count >= \(offset + size)") { out in
        out.line("switch \(type)(\(convert): bytes.loadUnaligned(fromByteOffset: \(offset), as: \(type).self)) {")
        out.line("case \(patterns.joined(separator: ", ")): break")
        out.line("default: return false")
        out.line("}")
      }
    }
  }
}

import ParserRuntime

/// Looks for places where a message can begin in what a direction of a connection carries, which costs little: most that
/// is not of the protocol has none.
struct HeadSearch {
  private let formats: [any MessageFormat.Type]
  /// By their values, whether a message can begin with a byte.
  private let firstBytes: [Bool]
  private let longestHead: Int
  /// The last bytes, in which a head may have begun.
  private var rest: [UInt8] = []

  /// - Parameter formats: all that the direction may speak.
  init(_ formats: [any MessageFormat.Type]) {
    // What may begin with any bytes would be found everywhere.
    let formats = formats.filter { $0.hasConstrainedHead }
    self.formats = formats
    firstBytes = (0...255).map { byte in
      withUnsafeBytes(of: UInt8(byte)) { head in formats.contains { $0.canBegin(with: head) } }
    }
    longestHead = formats.map { $0.headLength }.max() ?? 0
  }

  /// Whether a whole head is in the next bytes, or begins in those before.
  mutating func finds(_ next: UnsafeRawBufferPointer) -> Bool {
    rest += next
    let isFound = rest.withUnsafeBytes { bytes in
      bytes.indices.contains { firstBytes[Int(bytes[$0])] && isHead(UnsafeRawBufferPointer(rebasing: bytes[$0...])) }
    }
    // Without a constrained format there is no head, and nothing to keep.
    let kept = min(rest.count, max(0, longestHead - 1))
    rest.removeFirst(rest.count - kept)
    return isFound
  }

  private func isHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
    formats.contains { $0.headLength <= bytes.count && $0.canBegin(with: bytes) }
  }
}

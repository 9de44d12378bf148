/// Memory for values that are kept longer than the row in which they were read.
final class ValueCopies {
  private var memory: [UnsafeMutableRawBufferPointer] = []
  /// What a copy needs besides its bytes: a place in the list, and the allocator's own.
  private static let overhead = 32

  /// Bytes of memory of all texts and byte strings, about.
  private(set) var byteCount = 0

  deinit { memory.forEach { $0.deallocate() } }

  /// A value that is valid for as long as this object.
  func copy(_ value: BorrowedValue) -> BorrowedValue {
    switch value {
    case .null, .integer, .real: value
    case .text(let bytes): .text(copy(bytes))
    case .blob(let bytes): .blob(copy(bytes))
    }
  }

  private func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyMemory(from: bytes)
    memory.append(copy)
    byteCount += bytes.count + Self.overhead
    return UnsafeRawBufferPointer(copy)
  }
}

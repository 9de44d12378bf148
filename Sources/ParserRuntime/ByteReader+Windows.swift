// Parts of a stream that are read on their own: elsewhere, trimmed, or transformed.
extension ByteReader {
  /// A reader of the same stream at another place. Give it back to `close`.
  /// - Parameter position: from the stream's first byte.
  /// - Throws: `negativePosition`; where the stream ends before that place, the same as reading there.
  public func at(_ position: Int, _ field: StaticString) throws(ParseError) -> ByteReader {
    guard position >= 0 else { throw fail(.negativePosition(position), field) }
    guard position <= end else { throw shortage(of: position - self.position, field) }
    var result = copy()
    result.cursor = position
    return result
  }

  /// A reader of the same stream at the same place. Give it back to `close`.
  public func copy() -> ByteReader {
    var result = self
    result.issues = []
    result.alignToByte()
    return result
  }

  /// The stream without these bytes at its end.
  public func strippingPadding(_ padding: UInt8) -> ByteReader {
    var count = end
    while count > position, base.load(fromByteOffset: count - 1, as: UInt8.self) == padding { count -= 1 }
    return limited(to: count)
  }

  /// The stream up to a terminator, which is looked for at multiples of its length; the whole if there is none.
  public func terminated(by terminator: [UInt8], include: Bool) -> ByteReader {
    let rest = UnsafeRawBufferPointer(start: base + position, count: remaining)
    guard let index = firstIndex(of: terminator, in: rest) else { return self }
    return limited(to: position + index + (include ? terminator.count : 0))
  }

  private func limited(to count: Int) -> ByteReader {
    var result = ByteReader(base: base, end: count, origin: origin, isComplete: true)
    result.cursor = cursor
    result.depth = depth
    return result
  }

  /// Takes bytes up to a terminator of several bytes; the parameters are those of `bytes(until:…)` for one.
  public mutating func bytes(
    until terminator: [UInt8], include: Bool, consume: Bool, required: Bool, _ field: StaticString
  ) throws(ParseError) -> [UInt8] {
    let rest = UnsafeRawBufferPointer(start: base + position, count: remaining)
    if let index = firstIndex(of: terminator, in: rest) {
      cursor += index + (consume ? terminator.count : 0)
      return [UInt8](rest[..<(include ? index + terminator.count : index)])
    }
    guard isComplete else { throw shortage(of: remaining + 1, field) }
    guard !required else { throw fail(.missingTerminatorBytes(terminator), field) }
    cursor = end
    return [UInt8](rest)
  }

  /// The same as a stream of its own.
  public mutating func substream(
    until terminator: [UInt8], include: Bool, consume: Bool, required: Bool, _ field: StaticString
  ) throws(ParseError) -> ByteReader {
    var ahead = self
    let count = try ahead.bytes(until: terminator, include: include, consume: consume, required: required, field).count
    let inner = try substream(count, field)
    cursor = ahead.cursor
    return inner
  }

  /// Parses bytes that are not those of the message: transformed ones.
  /// - Parameter start: where the bytes that they were made from begin: errors and issues are told there, since what
  ///   was made of them has no place in the message.
  public mutating func parse<Value>(
    _ bytes: [UInt8], at start: Int, _ body: (inout ByteReader) throws(ParseError) -> Value
  ) throws(ParseError) -> Value {
    var found: [Issue] = []
    let outcome: Result<Value, ParseError> = bytes.withUnsafeBytes { buffer in
      var inner = ByteReader(buffer, isComplete: true)
      inner.depth = depth
      defer { found = inner.issues }
      do throws(ParseError) {
        return .success(try body(&inner))
      } catch {
        return .failure(ParseError(error.reason, field: error.field, offset: start))
      }
    }
    issues += found.map { issue in
      Issue(kind: issue.kind, path: issue.path, offset: start, length: offset - start, detail: issue.detail)
    }
    return try outcome.get()
  }
}

/// The place of a terminator at a multiple of its length.
func firstIndex(of terminator: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
  guard !terminator.isEmpty else { return nil }
  return stride(from: 0, through: bytes.count - terminator.count, by: terminator.count).first { start in
    bytes[start..<start + terminator.count].elementsEqual(terminator)
  }
}

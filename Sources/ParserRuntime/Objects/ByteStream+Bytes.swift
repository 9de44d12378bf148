// Byte strings and substreams. All of these forget the bits left over.

extension ByteStream {
  /// Reads `count` bytes.
  public func readBytes(_ count: Int) throws(ParseError) -> [UInt8] {
    let first = try take(count)
    alignToByte()
    return slice(first, count)
  }

  /// Reads all bytes up to the end of the window; none if the position is beyond it.
  public func readBytesToEnd() throws(ParseError) -> [UInt8] { try readBytes(remaining) }

  /// Reads bytes up to a terminator.
  /// - Parameters:
  ///   - terminator: the bytes that end the string; `n` of them are looked for at multiples of `n` from the position.
  ///   - include: whether the terminator belongs to the result.
  ///   - consume: whether the terminator is read (else the next field begins with it).
  ///   - required: whether the end of the window without a terminator is an error; else everything is the result.
  public func readBytes(
    until terminator: [UInt8], include: Bool, consume: Bool, required: Bool
  ) throws(ParseError) -> [UInt8] {
    let (first, count) = try take(until: terminator, include: include, consume: consume, required: required)
    return slice(first, count)
  }

  /// The next `count` bytes as a stream of their own, without a copy.
  public func substream(_ count: Int) throws(ParseError) -> ByteStream {
    let first = try take(count)
    alignToByte()
    return window(first, count)
  }

  /// All bytes up to the end of the window as a stream of their own, without a copy.
  public func substreamToEnd() -> ByteStream {
    let (first, count) = (offset, remaining)
    alignToByte()
    position += count
    return window(first, count)
  }

  /// The bytes up to a terminator as a stream of their own, without a copy; the parameters are those of
  /// `readBytes(until:include:consume:required:)`.
  public func substream(
    until terminator: [UInt8], include: Bool, consume: Bool, required: Bool
  ) throws(ParseError) -> ByteStream {
    let (first, count) = try take(until: terminator, include: include, consume: consume, required: required)
    return window(first, count)
  }

  /// Reads as many bytes as `contents` has, which must be these.
  @discardableResult
  public func require(contents: [UInt8]) throws(ParseError) -> [UInt8] {
    let place = offset
    let found = try readBytes(contents.count)
    guard found == contents else {
      throw ParseError(
        .notEqual(expected: contents.withUnsafeBytes(hexText), found: found.withUnsafeBytes(hexText)), field: "",
        offset: place)
    }
    return found
  }

  private func take(
    until terminator: [UInt8], include: Bool, consume: Bool, required: Bool
  ) throws(ParseError) -> (first: Int, count: Int) {
    let (first, rest) = (offset, remaining)
    let length = source.bytes.withUnsafeBufferPointer { bytes in
      Bytes.length(before: terminator, in: UnsafeBufferPointer(rebasing: bytes[first..<first + rest]))
    }
    guard let length else {
      if required { throw fail(.missingTerminatorBytes(terminator)) }
      alignToByte()
      position += rest
      return (first, rest)
    }
    alignToByte()
    position += length + (consume ? terminator.count : 0)
    return (first, length + (include ? terminator.count : 0))
  }

  private func slice(_ first: Int, _ count: Int) -> [UInt8] { [UInt8](source.bytes[first..<first + count]) }

  private func window(_ first: Int, _ count: Int) -> ByteStream {
    ByteStream(source, start: first, size: count, nesting: nesting)
  }
}

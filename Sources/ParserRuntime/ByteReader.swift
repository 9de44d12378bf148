/// Reads the bytes of one message, or of a sized part of it, from front to back.
///
/// A reader looks at memory that its maker owns and keeps alive. Every access is checked against the end of the
/// stream. Where the stream may still grow (a message whose last bytes have not arrived), running out of bytes
/// throws `ParseError.Reason.needsMoreBytes`; where it is known to end, `endOfStream`.
public struct ByteReader {
  /// Types nested deeper than this are refused: hostile input must not exhaust the stack.
  public static let maximumDepth = 64

  @usableFromInline let base: UnsafeRawPointer
  @usableFromInline let end: Int
  /// Offset of this stream's first byte from the message's first byte.
  @usableFromInline let origin: Int
  /// Whether no byte will ever follow: false only for a stream that is still arriving.
  public let isComplete: Bool
  /// Whether the message came in a datagram, not in a stream.
  public var isDatagram = false
  // The last byte of a bit field, how many of its bits are left, and from which end they are taken. They stand here, where
  // they make a reader no larger.
  @usableFromInline var leftBits: UInt8 = 0
  var leftByte: UInt8 = 0
  var leftBitsAreBigEndian = true
  @usableFromInline var cursor = 0
  /// Constraints found violated that did not end the parse.
  public var issues: [Issue] = []
  @usableFromInline var depth = 0

  /// - Parameter isComplete: whether the stream ends with these bytes.
  @inlinable
  public init(_ bytes: UnsafeRawBufferPointer, isComplete: Bool) {
    // An empty buffer may have no address; no byte of it is ever read, so any pointer serves.
    self.init(
      base: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped, end: bytes.count, origin: 0,
      isComplete: isComplete)
  }

  @usableFromInline
  init(base: UnsafeRawPointer, end: Int, origin: Int, isComplete: Bool) {
    self.base = base
    self.end = end
    self.origin = origin
    self.isComplete = isComplete
  }

  // MARK: Where we are

  /// Bytes read so far in this stream: Kaitai's `_io.pos`.
  @inlinable public var position: Int { cursor }
  /// Offset of the next byte from the message's first byte.
  @inlinable public var offset: Int { origin + position }
  @inlinable public var remaining: Int { end - position }

  /// Kaitai's `_io.eof`. On a stream that is still arriving it waits for a byte or for the end.
  @inlinable
  public func isAtEnd() throws(ParseError) -> Bool {
    if position < end { return false }
    guard isComplete else { throw shortage(of: 1, "") }
    return true
  }

  /// Kaitai's `_io.size`: known only once the stream has ended.
  public func size() throws(ParseError) -> Int {
    guard isComplete else { throw shortage(of: remaining + 1, "") }
    return end
  }

  // MARK: Reading

  /// Takes a run of fixed-size fields with one check of bounds.
  /// - Parameter fields: names and sizes, `serial:32 value:8`; used only to name the field that does not fit.
  @inlinable
  public mutating func run(_ count: Int, _ fields: StaticString) throws(ParseError) -> FieldRun {
    guard count <= end - position else { throw shortage(of: count, fields) }
    let start = base + position
    cursor += count
    return FieldRun(start: start)
  }

  /// Takes `count` bytes as they are.
  public mutating func bytes(_ count: Int, _ field: StaticString) throws(ParseError) -> [UInt8] {
    [UInt8](try take(count, field))
  }

  /// Takes all bytes up to the end of the stream.
  public mutating func bytesToEnd(_ field: StaticString) throws(ParseError) -> [UInt8] {
    guard isComplete else { throw shortage(of: remaining + 1, field) }
    return try bytes(remaining, field)
  }

  /// Takes bytes up to a terminator.
  /// - Parameters:
  ///   - include: whether the terminator belongs to the result.
  ///   - consume: whether the terminator is read (else the next field begins with it).
  ///   - required: whether the end of the stream without a terminator is an error.
  public mutating func bytes(
    until terminator: UInt8, include: Bool, consume: Bool, required: Bool, _ field: StaticString
  ) throws(ParseError) -> [UInt8] {
    let rest = UnsafeRawBufferPointer(start: base + position, count: remaining)
    if let index = rest.firstIndex(of: terminator) {
      cursor += index + (consume ? 1 : 0)
      return [UInt8](rest[..<(include ? index + 1 : index)])
    }
    guard isComplete else { throw shortage(of: remaining + 1, field) }
    guard !required else { throw fail(.missingTerminator(terminator), field) }
    cursor = end
    return [UInt8](rest)
  }

  /// Takes `count` bytes as a stream of their own, which is known to end there. Give it back to `close`.
  @inlinable
  public mutating func substream(_ count: Int, _ field: StaticString) throws(ParseError) -> ByteReader {
    let start = origin + position
    let bytes = try take(count, field)
    var inner = ByteReader(base: bytes.baseAddress ?? base, end: bytes.count, origin: start, isComplete: true)
    inner.depth = depth
    return inner
  }

  /// Takes bytes up to a terminator as a stream of their own; the parameters are those of `bytes(until:…)`.
  public mutating func substream(
    until terminator: UInt8, include: Bool, consume: Bool, required: Bool, _ field: StaticString
  ) throws(ParseError) -> ByteReader {
    var ahead = self
    let count = try ahead.bytes(until: terminator, include: include, consume: consume, required: required, field).count
    let inner = try substream(count, field)
    cursor = ahead.cursor
    return inner
  }

  /// Takes the rest of the stream as a stream of its own.
  public mutating func substreamToEnd(_ field: StaticString) throws(ParseError) -> ByteReader {
    guard isComplete else { throw shortage(of: remaining + 1, field) }
    return try substream(remaining, field)
  }

  /// Ends a substream: what it found is kept, what it left unread is skipped.
  @inlinable
  public mutating func close(_ inner: ByteReader) {
    if !inner.issues.isEmpty { issues += inner.issues }
  }

  @usableFromInline
  mutating func take(_ count: Int, _ field: StaticString) throws(ParseError) -> UnsafeRawBufferPointer {
    guard count >= 0 else { throw fail(.negativeSize(count), field) }
    guard count <= remaining else { throw shortage(of: count, field) }
    defer { cursor += count }
    return UnsafeRawBufferPointer(start: base + position, count: count)
  }

  /// Bytes that have just been read, as text.
  public func text(
    _ bytes: some ByteString, _ encoding: TextEncoding, _ field: StaticString
  ) throws(ParseError) -> String {
    do throws(ParseError) {
      return try bytes.text(encoding)
    } catch {
      throw fail(error.reason, field)
    }
  }

  /// The length of a stream that has a part of so many bytes here, and `rest` bytes behind it; nil where the part's size is
  /// none. Its bytes need not be there.
  public func length(withPart size: Int, and rest: Int) -> Int? {
    guard size >= 0 else { return nil }
    let (end, isTooLong) = (position + rest).addingReportingOverflow(size)
    return isTooLong ? nil : end
  }

  // MARK: Checks

  /// Throws unless `count` elements of at least `size` bytes each can still come in this stream: a count from the
  /// wire must not decide how much memory is reserved.
  @inlinable
  public func require(_ count: Int, of size: Int, _ field: StaticString) throws(ParseError) {
    guard count >= 0 else { throw fail(.negativeSize(count), field) }
    let (total, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, total <= remaining else { throw shortage(of: overflow ? Int.max / 2 : total, field) }
  }

  /// Throws if an element of a repetition that began at `start` took no bytes.
  @inlinable
  public func requireProgress(since start: Int, _ field: StaticString) throws(ParseError) {
    if position == start { throw fail(.noProgress, field) }
  }

  /// Counts a level of nesting of a recursive type; pair with `leave()`.
  /// - Throws: `tooDeep` beyond `maximumDepth` levels.
  public mutating func enter(_ field: StaticString) throws(ParseError) {
    depth += 1
    if depth > Self.maximumDepth { throw fail(.tooDeep, field) }
  }

  /// Ends the level of nesting that `enter` began.
  public mutating func leave() { depth -= 1 }

  /// Records a violated constraint of a field of `length` bytes at `offset` from the message's first byte.
  public mutating func report(_ kind: String, path: String, at offset: Int, length: Int, _ detail: String) {
    issues.append(Issue(kind: kind, path: path, offset: offset, length: length, detail: detail))
  }

  /// Lets the issues name the whole paths of their fields, which a parse that is not traced does not know.
  /// - Parameter parse: parses the same bytes once more.
  @usableFromInline
  mutating func locateIssues(_ parse: (inout ByteReader, inout FieldTree) throws(ParseError) -> Void) {
    var again = ByteReader(base: base, end: end, origin: origin, isComplete: isComplete)
    again.isDatagram = isDatagram
    var tree = FieldTree()
    do throws(ParseError) { try parse(&again, &tree) } catch { return }
    issues = again.issues
  }

  // MARK: Errors

  /// An error at the current position.
  public func fail(_ reason: ParseError.Reason, _ field: StaticString) -> ParseError {
    ParseError(reason, field: field.description, offset: offset)
  }

  /// The error of a stream that has fewer than `count` bytes left.
  @usableFromInline @inline(never)
  func shortage(of count: Int, _ fields: StaticString) -> ParseError {
    guard isComplete else {
      let total = (origin + position).addingReportingOverflow(count)
      return ParseError(
        .needsMoreBytes(atLeast: total.overflow ? .max : total.partialValue), field: fields.description, offset: offset)
    }
    var (before, name, size) = (0, fields.description, count)
    for field in fields.description.split(separator: " ") {
      let parts = field.split(separator: ":")
      guard parts.count == 2, let length = Int(parts[1]) else { break }
      (name, size) = (String(parts[0]), length)
      if before + length > remaining { break }
      before += length
    }
    return ParseError(
      .endOfStream(needed: size, available: remaining - before), field: name, offset: offset + before)
  }
}

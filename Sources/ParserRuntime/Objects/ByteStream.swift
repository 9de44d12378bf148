/// A window of a source with a position and bits left over: Kaitai's stream.
///
/// It is a class, because everything that holds a stream sees its position: an object that another one handed its
/// `_io` to goes on where the other has stopped. Every access is checked against the window, with any argument; an
/// error leaves position and bits as they were. Errors name no field (generated code adds it) and tell their offset
/// from the first byte of the source.
public final class ByteStream {
  /// Where the bytes are.
  public let source: ByteSource
  /// Offset of the window's first byte in the source.
  public let start: Int
  /// Length of the window in bytes: Kaitai's `_io.size`.
  public let size: Int
  /// Offset of the next byte from the window's first: Kaitai's `_io.pos`. A byte whose bits are read in part counts as
  /// read. It may be beyond the end, after `seek(to:)`.
  @exclusivity(unchecked) public internal(set) var position = 0

  // Checks at run time for overlapping accesses would take as long as a read does. None overlaps: what changes is
  // numbers, assigned one at a time, and no reference to them is handed out.

  /// Bits of bytes before `position` that are not read yet, in the low bits of `bits`, and their order.
  @exclusivity(unchecked) var bits: UInt64 = 0
  @exclusivity(unchecked) var bitCount = 0
  @exclusivity(unchecked) var bitOrder = BitOrder.big

  let nesting: Nesting

  init(_ source: ByteSource, start: Int, size: Int, nesting: Nesting) {
    self.source = source
    self.start = start
    self.size = size
    self.nesting = nesting
  }

  /// A stream of all these bytes, with a source of its own.
  public convenience init(_ bytes: [UInt8]) {
    self.init(ByteSource(bytes), start: 0, size: bytes.count, nesting: Nesting())
  }

  /// A stream of bytes that were made (decompressed, say) of what `outer` holds: a source of its own, but nested in
  /// the same types, so that the bound of `enter(_:)` holds across it.
  public convenience init(_ bytes: [UInt8], within outer: ByteStream) {
    self.init(ByteSource(bytes), start: 0, size: bytes.count, nesting: outer.nesting)
  }

  // MARK: Position

  /// Kaitai's `_io.eof`: neither bytes nor bits are left.
  public var isAtEnd: Bool { bitCount == 0 && position >= size }

  /// Goes to `position`, from the window's first byte, and forgets the bits left over. A position beyond the end is an
  /// error only when something is read there; a negative one is an error.
  public func seek(to position: Int) throws(ParseError) {
    guard position >= 0 else { throw fail(.negativePosition(position)) }
    alignToByte()
    self.position = position
  }

  /// Forgets the bits left over, so that the next bit read is the first of a byte.
  public func alignToByte() {
    bits = 0
    bitCount = 0
  }

  /// Bytes from the position to the end of the window.
  var remaining: Int { max(0, size - position) }

  // MARK: Errors

  /// Offset of the next byte from the first byte of the source; no further than the window's end.
  public var offset: Int { start + min(position, size) }

  /// An error at the position, without a field's name.
  public func fail(_ reason: ParseError.Reason) -> ParseError { ParseError(reason, field: "", offset: offset) }

  /// Takes `count` bytes and tells the index of the first in the source.
  func take(_ count: Int) throws(ParseError) -> Int {
    guard count >= 0 else { throw fail(.negativeSize(count)) }
    guard count <= remaining else { throw fail(.endOfStream(needed: count, available: remaining)) }
    // Taking nothing is allowed beyond the end too.
    let first = offset
    position += count
    return first
  }
}

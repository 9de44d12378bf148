/// How deeply objects are nested, counted for all streams of a source and of what was decoded from it.
final class Nesting {
  var depth = 0
  /// Where the stack was when the first level was entered.
  var stackBase: UInt = 0
}

extension ByteStream {
  /// Types and instances nested deeper than this are refused: no input may exhaust the stack.
  public static let maximumDepth = 512
  /// The same for the stack that nested levels take, in bytes: half of what Linux gives a thread. Levels of a large
  /// type, in code that is not optimised, take more of it than others.
  static let maximumStack: UInt = 4 << 20

  /// Counts a level of nesting, of a type or of an instance; pair with `leave()`, unless it throws.
  public func enter(_ name: StaticString) throws(ParseError) {
    // The address sanitizer keeps what has a fixed size elsewhere.
    let here = withUnsafeTemporaryAllocation(byteCount: max(1, nesting.depth), alignment: 1) {
      UInt(bitPattern: $0.baseAddress)
    }
    if nesting.depth == 0 { nesting.stackBase = here }
    // The stack grows downwards; after a return to the base the difference is nothing.
    let used = nesting.stackBase > here ? nesting.stackBase - here : 0
    guard nesting.depth < Self.maximumDepth, used < Self.maximumStack else {
      throw ParseError(.tooDeep, field: name.description, offset: offset)
    }
    nesting.depth += 1
  }

  /// Ends a level of nesting.
  public func leave() { nesting.depth -= 1 }
}

/// How deeply objects are nested, counted for all streams of a source and of what was decoded from it.
final class Nesting {
  var depth = 0
}

extension ByteStream {
  /// Types nested deeper than this are refused: no input may exhaust the stack.
  public static let maximumDepth = 512

  /// Counts a level of nesting, of a type or of an instance; pair with `leave()`, unless it throws.
  public func enter(_ name: StaticString) throws(ParseError) {
    guard nesting.depth < Self.maximumDepth else {
      throw ParseError(.tooDeep, field: name.description, offset: offset)
    }
    nesting.depth += 1
  }

  /// Ends a level of nesting.
  public func leave() { nesting.depth -= 1 }
}

import ParserRuntime

/// What a closure throws, as Kaitai's kind and the offset: `EndOfStreamError @3`; `nil` if it does not throw.
func failure<Value>(_ body: () throws(ParseError) -> Value) -> String? {
  do throws(ParseError) {
    _ = try body()
    return nil
  } catch {
    return "\(error.kaitaiKind) @\(error.offset)"
  }
}

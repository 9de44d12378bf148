import ParserRuntime
import Testing

/// Parses bytes that are the whole stream.
func parse<Value>(
  _ bytes: [UInt8], isComplete: Bool = true, _ body: (inout ByteReader) throws(ParseError) -> Value
) throws(ParseError) -> (value: Value, reader: ByteReader) {
  let result: Result<(Value, ByteReader), ParseError> = bytes.withUnsafeBytes { buffer in
    var reader = ByteReader(buffer, isComplete: isComplete)
    do throws(ParseError) {
      return .success((try body(&reader), reader))
    } catch {
      return .failure(error)
    }
  }
  return try result.get()
}

/// The error of a parse that must fail.
func failure<Value>(
  _ bytes: [UInt8], isComplete: Bool = true, _ body: (inout ByteReader) throws(ParseError) -> Value
) -> ParseError? {
  do throws(ParseError) {
    _ = try parse(bytes, isComplete: isComplete, body)
    return nil
  } catch {
    return error
  }
}

func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

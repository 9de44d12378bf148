import ParserRuntime
import Testing

@Suite struct ParseErrorTests {
  @Test(
    arguments: [
      (.needsMoreBytes(atLeast: 5), "EndOfStreamError", "needs at least 5 bytes"),
      (.endOfStream(needed: 5, available: 2), "EndOfStreamError", "needs 5 bytes, 2 are left"),
      (.negativeSize(-1), "EndOfStreamError", "negative size -1"),
      (.negativePosition(-4), "EndOfStreamError", "negative position -4"),
      (.missingTerminator(0), "EndOfStreamError", "no terminator 0 before the end of the stream"),
      (.missingTerminatorBytes([0, 10]), "EndOfStreamError", "no terminator 000A before the end of the stream"),
      (.unexpectedContents, "ValidationNotEqualError", "unexpected contents"),
      (.notEqual(expected: "5", found: "6"), "ValidationNotEqualError", "6 instead of 5"),
      (.lessThan(minimum: "5", found: "4"), "ValidationLessThanError", "4 is less than 5"),
      (.greaterThan(maximum: "5", found: "6"), "ValidationGreaterThanError", "6 is greater than 5"),
      (.notAnyOf(found: "6"), "ValidationNotAnyOfError", "6 is none of the allowed values"),
      (.notInEnum(found: "6"), "ValidationNotInEnumError", "6 is not in the enum"),
      (.violatedExpression(found: "6"), "ValidationExprError", "6 violates the constraint"),
      (.invalid("odd"), "ValidationFailedError", "odd"),
      (.undecidedEndianness, "UndecidedEndiannessError", "no case decides the byte order"),
      (.unknownEncoding("x"), "UnknownEncodingError", "unknown encoding 'x'"),
      (.invalidText(encoding: "ASCII"), "IllegalSequenceError", "bytes are not valid ASCII"),
      (.conversion("x"), "ConversionError", "'x' is no number"),
      (.missingField, "NullError", "the field is not present in this message"),
      (.index(3, count: 2), "IndexError", "index 3 is outside of 0..<2"),
      (.arithmetic, "OverflowError", "integer expression out of range"),
      (.overflow, "OverflowError", "integer out of range"),
      (.divisionByZero, "DivisionByZeroError", "division by zero"),
      (.noProgress, "NoProgressError", "repeated element takes no bytes"),
      (.tooDeep, "RecursionError", "types are nested too deeply"),
      (.recursion, "RecursionError", "the instance depends on itself"),
      (.wrongType(expected: "a", found: "b"), "CastError", "an object of type b instead of a"),
      (.undecodable("zlib: bad"), "ProcessError", "zlib: bad"),
    ] as [(ParseError.Reason, String, String)])
  func `kinds and texts`(reason: ParseError.Reason, kind: String, text: String) {
    let error = ParseError(reason, field: "f", offset: 3)
    #expect(error.kaitaiKind == kind && error.description == text)
    #expect(!error.kind.isEmpty && error.kind.allSatisfy { $0 == " " || $0.isLetter && $0.isLowercase })
  }

  @Test func `an error is no larger than a text and two numbers`() {
    #expect(MemoryLayout<ParseError.Reason>.size <= MemoryLayout<String>.size + 1)
    #expect(MemoryLayout<ParseError>.size <= 48)
  }
}

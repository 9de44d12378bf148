import ParserRuntime
import Testing

@Suite struct IntegerTests {
  @Test(
    arguments: [
      (7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, 3, 2, 0), (-6, 3, -2, 0), (6, -3, -2, 0),
      (0, 5, 0, 0), (0, -5, 0, 0), (.max, 1, .max, 0), (.min, 1, .min, 0), (.min, 2, .min / 2, 0), (.min, .min, 1, 0),
      (.min, .max, -2, .max - 1), (.max, .min, -1, -1), (1, .max, 0, 1), (-1, .max, -1, .max - 1),
    ] as [(Int, Int, Int, Int)])
  func `quotient and remainder`(dividend: Int, divisor: Int, quotient: Int, remainder: Int) throws {
    #expect(try Integer.floorDivide(dividend, divisor) == quotient)
    #expect(try Integer.floorModulo(dividend, divisor) == remainder)
  }

  @Test func `they fit together in every width`() throws {
    for dividend in Int8.min...Int8.max {
      for divisor in Int8.min...Int8.max where divisor != 0 {
        if (dividend, divisor) == (.min, -1) { continue }
        let quotient = try Int(Integer.floorDivide(dividend, divisor))
        let remainder = try Int(Integer.floorModulo(dividend, divisor))
        #expect(quotient * Int(divisor) + remainder == Int(dividend))
        #expect(divisor > 0 ? (0..<Int(divisor)).contains(remainder) : (Int(divisor) + 1...0).contains(remainder))
      }
    }
    #expect(try Integer.floorDivide(UInt64.max, 2) == UInt64.max / 2 && Integer.floorModulo(UInt64.max, 10) == 5)
    #expect(try Integer.floorDivide(Int128.min, 3) == Int128.min / 3 - 1)
  }

  @Test func errors() throws {
    #expect(failure { () throws(ParseError) in try Integer.floorDivide(1, 0) } == "DivisionByZeroError @0")
    #expect(failure { () throws(ParseError) in try Integer.floorModulo(1, 0) } == "DivisionByZeroError @0")
    #expect(failure { () throws(ParseError) in try Integer.floorDivide(Int.min, -1) } == "OverflowError @0")
    #expect(failure { () throws(ParseError) in try Integer.floorDivide(Int8.min, -1) } == "OverflowError @0")
    #expect(try Integer.floorModulo(Int.min, -1) == 0)
  }

  @Test func `any width as a position`() {
    #expect(Integer.clamped(UInt64.max) == .max && Integer.clamped(Int128.min) == .min)
    #expect(Integer.clamped(7 as UInt8) == 7 && Integer.clamped(-7 as Int8) == -7)
  }
}

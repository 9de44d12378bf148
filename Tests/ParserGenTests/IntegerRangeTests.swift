import Testing

@testable import ParserGen

/// The values that operators can give: all that they do give is in them.
@Suite struct IntegerRangeTests {
  private typealias Operation = (op: BinaryOperator, value: (Int, Int) -> Int?)

  private let operations: [Operation] = [
    (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }),
    (.divide, { $1 > 0 ? Int((Double($0) / Double($1)).rounded(.down)) : nil }),
    (.modulo, { $1 > 0 ? (($0 % $1) + $1) % $1 : nil }), (.bitAnd, { $0 & $1 }), (.bitOr, { $0 | $1 }),
    (.bitXor, { $0 ^ $1 }), (.shiftLeft, { (0..<8).contains($1) ? $0 << $1 : nil }),
    (.shiftRight, { (0..<64).contains($1) ? $0 >> $1 : nil }),
  ]

  @Test func `no result is outside of the range`() {
    let bounds = [-9, -8, -1, 0, 1, 5, 8, 9]
    let ranges = bounds.flatMap { low in bounds.filter { $0 >= low }.map { low...$0 } }
    for (op, value) in operations {
      for a in ranges {
        for b in ranges {
          let result = IntegerRange.result(
            op, IntegerRange(lower: Int128(a.lowerBound), upper: Int128(a.upperBound)),
            IntegerRange(lower: Int128(b.lowerBound), upper: Int128(b.upperBound)))
          guard let result else { continue }
          let values = a.flatMap { x in b.compactMap { value(x, $0) } }
          #expect(
            values.allSatisfy { result.lower <= Int128($0) && Int128($0) <= result.upper },
            "\(a) \(op) \(b) is said to be \(result.lower)...\(result.upper)")
        }
      }
    }
  }

  @Test func `ranges of what cannot be negative are as narrow as they can be told`() {
    let (a, b) = (IntegerRange(lower: 0, upper: 100), IntegerRange(lower: 2, upper: 10))
    func range(_ op: BinaryOperator) -> [Int128]? { IntegerRange.result(op, a, b).map { [$0.lower, $0.upper] } }
    #expect(range(.divide) == [0, 50] && range(.modulo) == [0, 9])
    #expect(range(.bitAnd) == [0, 10] && range(.bitOr) == [0, 127])
  }

  @Test func `what fits into no type is clipped to the one that it is checked for`() {
    let (low, high) = (Int128(Int64.min), Int128(UInt64.max))
    func clipped(_ lower: Int128, _ upper: Int128) -> [Int128] {
      let range = IntegerRange(lower: lower, upper: upper).clipped
      return [range.lower, range.upper]
    }
    #expect(clipped(0, high) == [0, high] && clipped(0, high + 1) == [0, high])
    #expect(clipped(low, 5) == [low, 5] && clipped(low - 1, 5) == [low, 5])
    #expect(clipped(-1, high) == [-1, Int128(Int64.max)])
  }
}

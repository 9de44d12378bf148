/// Writes two upper-case hex digits for each byte; `output` has room for them.
@usableFromInline
package func writeHex(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawPointer) {
  guard let source = bytes.baseAddress else { return }
  var place = 0
  while place + 16 <= bytes.count {
    let block = source.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
    var digits = SIMD32<UInt8>()
    digits.evenHalf = hexDigits(block &>> 4)
    digits.oddHalf = hexDigits(block & 15)
    output.storeBytes(of: digits, toByteOffset: 2 * place, as: SIMD32<UInt8>.self)
    place += 16
  }
  while place < bytes.count {
    let byte = source.load(fromByteOffset: place, as: UInt8.self)
    output.storeBytes(of: hexDigit(byte >> 4), toByteOffset: 2 * place, as: UInt8.self)
    output.storeBytes(of: hexDigit(byte & 15), toByteOffset: 2 * place + 1, as: UInt8.self)
    place += 1
  }
}

/// The digits of 16 numbers below 16.
@inline(__always)
private func hexDigits(_ numbers: SIMD16<UInt8>) -> SIMD16<UInt8> {
  // 1 where the digit is a letter; between '9' and 'A' are seven other characters.
  let isLetter = (numbers &+ 6) &>> 4
  return numbers &+ 0x30 &+ (isLetter &<< 3 &- isLetter)
}

private func hexDigit(_ nibble: UInt8) -> UInt8 {
  nibble < 10 ? 0x30 + nibble : 0x37 + nibble
}

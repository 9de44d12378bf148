import Foundation

/// A fuzz input in which long runs of bytes are described by their length and a pattern, so that a small input makes
/// frames, records and messages of the sizes that there are in reality.
///
/// `FILL`, two bytes of length (big-endian) and a byte stand for that many bytes, which count up from the byte in steps
/// of its lowest two bits: `FILL 10 00 04` is 4,096 times 4. Everything else stands for itself.
enum ExpandedInput {
  static let marker = Array("FILL".utf8)
  /// No input grows beyond so many bytes; what is longer is cut off.
  static let maximumBytes = 1 << 20

  static func expand(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var expanded: [UInt8] = []
    expanded.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count, expanded.count < maximumBytes {
      if place + marker.count + 3 <= bytes.count, bytes[place..<place + marker.count].elementsEqual(marker) {
        let length = Int(bytes[place + 4]) << 8 | Int(bytes[place + 5])
        expanded += pattern(bytes[place + 6], count: min(length, maximumBytes - expanded.count))
        place += marker.count + 3
      } else {
        expanded.append(bytes[place])
        place += 1
      }
    }
    return expanded
  }

  /// `count` bytes that count up from `byte` in steps of its lowest two bits.
  static func pattern(_ byte: UInt8, count: Int) -> [UInt8] {
    (0..<count).map { byte &+ (byte & 3) &* UInt8(truncatingIfNeeded: $0) }
  }
}

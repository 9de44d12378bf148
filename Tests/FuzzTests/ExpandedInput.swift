import Foundation

/// A fuzz input in which long runs of bytes are described by their length and a pattern, so that a small input makes
/// frames, records and messages of the sizes that there are in reality.
///
/// `FILL`, two bytes of length (big-endian) and a byte stand for that many bytes, which count up from the byte in steps
/// of its lowest two bits: `FILL 10 00 04` is 4,096 times 4. Everything else stands for itself.
enum ExpandedInput {
  static let marker = Array("FILL".utf8)
  /// No input grows beyond so many bytes, some segments of the greatest length; what is longer is cut off.
  static let maximumBytes = 1 << 19

  static func expand(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var expanded: [UInt8] = []
    expanded.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while !rest.isEmpty, expanded.count < maximumBytes {
      let plain = rest.prefix(distance(toMarkerIn: rest))
      expanded += plain.prefix(maximumBytes - expanded.count)
      rest = rest[plain.endIndex...]
      guard rest.count >= marker.count + 3 else { continue }
      let description = rest.dropFirst(marker.count).prefix(3)
      let length = description.prefix(2).reduce(0) { $0 << 8 | Int($1) }
      expanded += pattern(description.last ?? 0, count: min(length, maximumBytes - expanded.count))
      rest = rest[description.endIndex...]
    }
    return expanded
  }

  /// Bytes before the first marker that a length and a pattern follow; all where there is none.
  private static func distance(toMarkerIn bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    guard let base = bytes.baseAddress else { return 0 }
    var place = 0
    while let found = memchr(base + place, Int32(marker[0]), bytes.count - place) {
      place = UnsafeRawPointer(found) - base
      guard bytes.count - place >= marker.count + 3 else { break }
      if bytes[place..<place + marker.count].elementsEqual(marker) { return place }
      place += 1
    }
    return bytes.count
  }

  /// `count` bytes that count up from `byte` in steps of its lowest two bits.
  static func pattern(_ byte: UInt8, count: Int) -> [UInt8] {
    repeated((0...UInt8.max).map { byte &+ (byte & 3) &* $0 }, count: count)
  }

  /// `count` bytes of a unit that is repeated. Each byte that a loop makes would be traced by the fuzzer: doubling what
  /// there is costs it nothing.
  static func repeated(_ unit: [UInt8], count: Int) -> [UInt8] {
    var bytes = unit
    while bytes.count < count { bytes += bytes }
    return Array(bytes.prefix(count))
  }
}

import ParserRuntime

extension HexContext {
  /// Bytes shown before and after the marked ones.
  private static let context = (before: 24, after: 24)

  /// The bytes of a unit around a place in it.
  init(_ bytes: UnsafeRawBufferPointer, around place: Range<Int>) {
    let start = max(0, min(place.lowerBound, bytes.count) - Self.context.before) & ~15
    let end = min(bytes.count, max(place.upperBound, place.lowerBound + 1) + Self.context.after)
    self.init(
      offset: start, hex: hexText(UnsafeRawBufferPointer(rebasing: bytes[start..<max(start, end)])),
      markStart: place.lowerBound, markEnd: place.upperBound)
  }

  /// 16 bytes a line, those that are meant in brackets.
  var lines: [String] {
    let digits = Array(hex)
    let count = digits.count / 2
    return stride(from: 0, to: max(count, 1), by: 16).map { start in
      var line = String(offset + start, radix: 16).leftPadded(to: 6) + " "
      for index in start..<max(start, min(start + 16, count)) {
        line += mark(before: offset + index)
        line += String(digits[2 * index...2 * index + 1])
      }
      // A mark at the end of the bytes is behind the last one.
      let end = offset + min(start + 16, count)
      line += end == markEnd && markStart < markEnd ? "]" : ""
      return line + (start + 16 >= count && markStart >= offset + count ? " [here it ends]" : "")
    }
  }

  private func mark(before place: Int) -> String {
    if markStart < markEnd {
      if place == markStart { return "[" }
      if place == markEnd { return "]" }
    }
    return " "
  }
}

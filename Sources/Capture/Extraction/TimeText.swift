import Foundation

/// Times as text. Those of a capture come mostly in the second of the one before, whose text is kept.
struct TimeText {
  private var second: Int64?
  /// The date and the time of day of that second.
  private var text = ""

  /// `2026-11-25 12:34:56.123456`, UTC.
  mutating func append(_ time: Int64, to output: inout TextBuffer) {
    let second = time.flooredDivision(by: 1_000_000)
    if second != self.second {
      self.second = second
      text = secondText(second)
    }
    output.append(text: text)
    output.append(".")
    let micros = time - second * 1_000_000
    var limit: Int64 = 100_000
    while limit > max(micros, 1) {
      output.append("0")
      limit /= 10
    }
    output.append(Int(micros))
  }
}

/// `2026-11-25 12:34:56.123456`, UTC.
func timeText(_ time: Int64) -> String {
  var text = TextBuffer()
  var times = TimeText()
  times.append(time, to: &text)
  return text.withBytes { String(decoding: $0, as: UTF8.self) }
}

private func secondText(_ second: Int64) -> String {
  let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(
    includingFractionalSeconds: false)
  return Date(timeIntervalSince1970: Double(second)).formatted(style)
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}

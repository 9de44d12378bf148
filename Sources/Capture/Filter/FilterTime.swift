import Foundation

/// A point in time as a filter has it, which lasts as long as what it does not say.
enum FilterTime: Equatable {
  /// In µs since 1970-01-01 UTC.
  case instant(Range<Int64>)
  /// Of every day, in µs since midnight UTC.
  case timeOfDay(Range<Int64>)

  static let expected =
    "times such as 10:15, 10:15:30.5, 2026-01-31 or 2026-01-31T10:15, in UTC, or µs since 1970-01-01"

  /// nil where the text is no time.
  init?(_ text: String) {
    if let number = Int64(text), number < .max {
      self = .instant(number..<number + 1)
    } else if let match = text.wholeMatch(of: #/(\d{4})-(\d\d)-(\d\d)(?:[T ](.+?))?Z?/#) {
      guard let start = Self.midnight(Int(match.1), Int(match.2), Int(match.3)) else { return nil }
      let day = start..<start + Self.day
      guard let clock = match.4 else {
        self = .instant(day)
        return
      }
      guard let range = Self.timeOfDay(clock) else { return nil }
      self = .instant(start + range.lowerBound..<start + range.upperBound)
    } else if let range = Self.timeOfDay(text.hasSuffix("Z") ? text.dropLast() : text[...]) {
      self = .timeOfDay(range)
    } else {
      return nil
    }
  }

  private static let second: Int64 = 1_000_000
  private static let day = 86_400 * second

  private static func midnight(_ year: Int?, _ month: Int?, _ day: Int?) -> Int64? {
    guard let year, let month, let day, 1...12 ~= month, 1...31 ~= day else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
    let seconds = timegm(&parts)
    // The 31st of a shorter month has become a day of the next.
    return parts.tm_mday == Int32(day) ? Int64(seconds) * second : nil
  }

  private static func timeOfDay(_ text: Substring) -> Range<Int64>? {
    guard let match = text.wholeMatch(of: #/(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?/#),
      let hour = Int64(match.1), hour < 24, let minute = Int64(match.2), minute < 60
    else { return nil }
    var (start, length) = ((hour * 60 + minute) * 60 * second, 60 * second)
    if let text = match.3 {
      guard let seconds = Int64(text), seconds < 60 else { return nil }
      (start, length) = (start + seconds * second, second)
    }
    if let digits = match.4, let fraction = Int64(digits) {
      length = (digits.count..<6).reduce(1) { unit, _ in unit * 10 }
      start += fraction * length
    }
    return start..<start + length
  }
}

/// A time that passes, as a filter has it: `20ms`.
enum FilterDuration {
  static let expected = "durations such as 250us, 20ms or 1.5s; without a unit they are µs"
  private static let units: [Substring: Double] = ["": 1, "us": 1, "µs": 1, "ms": 1e3, "s": 1e6]

  /// In µs; nil where the text is no duration.
  static func microseconds(_ text: String) -> Int64? {
    guard let match = text.wholeMatch(of: #/(-?\d+(?:\.\d+)?)\s*([a-zµ]*)/#), let unit = units[match.2],
      let number = Double(match.1)
    else { return nil }
    return Int64(exactly: (number * unit).rounded())
  }
}

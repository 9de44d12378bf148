import Foundation

/// A day as a server counts it, `toYYYYMMDD(toDateTime(intDiv(time, 1000000), 'UTC'))`: all rows of an INSERT have the
/// same, and so are in one partition.
public struct UTCDay: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  let number: UInt32

  /// - Parameter time: in µs since 1970-01-01 UTC. Seconds have 32 bits on the server, and what goes beyond is cut off.
  @inline(__always)
  init(of time: Int64) { number = UInt32(truncatingIfNeeded: time / 1_000_000) / 86400 }

  private init(number: UInt32) { self.number = number }

  /// A day in figures.
  /// - Parameter text: such as `2026-11-26` or `20261126`; nil where there is no such day, or none that a server knows.
  public init?(_ text: some StringProtocol) {
    let figures = text.utf8.count == 10 ? text.split(separator: "-", omittingEmptySubsequences: false) : [text[...]]
    guard figures.count == 3 ? figures.map(\.utf8.count) == [4, 2, 2] : figures[0].utf8.count == 8,
      figures.joined().utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let date = Int(figures.joined())
    else { return nil }
    let (year, month, day) = (date / 10000, date / 100 % 100, date % 100)
    // From a date of the Gregorian calendar, whose years begin in March here, to days.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    guard let number = UInt32(exactly: days), number <= UInt32.max / 86400 else { return nil }
    self.number = number
    // February has no 30th.
    guard self.text == figures.joined() else { return nil }
  }

  /// The day so many days before; nil where there is none.
  public func advanced(by days: Int) -> UTCDay? {
    let (sum, overflow) = Int(number).addingReportingOverflow(days)
    return overflow ? nil : UInt32(exactly: sum).map(UTCDay.init(number:))
  }

  /// Whether a day comes before another.
  public static func < (left: UTCDay, right: UTCDay) -> Bool { left.number < right.number }

  /// `20261126`.
  var text: String {
    // From days to a date of the Gregorian calendar, whose years begin in March here.
    let days = Int(number) + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return String(year * 10000 + (month < 10 ? month + 3 : month - 9) * 100 + day)
  }
}

extension UTCDay: CustomStringConvertible {
  /// `2026-11-26`.
  public var description: String { "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))" }

  /// The day that it is, by this machine's clock.
  public static var today: UTCDay { UTCDay(of: Int64(Date().timeIntervalSince1970) * 1_000_000) }
}

/// Watches whether packets come in the order of their times.
struct TimeOrder {
  /// A few packets out of order are usual where several queues of a device are captured: so many of all, in percent.
  private static let usualPercent = 1
  /// What is earlier by so much, in ns, is told however seldom it is.
  private static let usualDistance: Int64 = 1_000_000_000

  private var count = 0
  private var first: Int64 = 0
  private var latest = Int64.min
  private var earlier = 0
  private var distance: Int64 = 0

  /// Of the first packet and the latest, in ns; nil where there was none.
  var times: ClosedRange<Int64>? { count > 0 ? min(first, latest)...latest : nil }

  @inline(__always)
  mutating func note(_ time: Int64) {
    count += 1
    if time >= latest {
      if count == 1 { first = time }
      latest = time
    } else {
      earlier += 1
      distance = max(distance, latest.subtractingReportingOverflow(time).partialValue)
    }
  }

  /// What to tell of a file; nil where nothing is unusual.
  func warning(_ file: String) -> CaptureWarning? {
    guard earlier * 100 > count * Self.usualPercent || distance > Self.usualDistance else { return nil }
    return .order(file: file, packets: earlier, of: count, microseconds: distance / 1000)
  }
}

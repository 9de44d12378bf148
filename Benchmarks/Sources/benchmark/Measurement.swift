import Foundation

/// How fast something is, and beside it its baseline: both in turn, so that a machine whose speed varies treats them
/// alike. Told are medians, and the median of the ratios.
struct Measurement {
  /// What is done, and the unit of what is counted.
  var name: String
  var unit: String
  /// Of the one and of the other, in units of processor time: per second, or in multiples that `unit` says.
  var speed: Double
  var baselineName: String
  var baseline: Double
  var ratio: Double

  private static let rounds = 5

  /// - Parameters:
  ///   - scale: how many counts are one unit.
  ///   - body: does it once, and tells how much was done.
  init(
    _ name: String, unit: String, scale: Double, against baselineName: String, _ body: () throws -> Int,
    baseline: () throws -> Int
  ) rethrows {
    var pairs: [(own: Double, other: Double)] = []
    // Once before, for caches.
    for round in 0...Self.rounds {
      let pair = (try Self.speed(body) / scale, try Self.speed(baseline) / scale)
      if round > 0 { pairs.append(pair) }
    }
    self.name = name
    self.unit = unit
    self.baselineName = baselineName
    speed = Self.median(pairs.map(\.own))
    self.baseline = Self.median(pairs.map(\.other))
    ratio = Self.median(pairs.map { $0.own / $0.other })
  }

  /// As a row of a table.
  var row: String {
    "| \(name) | \(Self.text(speed)) \(unit) | \(baselineName): \(Self.text(baseline)) | \(Self.text(ratio)) |"
  }

  private static func speed(_ body: () throws -> Int) rethrows -> Double {
    let start = processorTime()
    let count = try body()
    return Double(count) / (processorTime() - start)
  }

  /// Seconds that the process has computed, those of the system for it included.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private static func text(_ value: Double) -> String {
    value >= 100 ? String(Int(value)) : String(format: value >= 10 ? "%.1f" : "%.2f", value)
  }
}

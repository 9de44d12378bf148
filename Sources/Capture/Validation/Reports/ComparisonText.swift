extension ReportComparison {
  /// The comparison for a terminal.
  public var text: String {
    var lines = ["before \(before.fingerprint), after \(after.fingerprint)"]
    if let trafficRemark { lines.append("  \(trafficRemark)") }
    for (title, value) in Self.rows {
      let (old, new) = (value(before), value(after))
      let change = old == new ? "" : "  \(new > old ? "+" : "")\(grouped(new - old))"
      lines.append(
        "  \(title.padded(to: 34)) \(grouped(old).leftPadded(to: 12)) \(grouped(new).leftPadded(to: 12))\(change)")
    }
    lines += section("Findings", findings.map(Self.line))
    lines += section("Fields with other values", members.map(Self.line))
    lines += section("Coverage", coverage.map(Self.line))
    if !isDifferent { lines += ["", "No difference."] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is to be known of captures that differ.
  var trafficRemark: String? {
    isSameTraffic ? nil : "The captures are not the same: differences may be those of the traffic."
  }

  /// What is counted of each side.
  static let rows: [(title: String, value: @Sendable (Side) -> Int)] = [
    ("messages", { $0.totals.messages }), ("entries of response streams", { $0.totals.responseEntries }),
    ("bytes that are no message", { $0.totals.skippedBytes }), ("bytes of no field", { $0.totals.unreadBytes }),
    ("searches for the next message", { $0.totals.resynchronizations }), ("points covered", { $0.covered }),
    ("points of the description", { $0.points }),
  ]

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines.map { "  " + $0 }
  }

  static func line(_ change: FindingChange) -> String {
    let finding = change.finding
    let word = change.before == 0 ? "new" : change.after == 0 ? "gone" : change.after > change.before ? "more" : "fewer"
    return "\(word.padded(to: 6)) \(finding.text) - \(grouped(change.before)) before, \(grouped(change.after)) after"
  }

  static func line(_ change: MemberChange) -> String {
    func side(_ use: ValidationReport.MemberUse?) -> String {
      guard let use else { return "not described" }
      guard use.count > 0 else { return "never" }
      let range = use.minimum.flatMap { low in use.maximum.map { "\(low) to \($0)" } }
      return "\(grouped(use.count)) times \(range ?? use.samples.first ?? "")"
    }
    return "\(change.type).\(change.member): \(side(change.before)) -> \(side(change.after))"
  }

  static func line(_ change: CoverageChange) -> String {
    func side(_ hits: Int?) -> String { hits.map { $0 == 0 ? "never" : "\(grouped($0)) times" } ?? "not described" }
    return "\(change.point): \(side(change.before)) -> \(side(change.after))"
  }
}

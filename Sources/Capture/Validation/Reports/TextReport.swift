/// A validation report for a terminal.
public struct TextReport: Sendable {
  private let report: ValidationReport
  private let isAnnotated: Bool

  /// - Parameter isAnnotated: whether the description itself is listed with its coverage.
  public init(_ report: ValidationReport, isAnnotated: Bool = false) {
    self.report = report
    self.isAnnotated = isAnnotated
  }

  /// Lines of any width, the last with its end.
  public var text: String {
    var lines = summary
    lines += findings
    lines += types
    lines += coverage
    if isAnnotated { lines += ["", CoverageListing(report.coverage).text] }
    return lines.joined(separator: "\n") + "\n"
  }

  private var summary: [String] {
    let totals = report.totals
    let files = report.files.count == 1 ? report.files[0].path : "\(report.files.count) captures"
    return [
      "\(report.description) (\(report.fingerprint)) held against \(files)",
      "  \(grouped(totals.packets)) packets, \(grouped(totals.connections)) connections, \(grouped(totals.messages)) messages, "
        + "\(grouped(totals.responseEntries)) entries of response streams",
      "  \(grouped(totals.streamBytes)) bytes: \(grouped(totals.skippedBytes)) are no message, "
        + "\(grouped(totals.unreadBytes)) are of no field; \(grouped(totals.lostBytes)) more are not in the captures",
      "  \(grouped(totals.resynchronizations)) times the next message had to be looked for",
    ]
  }

  private var findings: [String] {
    guard !report.findings.isEmpty else { return ["", "Findings: none"] }
    var lines = ["", "Findings"]
    for finding in report.findings {
      lines.append("  \(finding.text)" + (finding.kind == .hint ? "" : " - \(times(finding.count))"))
      for example in finding.examples { lines += self.example(example) }
    }
    return lines
  }

  private func times(_ count: Int) -> String { count == 1 ? "once" : "\(grouped(count)) times" }

  private func example(_ example: Finding.Example) -> [String] {
    let path = example.path.isEmpty ? "" : "\(example.path): "
    return [
      "      \(example.place)",
      "        \(path)\(example.detail)" + (example.bytes == nil ? "" : ", at byte \(example.offset)"),
    ] + (example.bytes.map { $0.lines.map { "        \($0)" } } ?? [])
  }

  private var types: [String] {
    var lines = ["", "Types and fields"]
    for type in report.types where type.count > 0 || type.members.contains(where: { $0.count > 0 }) {
      lines.append("  \(type.name)  \(grouped(type.count))")
      for member in type.members where member.count > 0 {
        let range: String =
          if let minimum = member.minimum, let maximum = member.maximum, minimum != maximum {
            "\(minimum) to \(maximum)"
          } else {
            member.samples.joined(separator: ", ")
          }
        let distinct = member.distinct >= MemberStatistics.maximumDistinct ? "many" : "\(member.distinct)"
        lines.append(
          "    \(member.name.padded(to: 24)) \(member.type.padded(to: 20)) \(grouped(member.count).leftPadded(to: 9)) "
            + "\(distinct.leftPadded(to: 5)) \(range)")
      }
    }
    return lines
  }

  private var coverage: [String] {
    let coverage = report.coverage
    var lines = ["", "Coverage \(Self.percent(coverage.total))"]
    for kind in Coverage.Point.Kind.allCases {
      let share = coverage.share(of: kind)
      guard share.all > 0 else { continue }
      lines.append("  \(kind.title.padded(to: 20)) \(Self.percent(share))")
    }
    let missed = coverage.points.filter { $0.hits == 0 }
    if !missed.isEmpty { lines.append("  never seen:") }
    for point in missed {
      lines.append("    \(coverage.sources[point.source].name):\(point.line): \(point.kind.word)\(point.text)")
    }
    return lines
  }

  /// `93.8 % (45 of 48)`.
  static func percent(_ share: Coverage.Share) -> String {
    // Cut, not rounded: what is not complete must not say 100.
    let tenths = Int(share.percent * 10)
    return "\(tenths / 10).\(tenths % 10) % (\(share.hit) of \(share.all))"
  }
}

extension Coverage.Point.Kind {
  var title: String {
    switch self {
    case .type: "types"
    case .field: "fields"
    case .condition: "sides of each 'if'"
    case .case: "cases of switches"
    case .value: "values of enums"
    case .flag: "sides of flags"
    }
  }

  var word: String {
    switch self {
    case .type: "type "
    case .field: "field "
    case .condition, .case: ""
    case .value: "value "
    case .flag: "flag "
    }
  }
}

/// Two reports side by side: what a change of the description made better or worse on the same traffic.
public struct ReportComparison: Codable, Sendable {
  /// The earlier report.
  public var before: Side
  /// The later one.
  public var after: Side
  /// Whether both are of the same captures; if not, differences may be those of the traffic.
  public var isSameTraffic: Bool
  /// Findings that are there more or less often, the worst kind first.
  public var findings: [FindingChange]
  /// Fields and instances whose values are others, in the order of the description.
  public var members: [MemberChange]
  /// Points that are reached in only one of the two, by name.
  public var coverage: [CoverageChange]

  /// What one of the reports says as a whole.
  public struct Side: Codable, Sendable {
    /// Of the description.
    public var fingerprint: String
    /// What the traffic held.
    public var totals: ValidationReport.Totals
    /// Points of the description that were reached.
    public var covered: Int
    /// All points of the description.
    public var points: Int
  }

  /// A finding that is there more or less often.
  public struct FindingChange: Codable, Sendable {
    /// As the later report has it, or the earlier where it is gone.
    public var finding: Finding
    /// How often it was there; 0 where it is new.
    public var before: Int
    /// How often it is there now; 0 where it is gone.
    public var after: Int
  }

  /// A field or an instance whose values are others than before, or that is new or gone.
  public struct MemberChange: Codable, Sendable {
    /// The type's name.
    public var type: String
    /// The name of the field or instance.
    public var member: String
    /// What it was; nil where it is new.
    public var before: ValidationReport.MemberUse?
    /// What it is now; nil where it is gone.
    public var after: ValidationReport.MemberUse?
  }

  /// A point of the description that is reached in only one of the two.
  public struct CoverageChange: Codable, Sendable {
    /// Its kind and its text, such as `condition msg_reading.time if false`.
    public var point: String
    /// How often it happened; nil where the description had no such point.
    public var before: Int?
    /// How often it happens now; nil where the description has no such point any more.
    public var after: Int?
  }

  /// Compares two reports, of the same captures if differences are to be those of the description.
  public init(before: ValidationReport, after: ValidationReport) {
    self.before = Side(before)
    self.after = Side(after)
    isSameTraffic = before.files.map(\.identity) == after.files.map(\.identity)
    findings = Self.findings(before, after)
    members = Self.members(before, after)
    coverage = Self.coverage(before, after)
  }

  /// Whether there is any finding that was not there, or not as often.
  public var isWorse: Bool {
    findings.contains { $0.after > $0.before && $0.finding.kind != .hint && $0.finding.kind != .capture }
  }

  /// Whether there is any difference.
  public var isDifferent: Bool { !findings.isEmpty || !members.isEmpty || !coverage.isEmpty }

  /// The comparison as JSON.
  public var json: String { get throws { try jsonText(self) } }

  // MARK: Differences

  private struct FindingKey: Hashable {
    var kind: Finding.Kind
    var name: String?
    var message: String

    init(_ finding: Finding) {
      kind = finding.kind
      name = finding.name
      // The message of a failure tells numbers of its first example.
      let hasNumbers = kind == .failure || kind == .suspect || kind == .violation || kind == .unread
      message = hasNumbers ? finding.message.filter { !$0.isNumber } : finding.message
    }
  }

  private static func findings(_ before: ValidationReport, _ after: ValidationReport) -> [FindingChange] {
    func index(_ report: ValidationReport) -> [FindingKey: Finding] {
      Dictionary(report.findings.map { (FindingKey($0), $0) }) { first, _ in first }
    }
    let (old, new) = (index(before), index(after))
    let changes = Set(old.keys).union(new.keys).compactMap { key -> FindingChange? in
      let counts = (old[key]?.count ?? 0, new[key]?.count ?? 0)
      guard counts.0 != counts.1, let finding = new[key] ?? old[key] else { return nil }
      return FindingChange(finding: finding, before: counts.0, after: counts.1)
    }
    return changes.sorted { left, right in
      (left.finding.kind, -left.after, left.finding.name ?? "", left.finding.message) < (
        right.finding.kind, -right.after, right.finding.name ?? "", right.finding.message
      )
    }
  }

  private static func members(_ before: ValidationReport, _ after: ValidationReport) -> [MemberChange] {
    var changes: [MemberChange] = []
    let old = Dictionary(before.types.map { ($0.name, $0) }) { first, _ in first }
    let new = Dictionary(after.types.map { ($0.name, $0) }) { first, _ in first }
    for name in after.types.map(\.name) + before.types.map(\.name).filter({ new[$0] == nil }) {
      let (left, right) = (old[name]?.members ?? [], new[name]?.members ?? [])
      for member in right.map(\.name) + left.map(\.name).filter({ name in !right.contains { $0.name == name } }) {
        let (was, now) = (left.first { $0.name == member }, right.first { $0.name == member })
        // What stands in the description, but never in the traffic, makes no difference here.
        guard (was?.count, was?.digest) != (now?.count, now?.digest), (was?.count ?? 0) + (now?.count ?? 0) > 0 else {
          continue
        }
        changes.append(MemberChange(type: name, member: member, before: was, after: now))
      }
    }
    return changes
  }

  private static func coverage(_ before: ValidationReport, _ after: ValidationReport) -> [CoverageChange] {
    func index(_ report: ValidationReport) -> [String: Int] {
      Dictionary(report.coverage.points.map { ("\($0.kind.rawValue) \($0.text)", $0.hits) }) { $0 + $1 }
    }
    let (old, new) = (index(before), index(after))
    return Set(old.keys).union(new.keys).sorted().compactMap { point in
      let (was, now) = (old[point], new[point])
      // Of interest is whether, not how often.
      guard was.map({ $0 > 0 }) != now.map({ $0 > 0 }) else { return nil }
      return CoverageChange(point: point, before: was, after: now)
    }
  }
}

extension ReportComparison.Side {
  init(_ report: ValidationReport) {
    let share = report.coverage.total
    self.init(fingerprint: report.fingerprint, totals: report.totals, covered: share.hit, points: share.all)
  }
}

import ParserRuntime

/// Looks for fields that are hardly meant as they are described.
struct HintFinder {
  /// Of fewer values nothing is said.
  private static let minimumCount = 20

  let statistics: TrafficStatistics

  func find(_ findings: inout FindingCollector) {
    for type in statistics.outline.types {
      for member in type.members where !member.isInstance && !member.isConstant {
        let seen = statistics.member(member.name, of: type.name)
        guard seen.count >= Self.minimumCount else { continue }
        for (about, text) in hints(member, seen) {
          findings.add(.hint, type: type.name, member: member.name, about: about, message: text, count: seen.count)
        }
      }
    }
  }

  private func hints(
    _ member: DescriptionOutline.Member, _ seen: MemberStatistics
  ) -> [(about: String, text: String)] {
    guard seen.types.isEmpty else { return [] }
    if seen.distinct.count == 1 {
      // A constraint tells already that it does not vary.
      guard !member.hasConstraint else { return [] }
      if seen.zeros == seen.count { return [("zero", "always zero: reserved, or part of another field?")] }
      let sample = seen.samples.first ?? ""
      return [("constant", "always \(sample): should a constraint say so?")]
    }
    var hints: [(String, String)] = []
    let order = seen.order
    // The side that is zero is the high one in numbers that are small for their width.
    if order.count >= Self.minimumCount {
      let isBig = member.type.hasSuffix("be")
      let (high, low) = isBig ? (order.first, order.last) : (order.last, order.first)
      if high * 10 >= order.count * 9, low * 10 <= order.count {
        hints.append(("order", "values would be much smaller as \(isBig ? "little" : "big")-endian numbers"))
      }
    }
    if let varies = seen.positions.varies, varies.count >= 8, seen.distinct.count >= 8 {
      let fixed = varies.indices.filter { !varies[$0] }
      if fixed.count >= 2, fixed.count < varies.count {
        hints.append(
          ("positions", "\(fixed.count) of its \(varies.count) bytes never vary (\(ranges(fixed))): several fields?"))
      }
    }
    return hints
  }

  private func ranges(_ places: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for place in places {
      if let last = ranges.last, last.upperBound + 1 == place {
        ranges[ranges.count - 1] = last.lowerBound...place
      } else {
        ranges.append(place...place)
      }
    }
    return ranges.prefix(4).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ", ") + (ranges.count > 4 ? ", …" : "")
  }
}

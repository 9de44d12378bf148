import Capture

/// What is printed after an import.
struct ImportReport {
  let summaries: [ImportSummary]
  /// Whether flows were told by what they carry, so that attempts to connect count on any port.
  let detects: Bool

  /// Prints warnings on standard error, and on standard output what each file held.
  func print() {
    for warning in summaries.flatMap(\.warnings) { complain("warning: \(warning)") }
    for summary in summaries where !summary.isOmitted { print(summary) }
  }

  private func print(_ summary: ImportSummary) {
    let decoding = summary.decoding
    let messages = decoding.messages.total
    let rate = summary.seconds > 0 ? Int(Double(messages) / summary.seconds) : 0
    line("\(captureName(summary.file)):")
    line("  packets      \(grouped(summary.packets))\(others(decoding.packets))")
    for (encapsulation, count) in decoding.packets.encapsulations.found {
      line("               \(grouped(count)) came in \(encapsulation.name)")
    }
    if summary.leftOut > 0 {
      line("               \(grouped(summary.leftOut)) more of link types that the filter makes no sense for, left out")
    }
    line("  connections  \(grouped(decoding.flows - decoding.datagramFlows))\(attempts(decoding))")
    if decoding.datagramFlows > 0 { line("  UDP flows    \(grouped(decoding.datagramFlows))") }
    if decoding.candidates > 0 {
      line(
        "  looked at    \(grouped(decoding.candidates)) flows on other ports, of the protocol: \(grouped(decoding.detected))"
      )
    }
    line("  messages     \(grouped(messages)) (\(grouped(rate)) a second)")
    for (name, count) in decoding.messages.byName.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      line("    \(name.padded(to: 20)) \(grouped(count).leftPadded(to: 12))")
    }
    line("  entries of response streams  \(grouped(decoding.responseEntries))")
    line("  rows         \(grouped(summary.rows))")
    line("  issues       \(grouped(decoding.issues))\(decoding.issues > 0 ? " (see the table decode_issue)" : "")")
    line(
      "  lost         \(grouped(Int(decoding.lostBytes))) bytes not in the capture, \(grouped(Int(decoding.skippedBytes))) bytes that are no message"
    )
  }

  private func attempts(_ decoding: DecodingCounts) -> String {
    let attempts = decoding.unansweredAttempts
    let place = detects ? " on any port" : ""
    return attempts > 0 ? ", and \(grouped(attempts)) attempts without an answer\(place)" : ""
  }

  /// What the packets are that carry no segment.
  private func others(_ counts: PacketCounts) -> String {
    let parts = [
      (counts.other, "of other protocols"), (counts.fragments, "parts of fragmented datagrams"),
      (counts.malformed, "malformed"), (counts.tooDeep, "with too many layers"), (counts.encrypted, "encrypted"),
      (counts.badChecksums, "with a wrong checksum, dropped"),
    ].filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
    return parts.isEmpty ? "" : ", of which " + parts.joined(separator: ", ")
  }

  private func line(_ text: String) { Swift.print(text) }
}

import ArgumentParser
import Capture
import Foundation

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hold the protocol's description against captured traffic.",
    discussion: """
      Tells what cannot be parsed, which constraints do not hold, which bytes no field takes, which fields look wrong, and
      how much of the description the traffic has exercised. Exits with status 1 if anything of --fail-on was found.

      --fail-on takes kinds of findings, each with a number if some are to be tolerated, and 'coverage' with a percentage:
      failure, suspect, violation, unlisted, unread, stream, hint, capture; and with --against 'worse', any finding that the
      other report does not have, or has less often. Without it: failure, violation, unlisted and unread.

      EXAMPLES
        \(Program.name) validate monday.pcap tuesday.pcap
        \(Program.name) validate node.pcap --format json --output before.json
        \(Program.name) validate node.pcap --against before.json
        \(Program.name) validate node.pcap --fail-on failure --fail-on hint=3 --fail-on coverage=80
        \(Program.name) validate node.pcap --format html --output report.html
      """)

  @Argument(help: ArgumentHelp("Capture files; '-' is standard input.", valueName: "file"))
  var files: [String]
  @OptionGroup var detection: DetectionOptions
  @Option(help: "text, json or html.")
  var format = ReportFormat.text
  @Option(name: .shortAndLong, help: ArgumentHelp("Write the report to a file.", valueName: "file"))
  var output: String?
  @Flag(help: "List the description with its coverage (text; HTML always does).")
  var annotate = false
  @Option(
    help: ArgumentHelp(
      "What makes the command fail; may be repeated. 'none' for nothing.", valueName: "kind[=number]"))
  var failOn: [Threshold] = []
  @Option(help: ArgumentHelp("Compare with an earlier report (json) of the same traffic.", valueName: "report"))
  var against: String?

  enum ReportFormat: String, ExpressibleByArgument, CaseIterable { case text, json, html }

  func validate() throws {
    if files.isEmpty { throw ValidationError("name at least one capture file") }
  }

  func run() throws {
    let display = ProgressDisplay()
    let before = try against.map { path in try reportingErrors { try ValidationReport(file: path) } }
    let validator = Validator(
      of: Program.specification, options: detection.options, progress: { display.show($0) },
      warn: { complain("warning: \($0)") })
    let report = try reportingErrors { try validator.run(files) }
    display.clear()
    let comparison = before.map { ReportComparison(before: $0, after: report) }
    try write(text(report, comparison))
    var broken = thresholds.compactMap { $0.complaint(report, comparison) }
    // Traffic without a message shows nothing; a green light would be a lie.
    if report.totals.messages == 0, !thresholds.contains(where: \.isNothing) {
      broken.append("there is no message of the protocol in these captures")
    }
    for complaint in broken { complain(complaint) }
    if !broken.isEmpty { throw ExitCode.failure }
  }

  private func text(_ report: ValidationReport, _ comparison: ReportComparison?) throws -> String {
    switch (format, comparison) {
    case (.text, let comparison?): comparison.text
    case (.text, nil): TextReport(report, isAnnotated: annotate).text
    case (.json, let comparison?): try comparison.json
    case (.json, nil): try report.json
    case (.html, _): HTMLReport(report, comparison).text
    }
  }

  private func write(_ text: String) throws {
    guard let output else { return print(text, terminator: "") }
    do throws(FileFailure) {
      // A report that cannot be written leaves the former one.
      try DurableFile.write(Data(text.utf8), to: output)
    } catch {
      complain("\(error)")
      throw ExitCode.failure
    }
  }

  /// What the traffic itself may be blamed for, and mere hints, fail nothing unless that is asked for.
  private var thresholds: [Threshold] {
    guard failOn.isEmpty else { return failOn }
    let usual: [Finding.Kind] = [.failure, .violation, .unlisted, .unread]
    return usual.map { Threshold(subject: .findings($0), number: 0) }
  }
}

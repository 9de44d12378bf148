import ArgumentParser
import Capture

/// What a report must not exceed, or fall short of.
struct Threshold: ExpressibleByArgument {
  enum Subject {
    case findings(Finding.Kind)
    case coverage, worse, nothing
  }

  var subject: Subject
  var number: Double

  var isNothing: Bool { if case .nothing = subject { true } else { false } }

  init(subject: Subject, number: Double) {
    self.subject = subject
    self.number = number
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard let name = parts.first else { return nil }
    let given = parts.count > 1 ? Double(parts[1]) : 0
    guard let given, given >= 0 else { return nil }
    number = given
    if let kind = Finding.Kind(rawValue: name) {
      subject = .findings(kind)
    } else if name == "coverage", parts.count > 1, given <= 100 {
      subject = .coverage
    } else if name == "worse", parts.count == 1 {
      subject = .worse
    } else if name == "none", parts.count == 1 {
      subject = .nothing
    } else {
      return nil
    }
  }

  /// In which way a report fails; nil if it does not.
  func complaint(_ report: ValidationReport, _ comparison: ReportComparison?) -> String? {
    switch subject {
    case .findings(let kind):
      let count = report.findings.filter { $0.kind == kind }.reduce(0) { $0 + $1.count }
      guard Double(count) > number else { return nil }
      return "\(grouped(count)) of kind '\(kind.rawValue)'"
        + (number > 0 ? ", more than the \(Int(number)) that are tolerated" : "")
    case .coverage:
      let percent = report.coverage.total.percent
      return percent < number ? "a coverage of \(Int(percent * 10) / 10) % is less than \(number) %" : nil
    case .worse:
      guard let comparison else { return "--fail-on worse needs --against" }
      return comparison.isWorse ? "worse than the report before" : nil
    case .nothing: return nil
    }
  }
}

/// Whether a flow is of the protocol, where its ports do not tell: whoever takes what it carries finds out.
final class Candidate {
  enum Outcome { case undecided, confirmed, dismissed }

  private(set) var outcome = Outcome.undecided
  /// What is kept of the flow until that is known, in bytes.
  var memory = 0

  /// It is, and what was kept has been handed on.
  func confirm() {
    outcome = .confirmed
    memory = 0
  }

  /// It is not, as far as can be seen: nothing of it is looked at any more, or kept.
  func dismiss() {
    outcome = .dismissed
    memory = 0
  }
}

/// What takes what a flow carries.
protocol FlowConsumer: AnyObject {
  /// nil where the flow is known to be of the protocol.
  var candidate: Candidate? { get }
}

extension FlowConsumer {
  var candidate: Candidate? { nil }
}

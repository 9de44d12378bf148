import ParserRuntime

/// What speaks for a connection's being of the protocol, while it is decoded on trial: messages that hold every
/// constraint, and answers to them, with nothing between them that is none. One is an accident, two are not.
final class Evidence: DecodingObserver {
  private static let convincing = 2
  /// So many entries of an answer that may have no end count as much as a whole one.
  static let convincingEntries = 64

  /// Whether messages of a direction say anything: those that may begin with any bytes do not.
  private let counts: Directions<Bool>
  /// In a row, of each direction; by trial.
  private var found: [Int64: Directions<Int>] = [:]
  /// Entries of the answer that a direction is in; by trial.
  private var entries: [Int64: Directions<Int>] = [:]
  /// Whether a constraint is violated in the unit that is told next.
  private var isViolated = false

  init(counting: Directions<Bool>) { counts = counting }

  func isConvincing(_ trial: Int64) -> Bool {
    guard let found = found[trial] else { return false }
    return found[0] + found[1] >= Self.convincing
  }

  /// Forgets a trial that is over.
  func forget(_ trial: Int64) {
    found[trial] = nil
    entries[trial] = nil
  }

  private func add(_ trial: Int64, _ direction: Int) { found[trial, default: [0, 0]][direction] += 1 }

  private func addEntry(_ trial: Int64, _ direction: Int) {
    entries[trial, default: [0, 0]][direction] += 1
    if entries[trial]?[direction] == Self.convincingEntries { add(trial, direction) }
  }

  private func reset(_ trial: Int64, _ direction: Int) {
    found[trial]?[direction] = 0
    entries[trial]?[direction] = 0
  }

  // MARK: DecodingObserver

  func parsed(_ unit: DecodedUnit) {
    let (trial, direction) = (unit.flow, unit.direction)
    if isViolated {
      isViolated = false
      reset(trial, direction)
    } else if !unit.kind.isMessage {
      addEntry(trial, direction)
    } else if counts[direction] {
      add(trial, direction)
    }
  }

  func violated(_ issue: Issue, _ unit: DecodedUnit) { isViolated = true }

  func ended(_ stream: StreamEnd) {
    let isWhole = stream.remark == nil && stream.entries > 0 && stream.invalidEntries == 0
    if isWhole, stream.entries < Self.convincingEntries { add(stream.flow, stream.direction) }
    entries[stream.flow]?[stream.direction] = 0
  }

  /// Whatever is wrong, what comes behind it does not follow what came before it.
  func reported(_ issue: DecodeIssue) { reset(issue.flow, issue.direction) }

  func failed(_ failure: UnitFailure) { reset(failure.unit.flow, failure.unit.direction) }

  func opened(flow: Int64, _ record: FlowRecord) {}
  func closed(flow: Int64, bytes: Int64) {}
  func resynchronized(flow: Int64, direction: Int, offset: Int64) {}
}

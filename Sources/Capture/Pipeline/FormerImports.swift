/// The files that a database has been made from, by their identity.
struct FormerImports {
  private var completeRuns: [String: Int64] = [:]
  private var partialRuns: [String: Int64] = [:]

  init(_ runs: [FormerRun]) {
    for run in runs {
      switch run.endReason {
      case .endOfFile, .cutOff, .damaged: completeRuns[run.identity] = run.id
      default: partialRuns[run.identity] = run.id
      }
    }
  }

  /// The run that has read all of a file.
  func complete(_ identity: String?) -> Int64? { identity.flatMap { completeRuns[$0] } }

  /// A run that has read a part of a file, where none has read all of it.
  func partial(_ identity: String?) -> Int64? {
    identity.flatMap { completeRuns[$0] == nil ? partialRuns[$0] : nil }
  }

  /// Notes that a run reads a file.
  mutating func note(_ identity: String?, _ run: Int64) {
    if let identity { completeRuns[identity] = run }
  }
}

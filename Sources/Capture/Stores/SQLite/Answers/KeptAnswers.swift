import Synchronization

/// Answers that took long, kept until the database changes: whoever comes back to a page does not wait a second time.
final class KeptAnswers: Sendable {
  /// What was asked, with all that the answer depends on besides the database.
  struct Question: Hashable {
    private let text: String
    private let parameters: QueryParameters
    /// What is made of the statement's rows.
    private let aggregate: Aggregate?
    private let rows: Int?
    private let bytes: Int?

    init(_ text: String, _ parameters: QueryParameters, _ limits: QueryLimits, aggregate: Aggregate? = nil) {
      (self.text, self.parameters, self.aggregate) = (text, parameters, aggregate)
      (rows, bytes) = (limits.rows, limits.bytes)
    }

    /// Bytes of memory, about.
    fileprivate var size: Int { text.utf8.count + parameters.size }
  }

  /// The greatest size of an answer with its question, in bytes.
  static let answerBytes = 1 << 20
  /// The greatest size of all answers with their questions, in bytes.
  static let maximumBytes = 16 << 20
  /// The greatest size of all statements that are known at once to be the description's, in bytes.
  static let statementBytes = 1 << 20

  private struct Kept {
    var answer: RecordedAnswer
    var size: Int
    var lastUse: Int
  }

  private struct State {
    var database: DatabaseState?
    var answers: [Question: Kept] = [:]
    var bytes = 0
    var uses = 0
    var statements: Set<String> = []
    var statementBytes = 0
  }

  private let patience: Duration
  private let state = Mutex(State())

  /// - Parameter patience: what is answered sooner is asked again.
  init(patience: Duration = .milliseconds(50)) { self.patience = patience }

  /// What was kept of an answer, or else what `ask` gives, which is kept if it takes long.
  /// - Parameter database: the state before the question is asked: what is then read is that state, or a later one in which
  ///   nobody looks for this answer. nil where it cannot be told, and nothing is kept.
  func answer(
    to question: Question, in database: DatabaseState?, _ ask: () throws(QueryError) -> any ResultCursor
  ) throws(QueryError) -> any ResultCursor {
    guard let database else { return try ask() }
    if let answer = answer(to: question, in: database) { return AnswerCursor(answer) }
    let start = ContinuousClock.now
    return RecordingCursor(try ask(), maximumSize: Self.answerBytes) { [self] answer in
      if ContinuousClock.now - start >= patience { keep(answer, to: question, in: database) }
    }
  }

  /// The answer to a question in a state of the database, if it was kept.
  func answer(to question: Question, in database: DatabaseState) -> RecordedAnswer? {
    state.withLock { state in
      guard state.database == database, let kept = state.answers[question] else { return nil }
      state.uses += 1
      state.answers[question]?.lastUse = state.uses
      return kept.answer
    }
  }

  /// Keeps an answer instead of those that nobody has asked for longest, and of those of earlier states of the database.
  func keep(_ answer: RecordedAnswer, to question: Question, in database: DatabaseState) {
    let size = answer.size + question.size
    guard size <= Self.answerBytes else { return }
    state.withLock { state in
      // An answer that took long may come behind those of a later state.
      if let current = state.database, database < current { return }
      if state.database != database {
        (state.database, state.answers, state.bytes) = (database, [:], 0)
      }
      state.uses += 1
      let former = state.answers.updateValue(Kept(answer: answer, size: size, lastUse: state.uses), forKey: question)
      state.bytes += size - (former?.size ?? 0)
      while state.bytes > Self.maximumBytes,
        let oldest = state.answers.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.answers[oldest.key] = nil
        state.bytes -= oldest.value.size
      }
    }
  }

  /// Takes note of a statement of the description's. Those of users are not kept: they may ask for the time, or for chance.
  func note(_ statement: String) {
    state.withLock { state in
      guard state.statements.insert(statement).inserted else { return }
      state.statementBytes += statement.utf8.count
      if state.statementBytes > Self.statementBytes {
        (state.statements, state.statementBytes) = ([statement], statement.utf8.count)
      }
    }
  }

  /// Whether a statement is one of the description's.
  func knows(_ statement: String) -> Bool { state.withLock { $0.statements.contains(statement) } }
}

extension QueryParameters {
  /// Bytes of memory, about.
  fileprivate var size: Int {
    switch self {
    case .none: 0
    case .list(let values): values.reduce(0) { $0 + $1.size }
    case .named(let values): values.reduce(0) { $0 + $1.key.utf8.count + $1.value.size }
    }
  }
}

extension QueryValue {
  /// Bytes of memory, about.
  fileprivate var size: Int {
    switch self {
    case .null, .integer, .real: MemoryLayout<QueryValue>.stride
    case .text(let text): MemoryLayout<QueryValue>.stride + text.utf8.count
    case .blob(let bytes): MemoryLayout<QueryValue>.stride + bytes.count
    }
  }
}

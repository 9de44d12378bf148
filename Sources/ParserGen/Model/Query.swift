/// The answer to a question about a declaration: found out when it is first asked for, kept, and the same for everyone.
///
/// Where finding out leads back to the question, whoever asks again is told what is known so far, at first `cycle`; the
/// question is then asked once more with what has been found, so that an answer may depend on itself where a description
/// says enough (a recursive instance with a cast).
final class Query<Answer> {
  private enum State {
    case unasked
    /// By its place among the questions that are being asked.
    case running(Int, Answer?)
    case known(Answer)
  }

  private var state = State.unasked

  /// - Parameters:
  ///   - log: of the model.
  ///   - cycle: what is told where finding out leads back to the question.
  func answer(_ log: QueryLog, cycle: @autoclosure () -> Answer, _ find: () -> Answer) -> Answer {
    switch state {
    case .known(let answer): return answer
    case .running(let place, let soFar):
      log.noteCycle(at: place)
      return soFar ?? cycle()
    case .unasked: return ask(log, find)
    }
  }

  private func ask(_ log: QueryLog, _ find: () -> Answer) -> Answer {
    let (place, mark) = log.begin()
    state = .running(place, nil)
    var found = find()
    if log.wasCyclic(at: place), log.mayRepeat {
      log.undo(to: mark)
      state = .running(place, found)
      found = find()
    }
    state = .known(found)
    log.end { self.state = .unasked }
    return found
  }
}

/// The questions that are being asked, and those answered meanwhile: a question that led back to itself takes back the
/// answers that were found with too little.
final class QueryLog {
  /// Repetitions are bounded: descriptions that need more are wrong in other ways.
  private static let maximumRepetitions = 1000

  private var cyclic: [Bool] = []
  private var answered: [() -> Void] = []
  private var repetitions = 0

  fileprivate var mayRepeat: Bool {
    repetitions += 1
    return repetitions <= Self.maximumRepetitions
  }

  fileprivate func begin() -> (place: Int, mark: Int) {
    cyclic.append(false)
    return (cyclic.count - 1, answered.count)
  }

  fileprivate func noteCycle(at place: Int) { cyclic[place] = true }

  fileprivate func wasCyclic(at place: Int) -> Bool { cyclic[place] }

  fileprivate func undo(to mark: Int) {
    while answered.count > mark { answered.removeLast()() }
  }

  fileprivate func end(undo: @escaping () -> Void) {
    cyclic.removeLast()
    if cyclic.isEmpty { answered = [] } else { answered.append(undo) }
  }
}

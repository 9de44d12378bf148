import ParserRuntime

/// The other one of a request and its answer.
struct Counterpart: Equatable {
  /// The message's row in `message`; of what is watched its number among all messages.
  var message: Int64
  /// From the request to its answer, in µs.
  var delay: Int64
}

/// What a message was found to belong to.
struct Counterparts: Equatable {
  /// What it answers.
  var request: Counterpart?
  /// What answers it, where that was decoded before it.
  var answer: Counterpart?
}

/// Requests and answers that wait for each other, by their keys.
///
/// A key is used for one request at a time, so of several with the same one the latest is answered: its sender has given
/// up the others. That is how clients that have but one key go on after a request without an answer; were the oldest
/// answered, each later answer would be told for the request before its own. Those of the same bytes are one request that
/// is sent again, and it has waited for its answer from the first time on.
///
/// Messages are not always decoded in the order of their times: the first ones of a connection met in its middle are held
/// back, and so are those of a flow of which it is not known yet whether it is of the protocol. So answers wait too.
struct RequestTable<Side: Hashable> {
  private var requests: WaitingMessages<Side>
  private var answers: WaitingMessages<Side>

  /// - Parameters:
  ///   - limit: so many requests wait at the most, and so many answers; of more the oldest are dropped.
  ///   - totals: count those of other flows too.
  init(limit: Int, totals: MatchTotals = MatchTotals()) {
    requests = WaitingMessages(limit: limit, total: totals.requests)
    answers = WaitingMessages(limit: limit, patience: MatchLimits.ofAnswer, total: totals.answers)
  }

  /// How many requests wait.
  var count: Int { requests.count }

  /// Takes a message that has a key.
  /// - Parameters:
  ///   - sender: who says it, and `receiver` to whom.
  mutating func take(
    _ match: Match, _ message: WaitingMessage, from sender: Side, to receiver: Side
  ) -> Counterparts {
    var found = Counterparts()
    if let type = match.answers {
      let place = MatchPlace(sender: receiver, receiver: sender, type: type, key: match.key)
      if let request = requests[place], message.answers(request) {
        requests.remove(place)
        found.request = Counterpart(message: request.id, delay: message.time - request.time)
      } else if match.awaits != type, answers.isFree(place, at: message.time) {
        answers.add(message, at: place)
      }
    }
    // Of a type that answers itself, a message that answers is no request.
    if let type = match.awaits, found.request == nil || match.answers != type {
      let place = MatchPlace(sender: sender, receiver: receiver, type: type, key: match.key)
      if let answer = answers[place], answer.answersLate(message) {
        answers.remove(place)
        found.answer = Counterpart(message: answer.id, delay: answer.time - message.time)
      } else {
        wait(message, at: place)
      }
    }
    return found
  }

  private mutating func wait(_ request: WaitingMessage, at place: MatchPlace<Side>) {
    if let former = requests[place] {
      let isSame =
        former.digest == request.digest && abs(request.time - former.time) <= MatchLimits.repetition
      // Of the same the first counts, of others the last.
      if isSame == (former.time <= request.time) { return }
    }
    requests.add(request, at: place)
  }

  /// Lets nobody wait any more.
  mutating func removeAll() {
    requests.removeAll()
    answers.removeAll()
  }
}

extension WaitingMessage {
  /// Who speaks to itself answers on another flow, or on the way back.
  private func isOnWay(of other: WaitingMessage) -> Bool { flow == other.flow && direction == other.direction }

  /// Whether it may be the answer to a request that was decoded before it. What one flow carries is in its order, whatever
  /// the times of its packets are.
  fileprivate func answers(_ request: WaitingMessage) -> Bool {
    !isOnWay(of: request) && (request.flow == flow || request.time <= time)
  }

  /// Whether it may be the answer to a request that was decoded after it: in a flow whose messages are in their order it
  /// was captured before it.
  fileprivate func answersLate(_ request: WaitingMessage) -> Bool {
    !isOnWay(of: request) && !(isInOrder && flow == request.flow) && request.time <= time
  }
}

/// How many messages wait in all flows of a capture.
struct MatchTotals {
  let requests = WaitingTotal()
  let answers = WaitingTotal()
}

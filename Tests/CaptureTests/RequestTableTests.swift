import ParserRuntime
import Testing

@testable import Capture

/// Requests and answers that wait for each other.
@Suite struct RequestTableTests {
  /// Requests, and what messages there are.
  private struct Table {
    var requests: RequestTable<String>

    /// Whether messages are taken in the order in which they were captured, as those of datagrams are.
    private let isInOrder: Bool

    init(limit: Int = 8, isInOrder: Bool = false) {
      requests = RequestTable(limit: limit)
      self.isInOrder = isInOrder
    }

    /// - Parameters:
    ///   - sides: who says it, and to whom.
    ///   - content: what its bytes are.
    mutating func take(
      _ match: Match, _ message: Int64, _ sides: (String, String), at time: Int64 = 0, flow: Int64 = 1,
      direction: Int = 0, content: Int = 0
    ) -> Counterparts {
      let message = WaitingMessage(
        id: message, time: time, flow: flow, direction: direction, isInOrder: isInOrder, digest: content)
      return requests.take(match, message, from: sides.0, to: sides.1)
    }

    /// - Returns: What has answered it before.
    @discardableResult
    mutating func ask(
      _ key: Int64, _ message: Int64, _ type: Int = 0, at time: Int64 = 0, flow: Int64 = 1, content: Int = 0
    ) -> Counterpart? {
      let match = Match(.integer(key), awaits: type)
      let found = take(match, message, ("a", "b"), at: time, flow: flow, content: content)
      #expect(found.request == nil)
      return found.answer
    }

    /// - Returns: What it answers.
    mutating func answer(
      _ key: Int64, _ message: Int64 = 0, _ type: Int = 0, at time: Int64 = 0, flow: Int64 = 1
    ) -> Counterpart? {
      let found = take(Match(.integer(key), answers: type), message, ("b", "a"), at: time, flow: flow, direction: 1)
      #expect(found.answer == nil)
      return found.request
    }
  }

  @Test func `as many wait as may, and of one more the oldest goes`() {
    let limit = 1024
    for surplus in [0, 1, 3] {
      var table = Table(limit: limit)
      for key in 0..<limit + surplus { table.ask(Int64(key), Int64(key)) }
      for key in 0..<limit + surplus {
        let found = table.answer(Int64(key))?.message
        #expect(found == (key >= surplus ? Int64(key) : nil), "\(key) of \(limit + surplus)")
      }
    }
  }

  @Test func `while too many wait in all flows, the latest waits in each`() {
    for (others, waiting) in [(MatchLimits.ofAll - 1, 3), (MatchLimits.ofAll, 1)] {
      let totals = MatchTotals()
      totals.requests.count = others
      var table = Table()
      table.requests = RequestTable(limit: 8, totals: totals)
      for key in 0..<Int64(3) { table.ask(key, key) }
      #expect(table.requests.count == waiting && totals.requests.count == others + waiting)
      // The latest is answered, and the room that it took is free again.
      #expect(table.answer(2)?.message == 2)
      #expect(totals.requests.count == others + waiting - 1)
    }
  }

  @Test func `requests and answers of a flow that is over wait no more`() {
    let all = UnansweredRequests(.flow)
    for flow in 0..<3 {
      let record = FlowRecord(
        run: 1, transport: .udp, initiator: Self.endpoint, responder: Self.endpoint, opened: 0)
      var exchange = Capture.Exchange(of: record, among: all)
      for message in 0..<Int64(5) {
        let envelope = Envelope(flow: Int64(flow), direction: 0, time: 0, streamOffset: 0)
        let match = Match(.integer(message), answers: 1, awaits: 0)
        #expect(exchange.take(match, message: message, envelope, Self.noBytes) == Counterparts())
      }
      #expect(all.totals.requests.count == 5 && all.totals.answers.count == 5)
    }
    #expect(all.totals.requests.count == 0 && all.totals.answers.count == 0)
  }

  private static var noBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  private static let endpoint = Endpoint(
    address: ([127, 0, 0, 1] as [UInt8]).withUnsafeBytes { IPAddress(v4: $0.baseAddress.unsafelyUnwrapped) }, port: 1)

  @Test func `answered requests take no room`() {
    var table = Table()
    table.ask(-1, -1)
    for key in 0..<Int64(100) {
      table.ask(key, key, at: key)
      #expect(table.answer(key, at: key + 7) == Counterpart(message: key, delay: 7))
    }
    #expect(table.answer(-1)?.message == -1)
  }

  @Test func `a request that comes again is the same for a while, and new after it`() {
    for (wait, first) in [(0, 1), (MatchLimits.repetition, 1), (MatchLimits.repetition + 1, 2)] as [(Int64, Int64)] {
      var table = Table()
      table.ask(5, 1, at: 10)
      table.ask(5, 2, at: 10 + wait)
      let found = table.answer(5, at: 20 + wait)
      #expect(found == Counterpart(message: first, delay: first == 1 ? 10 + wait : 10), "\(wait)")
      #expect(table.answer(5, at: 30 + wait) == nil)
    }
  }

  @Test func `of several requests of one key the latest is answered`() {
    var table = Table()
    table.ask(5, 1, at: 10, content: 1)
    table.ask(5, 2, at: 20, content: 2)
    table.ask(5, 3, at: 30, content: 3)
    table.ask(5, 4, at: 35, content: 3)
    #expect(table.answer(5, at: 40) == Counterpart(message: 3, delay: 10))
    #expect(table.answer(5, at: 41) == nil)
    // What is decoded late is not the latest.
    table.ask(6, 5, at: 60, content: 5)
    table.ask(6, 6, at: 50, content: 6)
    table.ask(7, 7, at: 60, content: 7)
    table.ask(7, 8, at: 50, content: 7)
    #expect(table.answer(6, at: 70)?.message == 5)
    #expect(table.answer(7, at: 70) == Counterpart(message: 8, delay: 20))
  }

  // MARK: Messages that are decoded late

  @Test func `an answer waits for a request that is decoded after it and was before it`() {
    for (asked, delay) in [(9, 1), (10, 0), (11, nil)] as [(Int64, Int64?)] {
      var table = Table()
      #expect(table.answer(5, 1, at: 10) == nil)
      #expect(table.answer(5, 2, at: 12) == nil)
      #expect(table.ask(6, 3, at: 1) == nil)
      let found = table.ask(5, 4, at: asked, flow: 2)
      #expect(found == delay.map { Counterpart(message: 1, delay: $0) })
      // It waits no more, and neither does its answer.
      #expect(table.ask(5, 5, at: asked) == nil)
      #expect(table.answer(5, 6, at: 20)?.message == (delay == nil ? 4 : 5))
    }
  }

  @Test func `an answer of another flow is not before its request`() {
    for (answered, flow, isAnswer) in [(20, 2, true), (19, 2, false), (19, 1, true)] as [(Int64, Int64, Bool)] {
      var table = Table()
      table.ask(5, 1, at: 20)
      #expect(table.answer(5, 2, at: answered, flow: flow)?.delay == (isAnswer ? answered - 20 : nil))
    }
  }

  @Test func `answers wait for a time, and as many as may`() {
    for (wait, isThere) in [(MatchLimits.ofAnswer, true), (MatchLimits.ofAnswer + 1, false)] {
      var table = Table()
      _ = table.answer(1, 1, at: 10)
      _ = table.answer(2, 2, at: 10 + wait)
      #expect(table.ask(1, 3, at: 5)?.message == (isThere ? 1 : nil))
      #expect(table.ask(2, 4, at: 5)?.message == 2)
    }
    var table = Table(limit: 4)
    for key in 0..<Int64(5) { _ = table.answer(key, key, at: 9) }
    #expect((0..<Int64(5)).map { table.ask($0, 10, at: 9)?.message } == [nil, 1, 2, 3, 4])
  }

  @Test func `a message that may be a request waits for its answer, and is none`() {
    var table = Table()
    let both = Match(.integer(1), answers: 0, awaits: 0)
    #expect(table.take(both, 1, ("b", "a"), at: 10, direction: 1) == Counterparts())
    #expect(table.take(both, 2, ("a", "b"), at: 5, flow: 2) == Counterparts())
  }

  @Test func `a request that replaced a former one is as old as itself`() {
    var table = Table(limit: 4)
    let late = MatchLimits.repetition + 1
    for key in 0..<Int64(4) { table.ask(key, key) }
    table.ask(0, 50, at: late)
    table.ask(4, 51, at: late)
    #expect(table.answer(0, at: late)?.message == 50)
    #expect(table.answer(1, at: late) == nil, "the oldest")
    #expect(table.answer(2, at: late)?.message == 2)
  }

  @Test func `a message may answer, and wait for an answer of another type`() {
    var table = Table()
    table.ask(1, 1, 1)
    let answer = Match(.integer(1), answers: 1, awaits: 2)
    let both = table.take(answer, 2, ("b", "a"), at: 3, direction: 1)
    #expect(both == Counterparts(request: Counterpart(message: 1, delay: 3)))
    let last = table.take(Match(.integer(1), answers: 2), 3, ("a", "b"), at: 5)
    #expect(last == Counterparts(request: Counterpart(message: 2, delay: 2)))
    // The last before the one in the middle.
    table.ask(1, 4, 1, at: 10)
    #expect(table.take(Match(.integer(1), answers: 2), 6, ("a", "b"), at: 30) == Counterparts())
    #expect(
      table.take(answer, 5, ("b", "a"), at: 20, direction: 1)
        == Counterparts(request: Counterpart(message: 4, delay: 10), answer: Counterpart(message: 6, delay: 10)))
  }

  @Test func `an answer comes from the side that was asked`() {
    for (sides, isAnswer) in [(("b", "a"), true), (("a", "b"), false), (("c", "a"), false), (("b", "c"), false)] {
      var table = Table()
      table.ask(1, 1)
      let found = table.take(Match(.integer(1), answers: 0), 2, sides, flow: 2)
      #expect((found.request != nil) == isAnswer, "\(sides)")
    }
  }

  @Test func `a host that asks itself is answered in another flow, or in the other direction`() {
    let both = Match(.integer(1), answers: 0, awaits: 0)
    for (flow, direction, isAnswer) in [(1, 0, false), (1, 1, true), (2, 0, true)] as [(Int64, Int, Bool)] {
      var table = Table()
      #expect(table.take(both, 1, ("a", "a")) == Counterparts())
      let found = table.take(both, 2, ("a", "a"), flow: flow, direction: direction)
      #expect(found.request?.message == (isAnswer ? 1 : nil), "\(flow) \(direction)")
    }
  }

  @Test func `an answer to nothing is none of the next request in the order of a flow`() {
    for (isInOrder, flow, found) in [(true, 1, nil), (true, 2, 1), (false, 1, 1)] as [(Bool, Int64, Int64?)] {
      var table = Table(isInOrder: isInOrder)
      #expect(table.answer(1, 1, at: 5, flow: flow) == nil)
      #expect(table.ask(1, 2, at: 5)?.message == found, "\(isInOrder) \(flow)")
    }
  }

  @Test func `an answer to nothing does not keep its key from later ones`() {
    for (patience, found) in [(MatchLimits.ofAnswer, nil), (MatchLimits.ofAnswer + 1, 2)] as [(Int64, Int64?)] {
      var table = Table()
      _ = table.answer(1, 1, at: 0, flow: 2)
      _ = table.answer(1, 2, at: patience, flow: 2)
      #expect(table.ask(1, 3, at: patience)?.message == found)
    }
  }

  @Test func `one that waits keeps nothing of those that were answered after it`() {
    var waiting = WaitingMessages<Int>(limit: 1024, total: WaitingTotal())
    func place(_ key: Int64) -> MatchPlace<Int> { MatchPlace(sender: 0, receiver: 1, type: 0, key: .integer(key)) }
    for key in 0..<Int64(10_000) {
      waiting.add(WaitingMessage(id: key, time: key, flow: 1, direction: 0), at: place(key))
      if key > 0 { waiting.remove(place(key)) }
      #expect(waiting.rememberedCount <= 33)
    }
    #expect(waiting.count == 1)
  }
}

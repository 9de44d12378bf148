import ParserRuntime
import Testing

@testable import Capture

/// Requests that wait for their answers.
@Suite struct WaitingRequestsTests {
  /// Requests, and what messages there are.
  private struct Table {
    var requests: WaitingRequests<String>

    init(limit: Int = 8) { requests = WaitingRequests(limit: limit) }

    /// - Parameter sides: who says it, and to whom.
    mutating func take(
      _ match: Match, _ message: Int64, _ sides: (String, String), at time: Int64 = 0, flow: Int64 = 1,
      direction: Int = 0
    ) -> AnsweredRequest? {
      let envelope = Envelope(flow: flow, direction: direction, time: time, streamOffset: 0)
      return requests.take(match, message: message, envelope, from: sides.0, to: sides.1)
    }

    mutating func ask(_ key: Int64, _ message: Int64, _ type: Int = 0, at time: Int64 = 0) {
      #expect(take(Match(.integer(key), awaits: type), message, ("a", "b"), at: time) == nil)
    }

    mutating func answer(_ key: Int64, _ type: Int = 0, at time: Int64 = 0) -> AnsweredRequest? {
      take(Match(.integer(key), answers: type), 0, ("b", "a"), at: time, direction: 1)
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
      let total = WaitingTotal()
      total.count = others
      var table = Table()
      table.requests = WaitingRequests(limit: 8, total: total)
      for key in 0..<Int64(3) { table.ask(key, key) }
      #expect(table.requests.count == waiting && total.count == others + waiting)
      // The latest is answered, and the room that it took is free again.
      #expect(table.answer(2)?.message == 2)
      #expect(total.count == others + waiting - 1)
    }
  }

  @Test func `requests of a flow that is over wait no more`() {
    let all = CaptureRequests(.flow)
    for flow in 0..<3 {
      let record = FlowRecord(
        run: 1, transport: .udp, initiator: Self.endpoint, responder: Self.endpoint, opened: 0)
      var exchange = Capture.Exchange(of: record, among: all)
      for message in 0..<Int64(5) {
        let envelope = Envelope(flow: Int64(flow), direction: 0, time: 0, streamOffset: 0)
        #expect(exchange.take(Match(.integer(message), awaits: 0), message: message, envelope) == nil)
      }
      #expect(all.total.count == 5)
    }
    #expect(all.total.count == 0)
  }

  private static let endpoint = Endpoint(
    address: ([127, 0, 0, 1] as [UInt8]).withUnsafeBytes { IPAddress(v4: $0.baseAddress.unsafelyUnwrapped) }, port: 1)

  @Test func `answered requests take no room`() {
    var table = Table()
    table.ask(-1, -1)
    for key in 0..<Int64(100) {
      table.ask(key, key, at: key)
      #expect(table.answer(key, at: key + 7) == AnsweredRequest(message: key, delay: 7))
    }
    #expect(table.answer(-1)?.message == -1)
  }

  @Test func `a request that comes again is the same for a while, and new after it`() {
    for (wait, first) in [(0, 1), (MatchLimits.repetition, 1), (MatchLimits.repetition + 1, 2)] as [(Int64, Int64)] {
      var table = Table()
      table.ask(5, 1, at: 10)
      table.ask(5, 2, at: 10 + wait)
      let found = table.answer(5, at: 20 + wait)
      #expect(found == AnsweredRequest(message: first, delay: first == 1 ? 10 + wait : 10), "\(wait)")
      #expect(table.answer(5, at: 30 + wait) == nil)
    }
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
    let both = table.take(Match(.integer(1), answers: 1, awaits: 2), 2, ("b", "a"), at: 3, direction: 1)
    #expect(both == AnsweredRequest(message: 1, delay: 3))
    let last = table.take(Match(.integer(1), answers: 2), 3, ("a", "b"), at: 5)
    #expect(last == AnsweredRequest(message: 2, delay: 2))
  }

  @Test func `an answer comes from the side that was asked`() {
    for (sides, isAnswer) in [(("b", "a"), true), (("a", "b"), false), (("c", "a"), false), (("b", "c"), false)] {
      var table = Table()
      table.ask(1, 1)
      let found = table.take(Match(.integer(1), answers: 0), 2, sides, flow: 2)
      #expect((found != nil) == isAnswer, "\(sides)")
    }
  }

  @Test func `a host that asks itself is answered in another flow, or in the other direction`() {
    let both = Match(.integer(1), answers: 0, awaits: 0)
    for (flow, direction, isAnswer) in [(1, 0, false), (1, 1, true), (2, 0, true)] as [(Int64, Int, Bool)] {
      var table = Table()
      #expect(table.take(both, 1, ("a", "a")) == nil)
      let found = table.take(both, 2, ("a", "a"), flow: flow, direction: direction)
      #expect(found?.message == (isAnswer ? 1 : nil), "\(flow) \(direction)")
    }
  }
}

import ParserRuntime
import Testing

@testable import Capture

private typealias Packet = Connection.Packet

/// Sides that speak different types, which depend on what was said before.
@Suite struct DialogueTests {
  private let hello = Array("HI".utf8) + [1]
  private let wideHello = Array("HI".utf8) + [2]
  private let welcome = Array("YO".utf8)

  private func order(_ number: UInt8, _ body: [UInt8] = [5]) -> [UInt8] {
    [0x4F, 0, number, 1, UInt8(body.count)] + body
  }
  private func wideOrder(_ number: UInt8) -> [UInt8] { [0x57, 0, 0, 0, number, 3, 1, 0, 9] }
  private func reply(_ number: UInt8, _ text: String = "ok") -> [UInt8] {
    [0x52, 0, number, UInt8(text.utf8.count)] + Array(text.utf8) + [7]
  }

  /// What one side says, when it had so much of the other's.
  private func said(_ direction: Int, _ offset: Int, _ bytes: [UInt8], after acknowledged: Int) -> Packet {
    Packet(direction: direction, offset: offset, bytes: bytes, acknowledged: acknowledged)
  }

  private func run(_ packets: [Packet], isWhole: Bool = true) -> DecodingRun {
    DecodingRun((isWhole ? Connection.handshake : []) + packets, as: DialogueSpecification.self)
  }

  /// Messages and issues in the order of their texts.
  private func messages(_ run: DecodingRun) -> [String] { run.rows.filter { $0.hasPrefix("message:") } }
  private func issues(_ run: DecodingRun) -> [String] { run.rows.filter { $0.hasPrefix("engine 2") } }

  // MARK: What the description says

  @Test func `kinds and tables are those of all types that are spoken`() {
    let info = DialogueSpecification.info
    #expect(
      info.messageKinds == [
        "narrow_hello", "wide_hello", "hello", "welcome", "read", "write", "raw_bytes", "reply", "wide_order",
      ])
    #expect(info.tables.map(\.name) == ["message", "read", "write"])
    // The part of a wide order is of one type, so it belongs to the message's row.
    #expect(
      info.tables[0].columnNames.dropFirst(8) == [
        "level", "number", "kind", "len_body", "body", "len_text", "rest", "sum", "num_values", "values",
        "values_count",
      ])
    #expect(
      DialogueSpecification.states.map { [$0.name, "\($0.initiator)", "\($0.responder)"] } == [
        ["greeting", "DialogueSpecification", "WelcomeFormat"], ["narrow", "OrderFormat", "ReplyFormat"],
        ["wide", "WideOrderFormat", "ReplyFormat"],
      ])
  }

  // MARK: States

  @Test func `each side speaks its types, and what is said decides about what follows`() {
    for (first, then) in [(hello, order(1)), (wideHello, wideOrder(1))] {
      let run = run([
        said(0, 0, first + then, after: 0), said(1, 0, welcome, after: 0),
        said(1, 2, reply(1) + reply(2), after: first.count + then.count),
      ])
      #expect(messages(run).count == 5, "\(run.rows)")
      #expect(issues(run).isEmpty, "\(run.rows)")
    }
  }

  @Test func `the peer goes on as before until it has had what changes the state`() {
    // It says its welcome twice before it has the greeting, in one segment and cut in the middle of the second.
    for cut in [4, 3] {
      let all = welcome + welcome
      let run = run([
        said(0, 0, hello, after: 0), said(1, 0, Array(all[..<cut]), after: 0),
        said(1, cut, Array(all[cut...]) + reply(1), after: cut == 4 ? 3 : 2), said(0, 3, order(1), after: 4),
        said(1, 4 + 7, reply(2), after: 3 + 6),
      ])
      // What comes with the end of a welcome was sent before the greeting was there.
      #expect(messages(run).count == (cut == 4 ? 6 : 5), "\(cut): \(run.rows)")
    }
  }

  @Test func `a connection met in its middle is in the last state in which its first message can be parsed`() {
    let wide = run([said(0, 100, wideOrder(1), after: 50), said(1, 50, reply(1), after: 109)], isWhole: false)
    #expect(messages(wide).count == 2 && issues(wide).isEmpty, "\(wide.rows)")
    let narrow = run(
      [
        said(0, 100, order(1), after: 50), said(1, 50, reply(1), after: 106), said(0, 106, order(2), after: 57),
      ], isWhole: false)
    #expect(messages(narrow).count == 3 && issues(narrow).isEmpty, "\(narrow.rows)")
    // The handshake alone is missing.
    let whole = run(
      [said(0, 0, hello, after: 0), said(1, 0, welcome, after: 0), said(0, 3, order(1), after: 2)], isWhole: false)
    #expect(messages(whole).contains { $0.hasPrefix("message: 0 0 3") }, "\(whole.rows)")
    #expect(messages(whole).count == 3 && issues(whole).isEmpty, "\(whole.rows)")
    // A message is cut, so that it must be looked for.
    let searched = run(
      [said(0, 100, Array(order(1)[3...]) + order(2) + order(3), after: 50)], isWhole: false)
    #expect(messages(searched).count == 2 && issues(searched).count == 1, "\(searched.rows)")
  }

  @Test func `a message that is missing may have changed the state`() {
    let run = run([
      said(1, 0, welcome, after: 3), said(0, 3, order(1) + order(2), after: 2), said(1, 2, reply(1), after: 15),
    ])
    #expect(messages(run).count == 4, "\(run.rows)")
    #expect(issues(run).count == 1, "the gap: \(run.rows)")
  }

  @Test func `a message that is found in a search is confirmed by one of the state that it calls for`() {
    // What comes before the greeting is none; behind it comes another type.
    let noise: [UInt8] = [1, 2, 3]
    let run = run([said(0, 0, noise + hello + order(1) + order(2), after: 0)])
    #expect(messages(run).count == 3, "\(run.rows)")
    #expect(issues(run).count == 1 && issues(run)[0].contains("\"0\", \"3\""), "\(run.rows)")
  }

  @Test func `a gap in a later message leaves the state as it is`() {
    let orders = order(1) + order(2) + order(3)
    let run = run([said(0, 0, hello + Array(orders[..<8]), after: 0), said(0, 3 + 10, Array(orders[10...]), after: 0)])
    #expect(messages(run).count == 3, "\(run.rows)")
  }

  // MARK: Lengths

  /// Decodes one side's bytes in pieces.
  private func decode(_ bytes: [UInt8], every size: Int) -> DecodingRun {
    let start = hello.count
    return run(
      [said(0, 0, hello, after: 0)]
        + stride(from: 0, to: bytes.count, by: size).map { place in
          let piece = Array(bytes[place..<min(bytes.count, place + size)])
          return said(0, start + place, piece, after: 0)
        })
  }

  @Test func `a message that cannot be parsed costs its own bytes, wherever segments end`() {
    // Too many values for the part, a count that decides about them and is too high, and a kind that is not described
    // with what looks like a message in it.
    let broken: [([UInt8], fails: Bool)] = [
      ([0x4F, 0, 2, 2, 3, 2, 0, 1], true), ([0x4F, 0, 2, 2, 11, 5] + [UInt8](repeating: 0, count: 10), true),
      ([0x4F, 0, 2, 9, 6] + order(8), false), ([0x4F, 0, 2, 2, 7, 4] + order(8), true),
    ]
    for (message, fails) in broken {
      let bytes = order(1) + message + order(3)
      for size in 1...bytes.count {
        let run = decode(bytes, every: size)
        #expect(messages(run).count == (fails ? 3 : 4), "\(message) by \(size): \(run.rows)")
        let issues = issues(run)
        #expect(issues.count == 1, "\(message) by \(size): \(run.rows)")
        // Its place and length are those of the message, or of the kind that it has.
        let place = fails ? "\"9\", \"\(message.count)\"" : "\"12\", \"1\""
        #expect(issues.first?.contains(place) == true, "\(message) by \(size): \(issues)")
        #expect(run.bytes[0].skipped == Int64(fails ? message.count : 0))
      }
    }
  }

  @Test func `a message that cannot be parsed is not left before all of it is there`() {
    // Its text is wrong, and a message of its own; the byte behind it looks as if another began there.
    let broken = [0x52, 0, 2, 7] + reply(8) + [0x52]
    let bytes = reply(1) + broken + reply(3)
    for size in 1...bytes.count {
      let run = run(
        [said(0, 0, hello, after: 0), said(1, 0, welcome, after: 0)]
          + stride(from: 0, to: bytes.count, by: size).map { place in
            said(1, 2 + place, Array(bytes[place..<min(bytes.count, place + size)]), after: hello.count)
          })
      #expect(messages(run).count == 4, "by \(size): \(run.rows)")
      let issues = issues(run)
      #expect(issues.count == 1 && issues[0].contains("\"9\", \"\(broken.count)\""), "by \(size): \(issues)")
    }
  }

  @Test func `a length that the message violates, or that is not all there, is not relied on`() {
    // The head itself is wrong: the next message is looked for.
    let start = hello.count
    func answers(_ bytes: [UInt8]) -> DecodingRun {
      run([said(0, 0, hello, after: 0), said(1, 0, welcome, after: 0), said(1, 2, bytes, after: start)])
    }
    let tooLong = answers([0x52, 0, 1, 17] + Array("no".utf8) + reply(2) + reply(3))
    #expect(messages(tooLong).count == 4 && issues(tooLong).count == 1, "\(tooLong.rows)")
    #expect(issues(tooLong)[0].contains("\"2\", \"6\""), "\(issues(tooLong))")
    // What is behind the part counts too.
    let wrong = answers(reply(1) + reply(2, "no, never") + reply(3))
    #expect(messages(wrong).count == 4 && issues(wrong)[0].contains("\"9\", \"14\""), "\(wrong.rows)")
    // The connection ends before the message does.
    let cut = answers(reply(1) + Array(reply(2, "no, never")[..<8]))
    #expect(messages(cut).count == 3 && issues(cut).count == 1, "\(cut.rows)")
    #expect(issues(cut)[0].contains("\"9\", \"8\""), "\(issues(cut))")
  }

  @Test func `behind a gap in a message that tells its length the next one is found without a search`() {
    let bytes = order(1) + [0x4F, 0, 2, 2, 20] + [UInt8](repeating: 0x4F, count: 20) + order(3)
    let start = hello.count
    let run = run([
      said(0, 0, hello + Array(bytes[..<14]), after: 0), said(0, start + 20, Array(bytes[20...]), after: 0),
    ])
    #expect(messages(run).count == 3, "\(run.rows)")
    let kinds = issues(run)
    #expect(kinds.count == 3 && !kinds.contains { $0.contains("after gap") }, "\(kinds)")
  }

  // MARK: Fields of stored messages

  @Test func `a stored message is shown as what its side says`() {
    let tracer = MessageTracer(DialogueSpecification.self)
    for (bytes, direction, type) in [
      (hello, 0, "hello"), (order(1), 0, "order"), (wideOrder(1), 0, "wide_order"), (welcome, 1, "welcome"),
      (reply(1), 1, "reply"),
    ] {
      let (fields, issues, error) = tracer.fields(of: bytes, direction: direction, from: .tcp)
      #expect(fields.nodes.first?.type == type && issues.isEmpty && error == nil)
    }
    // What is none of them is shown as far as the first goes.
    #expect(tracer.fields(of: [0x4F, 0], direction: 0, from: .tcp).error != nil)
  }

  @Test func `bytes that could be said in two states are shown as what was stored of them`() {
    let tracer = MessageTracer(ModesSpecification.self)
    func type(_ row: [String: QueryValue]) -> String? {
      tracer.fields(of: [1, 2], direction: 1, from: .tcp, storedAs: row).fields.nodes.first?.type
    }
    // As stores have it: all columns, those of the other state NULL, or 0.
    for missing in [QueryValue.null, .integer(0)] {
      #expect(type(["length": .integer(2), "first": .integer(1), "second": .integer(2), "number": missing]) == "pair")
      #expect(type(["length": .integer(2), "first": missing, "second": missing, "number": .integer(0x0102)]) == "word")
    }
    #expect(type([:]) == "pair")
  }
}

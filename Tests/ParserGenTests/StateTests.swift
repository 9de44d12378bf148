import Foundation
import Testing

@testable import ParserGen

/// What is generated of a description whose sides speak different types.
@Suite struct StateTests {
  /// `sides.ksy`, whose parser is a reference text.
  private let result: Generator.Result
  private let specification: String

  init() throws {
    let path = ReferenceTests.messages.appending(path: "sides.ksy").path
    result = Generator(read: { FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) } })
      .generate(path)
    specification = try #require(result.files.last?.text)
  }

  /// The lines of a block, without their indentation.
  private func block(_ first: String) throws -> [String] {
    let lines = specification.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.contains(first) }, "\(first)")
    let indentation = lines[start].prefix { $0 == " " }
    let end = try #require(
      lines[start...].dropFirst().firstIndex { $0.hasPrefix(indentation + "}") || $0.hasPrefix(indentation + "]") })
    return lines[start...end].map { String($0.drop { $0 == " " }) }
  }

  @Test func `the specification says who speaks what, and is the first format itself`() throws {
    #expect(
      try block("static let states") == [
        "public static let states: [ConnectionState] = [",
        #"ConnectionState("opening", initiator: SidesSpecification.self, responder: SidesFormat.self),"#,
        #"ConnectionState("open", initiator: FrameFormat.self, responder: ReplyFormat.self),"#,
        "]",
      ])
    #expect(
      try block("public static func parse<Trace: ParseTrace>(").contains(
        "let message = try Sides.Greeting(from: &reader, trace: &trace)"))
    let formats = specification.split(separator: "\n").filter { $0.contains(": MessageFormat {") }
    #expect(formats.map { $0.split(separator: " ")[2] } == ["SidesFormat:", "FrameFormat:", "ReplyFormat:"])
  }

  @Test func `kinds are numbered over all types, and columns of one name are one`() throws {
    #expect(specification.contains(#"messageKinds: ["greeting", "sides", "say", "stop", "raw_bytes", "reply"]"#))
    #expect(
      try block("enum FrameFormat").contains("case 1: 2")
        && (try block("enum ReplyFormat")).contains("public static func kind(of message: Sides.Reply) -> Int {"))
    let tables = specification.components(separatedBy: "SpecificationInfo.Table(")
    let message = try #require(tables.first { $0.contains("\"message\", doc") })
    let columns = message.components(separatedBy: "SpecificationInfo.Column(\"").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
    #expect(columns.dropFirst(8) == ["level", "refusal", "kind", "len_all", "body", "sum", "len_text", "text"])
  }

  @Test func `a message that changes the state says so`() throws {
    #expect(try block("responses(").contains("return .streams(answer: nil, continuation: nil, then: state)"))
    let frame = try block("enum FrameFormat")
    #expect(frame.contains("if case .stop = message.body {") && frame.contains("state = 0"), "\(frame)")
    #expect(!(try block("enum ReplyFormat")).contains("state ="))
  }

  @Test func `a type with a sized part between fields of known sizes tells its length`() throws {
    #expect(try block("enum FrameFormat").contains { $0.contains("Sides.Frame._frameLength") })
    #expect(try block("enum ReplyFormat").contains { $0.contains("Sides.Reply._frameLength") })
    #expect(!(try block("enum SidesFormat")).contains { $0.contains("frameLength") })
  }

  /// Whether a message of these fields tells its length.
  private func isFrame(_ fields: String) -> Bool {
    let result = compile("meta: {id: a, endian: be, -stream: {ports: [1]}}\nseq:\n\(fields)")
    #expect(!result.diagnostics.contains { $0.severity == .error }, "\(result.diagnostics)")
    return result.files.last?.text.contains("frameLength") == true
  }

  @Test func `what is behind the last sized part must be of a known size, and the size known before it`() {
    let length = "  - {id: length, type: u1}\n"
    #expect(isFrame(length + "  - {id: body, size: length}\n"))
    #expect(isFrame(length + "  - {id: body, size: length}\n  - {id: end, type: u4}\n"))
    #expect(isFrame(length + "  - {id: name, size: length}\n  - {id: body, size: length * 2}\n"))
    #expect(!isFrame(length + "  - {id: body, size: length}\n  - {id: end, type: u4, if: length > 1}\n"))
    #expect(
      !isFrame(length + "  - {id: body, size: length}\n  - {id: end, type: u1, repeat: until, repeat-until: _ == 0}\n"))
    #expect(!isFrame(length + "  - {id: body, size: length, if: length > 1}\n"))
    #expect(!isFrame(length + "  - {id: body, size: length, repeat: expr, repeat-expr: 2}\n"))
    #expect(!isFrame(length + "  - {id: body, size: _io.size - length}\n"))
    #expect(!isFrame(length + "  - {id: body, size: 4}\n"))
    #expect(!isFrame(length + "  - {id: body, size-eos: true}\n"))
  }

  @Test func `a difference of what the sides speak is told`() throws {
    let before =
      "meta: {id: a, -stream: {ports: [1]}}\nseq: [{id: x, type: u1}]\ntypes: {b: {seq: [{id: x, type: u1}]}}\n"
    let after = before.replacing("ports: [1]", with: "ports: [1], responder: b")
    let generator = Generator { $0 == "before" ? before : after }
    let comparison = try #require(generator.compare("before", "after").0)
    #expect("\(comparison)".contains("responder"), "\(comparison)")
    #expect(
      generator.reference("after", isHTML: false).text.contains("who connects sends a, the other side b"))
  }
}

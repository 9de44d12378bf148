import Foundation
import Testing

/// The dissector that `parsergen wireshark` writes, in the stock tshark, against nanocap on the same captures.
@Suite struct WiresharkTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func dissector(_ description: String) throws -> String {
    let path = folder.path(UUID().uuidString + ".lua")
    let spec = Place.root.appending(path: description)
    let outcome = try run(
      Place.programs.appending(path: "parsergen"),
      ["wireshark", spec.path, "--import-path", spec.deletingLastPathComponent().path, "--output", path])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return path
  }

  private func tshark(_ dissector: String, _ arguments: String...) throws -> String {
    try tshark(dissector, arguments)
  }

  private func tshark(_ dissector: String, _ arguments: [String]) throws -> String {
    let outcome = try run(
      URL(filePath: "/usr/bin/env"), ["tshark", "-X", "lua_script:\(dissector)"] + arguments)
    try #require(outcome.status == 0 && !outcome.errors.contains("Lua: Error"), "\(outcome.errors)")
    return outcome.output
  }

  /// A field: `type.field` and the bytes in hex; of an instance the value.
  private struct Leaf: Equatable {
    var name: String
    var value: String
  }

  // MARK: The same as nanocap

  @Test(arguments: captures())
  func `messages and values are the same as nanocap's`(_ file: String) throws {
    let capture = try CaptureFile.unpacked(file, into: folder)
    let pdml = try tshark(dissector("protocol/nano.ksy"), "-r", capture, "-T", "pdml", "-J", "nano_ksy")
    let shown = shownByTshark(pdml)
    let own = try decoded(capture)
    #expect(shown.count == own.count && !own.isEmpty)
    let difference = zip(shown, own).enumerated().first { $1.0 != $1.1 }
    if let (index, (left, right)) = difference {
      let leaf = zip(left, right).first { $0 != $1 }
      Issue.record("unit \(index) differs: \(leaf.map { "\($0)" } ?? "\(left.count) and \(right.count) fields")")
    }
  }

  @Test func `messages in datagrams are the same, and what is behind them is told`() throws {
    let (capture, other) = (folder.path("udp.pcap"), folder.path("other.pcap"))
    let keepalive = [0x52, 0x43, 18, 18, 17, 2, 0, 0] + [UInt8](1...144)
    let request = [0x52, 0x43, 18, 18, 17, 4, 0, 0x11] + [UInt8](1...64)
    let messages = [(direction: 0, bytes: keepalive), (1, request), (0, [0x52, 0x43, 18, 18, 17, 0x0C, 0, 0])]
    try CaptureFile.writeDatagrams(messages, to: capture)
    let dissector = try dissector("protocol/nano.ksy")
    let shown = shownByTshark(try tshark(dissector, "-r", capture, "-T", "pdml", "-J", "nano_ksy"))
    #expect(try shown == decoded(capture) && shown.count == 3)
    // On another port it is known by how messages begin; a second message is none of this protocol's datagrams.
    try CaptureFile.writeDatagrams(messages, to: other, port: 4444)
    #expect(shownByTshark(try tshark(dissector, "-r", other, "-T", "pdml", "-J", "nano_ksy")) == shown)
    try CaptureFile.writeDatagrams([(0, keepalive + [7])], to: other)
    let text = try tshark(dissector, "-r", other, "-V")
    #expect(text.contains("bytes behind the message of a datagram"), "\(text)")
  }

  /// The samples, and all captures of the folder that CAPTURES names.
  private static func captures() -> [String] {
    let folders = [Place.samples.path, ProcessInfo.processInfo.environment["CAPTURES"]].compactMap(\.self)
    return folders.flatMap { folder in
      ((try? CaptureFile.names(in: folder)) ?? []).map { "\(folder)/\($0)" }
    }
  }

  /// A unit or a field of `nanocap decode --format json`.
  private struct Node: Decodable {
    var name: String, type: String?, raw: String?, value: Value?, computed: Bool?, fields: [Node]?
  }

  private struct Value: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        text = flag ? "1" : "0"
      } else if let number = try? container.decode(Int.self) {
        text = String(number)
      } else {
        text = try container.decode(String.self)
      }
    }
  }

  private func decoded(_ capture: String) throws -> [[Leaf]] {
    let outcome = try nanocap("decode", capture, "--format", "json")
    return try outcome.output.split(separator: "\n").map { line in
      let unit = try JSONDecoder().decode(Node.self, from: Data(line.utf8))
      let root = try #require(unit.fields?.first)
      var leaves: [Leaf] = []
      func add(_ node: Node, in type: String?) {
        let name = (type.map { $0 == "nano" ? "" : $0 + "." } ?? "") + node.name
        if let fields = node.fields {
          for field in fields { add(field, in: node.type) }
        } else if let value = node.computed == true ? node.value?.text : node.raw?.lowercased(), !value.isEmpty {
          // Bytes of length 0 cannot be told from a type without fields in tshark's output.
          leaves.append(Leaf(name: name, value: value))
        }
      }
      for field in root.fields ?? [] { add(field, in: root.type) }
      return leaves
    }
  }

  private func shownByTshark(_ pdml: String) -> [[Leaf]] {
    var units: [[Leaf]] = []
    for line in pdml.split(separator: "\n") {
      let line = line.drop { $0 == " " }
      if line.hasPrefix("<proto name=\"nano_ksy\"") {
        units.append([])
      } else if line.hasPrefix("<field name=\"nano_ksy."), line.hasSuffix("/>"), !units.isEmpty {
        let attributes = attributes(line)
        guard let name = attributes["name"]?.dropFirst("nano_ksy.".count), !name.hasPrefix("stream."),
          !name.hasPrefix("_")
        else { continue }
        let show = attributes["show"] ?? ""
        // An instance has no bytes; a type without fields has neither bytes nor a value.
        let isInstance = attributes["size"] == "0"
        if isInstance, show.isEmpty { continue }
        let flag = ["True": "1", "False": "0"][show]
        units[units.count - 1].append(
          Leaf(name: String(name), value: isInstance ? flag ?? show : attributes["value"] ?? ""))
      }
    }
    return units
  }

  private func attributes(_ line: Substring) -> [String: String] {
    var result: [String: String] = [:]
    var parts = line.split(separator: "\"", omittingEmptySubsequences: false)[...]
    while parts.count >= 2 {
      let key = parts.removeFirst().split(separator: " ").last?.dropLast() ?? ""
      result[String(key)] = String(parts.removeFirst())
    }
    return result
  }

  // MARK: Other descriptions

  @Test(arguments: ["layout", "expressions", "ancestors", "constraints", "chat", "numbers"])
  func `every description becomes a dissector that loads`(_ name: String) throws {
    // Of packets that are not theirs some take all there are for one message, and try it again with each more.
    _ = try tshark(
      dissector("Tests/GeneratedParserTests/\(name).ksy"), "-c", "100", "-r",
      Place.samples.appending(path: "node-v25-ascending.pcap").path)
  }

  @Test func `expressions come out as in the generated parser`() throws {
    let path = folder.path("expressions.pcap")
    let message: [UInt8] =
      [7, 0xFB, 0x78, 0x56, 0x34, 0x12, 0, 0, 0, 0x80] + Array("hello!\0".utf8) + [1, 2, 3, 4, 30, 10, 20, 2]
      + [0, 0, 0, 0, 0, 0, 0x0E, 0x40, 0x39, 5]
    try CaptureFile.write([(direction: 0, bytes: message)], to: path)
    // As ExpressionTests has them; nil where the parser throws.
    let expected: [(String, String?)] = [
      ("sum", "-3"), ("precedence", "13"), ("negative_division", "-3"), ("negative_modulo", "3"), ("shifted", "113"),
      ("masked", "4660"), ("flipped", "-14"), ("big_plus_one", "9223372037160195705"), ("product", nil),
      ("compared", "1"), ("same_bytes", "1"), ("less_bytes", "1"), ("same_text", "1"), ("ternary", "seven"),
      ("nested_ternary", "70"), ("color_number", "3"), ("is_red", "0"), ("named_color", "2"),
      ("text_reverse", "!olleh"),
      ("text_part", "el"), ("number_of_text", "42"), ("hex_of_text", "255"), ("text_of_number", "7"), ("first", "30"),
      ("last", "20"), ("smallest", "10"), ("largest", "30"), ("second", "10"), ("outside", nil), ("whole", "3"),
      ("half", "1.875"), ("is_seven", "1"), ("side", "1337"), ("side_checked", "1337"), ("missing", nil),
      ("big_equal", "0"), ("literal_list", "b"),
    ]
    let fields = expected.flatMap { ["-e", "expressions_ksy.\($0.0)"] }
    let output = try tshark(
      dissector("Tests/GeneratedParserTests/expressions.ksy"),
      ["-r", path, "-d", "tcp.port==7075,expressions_ksy", "-Y", "expressions_ksy", "-T", "fields"] + fields)
    let values = output.split(separator: "\n").first?.split(separator: "\t", omittingEmptySubsequences: false) ?? []
    try #require(values.count == expected.count)
    for ((name, value), shown) in zip(expected, values) {
      let flag = ["True": "1", "False": "0"][String(shown)]
      #expect(flag ?? String(shown) == value ?? "", "\(name)")
    }
  }

  @Test func `response streams follow their requests, unit by unit`() throws {
    let path = folder.path("chat.pcap")
    func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    try CaptureFile.write(
      [
        (direction: 0, bytes: text("CH") + [2, 0, 7, 6]), (1, [2] + text("note\0one\0t")),
        (1, text("wo\0") + [5, 6, 0]),
        (
          0,
          text("CH") + [4, 0, 7] + text("title\0") + [3] + text("abc") + [1] + text("d") + [0] + text("CH") + [3, 0, 7]
        ),
      ], to: path, port: 4000)
    let output = try tshark(
      dissector("Tests/GeneratedParserTests/chat.ksy"), ["-r", path, "-T", "pdml", "-J", "chat_ksy"])
    func values(_ name: String) -> [String] {
      output.split(separator: "\n").map { attributes($0.drop { $0 == " " }) }
        .filter { $0["name"] == "chat_ksy." + name }.map { $0["show"] ?? "" }
    }
    #expect(values("answer.count") == ["2"] && values("answer.note") == ["note"])
    #expect(values("line.text") == ["one", "two"] && values("answer.checks") == ["5", "6", "0"])
    #expect(values("part.size") == ["3", "1", "0"] && values("head.kind") == ["2", "4", "3"])
  }

  @Test func `each side is shown as what it speaks in the state of the connection`() throws {
    let path = folder.path("dialogue.pcap")
    func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    try CaptureFile.write(
      [
        (direction: 0, bytes: text("HI") + [2]), (1, text("YO")), (0, text("W") + [0, 0, 0, 5, 3, 1, 0, 9]),
        (1, text("R") + [0, 6, 2] + text("ok") + [7]),
      ], to: path, port: 4100)
    let fields = ["hello.level", "wide_order.number", "reply.number"]
    let output = try tshark(
      dissector("Tests/CaptureTests/dialogue.ksy"),
      ["-r", path, "-Y", "dialogue_ksy", "-T", "fields"] + fields.flatMap { ["-e", "dialogue_ksy." + $0] })
    let rows = output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(rows == [["2", "", ""], ["", "", ""], ["", "5", ""], ["", "", "6"]], "\(output)")
  }

  @Test(arguments: [true, false])
  func `answers are shown with their requests, and the time between them`(isDatagram: Bool) throws {
    let path = folder.path("exchange.pcap")
    func message(_ kind: UInt8, _ number: UInt8, _ body: [UInt8] = []) -> [UInt8] { [0x58, kind, 0, number] + body }
    let key: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 5]
    let turns = [
      // An answer to nothing; two requests whose answers come in another order.
      (1, message(3, 1, [0x61])), (0, message(1, 1)), (0, message(1, 2)), (1, message(3, 2, [0x61])),
      (1, message(3, 1, [0x61])),
      // Of two requests with one key the latest is answered; what is sent again is the same.
      (0, message(2, 1, key)), (0, message(2, 2, key)), (1, message(3, 5, [0x61])), (0, message(2, 3, key)),
      (0, message(2, 3, key)), (1, message(3, 5, [0x61])),
      // A type that answers itself; and one whose key is behind a field that may not be there.
      (0, message(6, 9)), (1, message(6, 9)), (0, message(4, 0, [2, 0x61, 0x62, 1, 2])),
      (1, message(5, 0, [2, 0x61, 0x62])),
    ].map { (direction: $0.0, bytes: $0.1) }
    if isDatagram {
      try CaptureFile.writeDatagrams(turns, to: path, port: 4711)
    } else {
      try CaptureFile.write(turns, to: path, port: 4711)
    }
    let fields = ["frame.number", "exchange_ksy._request_in", "exchange_ksy._answer_in", "exchange_ksy._time"]
    let output = try tshark(
      dissector("Tests/CaptureTests/exchange.ksy"),
      ["-2", "-r", path, "-Y", "exchange_ksy", "-T", "fields"] + fields.flatMap { ["-e", $0] })
    let rows = output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    try #require(rows.count == turns.count, "\(output)")
    let first = try #require(Int(rows[0][0]))
    let pairs = [2: 3, 1: 4, 6: 7, 8: 10, 11: 12, 13: 14]
    for (number, row) in rows.enumerated() {
      let request = pairs.first { $0.value == number }?.key
      #expect(row[1] == (request.map { "\(first + $0)" } ?? ""), "\(number): \(output)")
      #expect(row[2] == (pairs[number].map { "\(first + $0)" } ?? ""), "\(number): \(output)")
      #expect(row[3].isEmpty == (request == nil), "\(number): \(output)")
    }
  }

  @Test func `what is no message is told, and the next one found`() throws {
    let path = folder.path("bad.pcap")
    let keepalive: [UInt8] = [0x52, 0x43, 22, 22, 18, 2, 0, 0] + [UInt8](repeating: 0, count: 144)
    var wrong = keepalive
    wrong[0] = 0x53
    try CaptureFile.write([(direction: 0, bytes: keepalive), (0, wrong + keepalive), (0, keepalive)], to: path)
    let output = try tshark(
      dissector("protocol/nano.ksy"), "-2", "-r", path, "-T", "fields", "-e", "frame.number", "-e",
      "nano_ksy.malformed",
      "-e", "nano_ksy.header.message_type", "-Y", "nano_ksy")
    let rows = output.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(rows.map { $0[0] } == ["4", "5", "6"] && rows.map { $0[2] } == ["2", "2", "2"], "\(output)")
    #expect(rows.map { $0[1].isEmpty } == [true, false, true])
  }
}

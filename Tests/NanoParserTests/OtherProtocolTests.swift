import Foundation
import NanoParser
import ParserRuntime
import Testing

/// Nano is in its description and in what belongs to that; everything else is for any protocol.
@Suite struct OtherProtocolTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// What is Nano's: its functions, and the program.
  private static let own = ["NanoParser/", "nanocap/"]

  private struct Line {
    var place: String
    var text: String
  }

  /// All lines of the sources, plugins and examples that are not Nano's. What is built of them is in hidden folders.
  private static let lines: [Line] = ["Sources", "Plugins", "Examples"].flatMap { folder in
    let url = root.appending(path: folder)
    let walk = FileManager.default.enumerator(
      at: url, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    return (walk?.compactMap { $0 as? URL } ?? []).flatMap { file -> [Line] in
      let name = String(file.path.dropFirst(url.path.count + 1))
      guard !own.contains(where: name.hasPrefix), let text = try? String(contentsOf: file, encoding: .utf8) else {
        return []
      }
      return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
        Line(place: "\(folder)/\(name):\($0 + 1)", text: String($1))
      }
    }
  }

  @Test func `nothing is called after Nano`() {
    let files = Set(Self.lines.map { $0.place.prefix { $0 != ":" } })
    #expect(
      files.count > 300 && files.contains { $0.hasSuffix("index.html") } && files.contains { $0.hasSuffix("dns.ksy") })
    // Of seconds there are such too, and a package is called by its name.
    let others = #/nanosec|TSTAMP_PRECISION_NANO|(name =|name:|package:) "nanocap"/#.ignoresCase()
    let found = Self.lines.filter { $0.text.replacing(others, with: "").contains(#/nano/#.ignoresCase()) }
    #expect(found.map { "\($0.place): \($0.text)" } == [])
  }

  @Test func `nobody else knows what its messages, tables and columns are called`() throws {
    let info = NanoSpecification.info
    let names = info.tables.flatMap { [$0.name] + $0.columnNames } + info.messageKinds + info.outline.types.map(\.name)
    // A name of one word may be anybody's, and these every protocol has, or many do.
    let common: Set = [
      "content_table", "content_id", "flow_id", "packet_id", "time_us", "stream_offset", "enum_message_type",
      "block_type", "request_id",
    ]
    let its = Set(names).filter { $0.contains("_") }.subtracting(common)
    #expect(its.count > 60 && its.contains("confirm_ack") && its.contains("frontier_hash"))
    // What the examples describe may have such words too.
    let words = its.union(["vote", "votes", "vbh", "flowkey", "ledger", "bootstrap"])
    let found = Self.lines.filter { line in
      let known = line.place.hasPrefix("Examples/") ? its : words
      return line.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        .contains { known.contains(Self.snakeCase($0)) }
    }
    #expect(found.map { "\($0.place): \($0.text)" } == [])
  }

  /// A name as the description would have it: `confirm_ack` for `confirmAck` and `ConfirmAck`.
  private static func snakeCase(_ name: Substring) -> String {
    var result = ""
    var former: Character?
    for (place, letter) in zip(name.indices, name) {
      let next = name[name.index(after: place)...].first
      // Of capitals in a row the last begins a word, if a small letter follows.
      if letter.isUppercase, let former, former != "_", !former.isUppercase || next?.isLowercase == true {
        result.append("_")
      }
      result += letter.lowercased()
      former = letter
    }
    return result
  }

  @Test func `names are those of the description, however they are written`() {
    let names = [
      "confirmAck", "ConfirmAck", "confirm_ack", "CONFIRM_ACK", "confirmACK", "msgConfirmAck", "URLOf", "a1B",
    ]
    #expect(
      names.map { Self.snakeCase($0[...]) } == [
        "confirm_ack", "confirm_ack", "confirm_ack", "confirm_ack", "confirm_ack", "msg_confirm_ack", "url_of", "a1_b",
      ])
  }
}

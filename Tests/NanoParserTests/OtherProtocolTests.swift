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

  /// All lines of the sources and plugins that are not Nano's.
  private static let lines: [Line] = ["Sources", "Plugins"].flatMap { folder in
    let url = root.appending(path: folder)
    let walk = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
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
    #expect(files.count > 300 && files.contains { $0.hasSuffix("index.html") })
    // Of seconds there are such too, and a package is called by its name.
    let others = #/nanosec|TSTAMP_PRECISION_NANO|name = "nanocap"/#.ignoresCase()
    let found = Self.lines.filter { $0.text.replacing(others, with: "").contains(#/nano/#.ignoresCase()) }
    #expect(found.map { "\($0.place): \($0.text)" } == [])
  }

  @Test func `nobody else knows what its messages, tables and columns are called`() throws {
    let info = NanoSpecification.info
    let names = info.tables.flatMap { [$0.name] + $0.columnNames } + info.messageKinds + info.outline.types.map(\.name)
    // A name of one word may be anybody's, and these every protocol has.
    let common: Set = [
      "content_table", "content_id", "flow_id", "packet_id", "time_us", "stream_offset", "enum_message_type",
    ]
    let its = Set(names).filter { $0.contains("_") }.subtracting(common)
    #expect(its.count > 60 && its.contains("confirm_ack") && its.contains("frontier_hash"))
    let words = its.union(["vote", "votes", "vbh", "flowkey", "ledger", "bootstrap"])
    let found = Self.lines.filter { line in
      line.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { words.contains(String($0)) }
    }
    #expect(found.map { "\($0.place): \($0.text)" } == [])
  }
}

import NanoParser
import ParserRuntime
import Testing

@testable import Capture

/// Where a value occurs, held against all rows that there are.
@Suite struct ValueSearchTests {
  private let samples: SampleValues
  private let info = NanoSpecification.info

  init() throws { samples = try SampleValues.shared.get() }

  /// `table.column`, and the rows that have one of some texts there, by the samples' own rows.
  /// - Parameter byKind: texts that only columns of a kind may have.
  private func expected(
    _ texts: [String], _ byKind: [String: [String]], everywhere: Bool
  ) -> [String: [SampleValues.Row]] {
    var found: [String: [SampleValues.Row]] = [:]
    for table in [EngineTables.flow] + info.tables {
      for column in table.columns where !column.kinds.isEmpty || everywhere && table.name != "flow" {
        guard column.role == .value, !EngineTables.messageColumns.contains(column) else { continue }
        let texts = texts + column.kinds.flatMap { byKind[$0] ?? [] }
        let rows = (samples.tables[table.name] ?? []).filter { row in
          let text = row.text(column.name)
          return column.isList
            ? !Set(text.split(separator: ",").map(String.init)).isDisjoint(with: texts) : texts.contains(text)
        }
        if !rows.isEmpty { found["\(table.name).\(column.name)"] = rows }
      }
    }
    return found
  }

  private func time(of row: SampleValues.Row) -> Int64 {
    row.number("opened_us") ?? row.number("time_us") ?? samples.message(of: row).number("time_us") ?? 0
  }

  /// Asks, and holds the answers against the rows.
  /// - Returns: The places, `table.column`.
  @discardableResult
  private func check(
    _ text: String, _ texts: [String], _ byKind: [String: [String]] = [:], everywhere: Bool = false
  ) throws -> Set<String> {
    let search = ValueSearch(text, in: info, everywhere ? .everywhere : .kinds)
    let expected = expected(texts, byKind, everywhere: everywhere)
    let places = try samples.answer(.places(search))
    #expect(
      Set(places.map { "\($0.text("content_table")).\($0.text("column_name"))" }) == Set(expected.keys), "\(text)")
    for place in places {
      let rows = expected["\(place.text("content_table")).\(place.text("column_name"))"] ?? []
      let first = rows.min { (time(of: $0), $0.number("packet_id") ?? 0) < (time(of: $1), $1.number("packet_id") ?? 0) }
      #expect(place.number("n") == Int64(rows.count) && place.number("first_us") == rows.map(time).min(), "\(place)")
      #expect(place.number("last_us") == rows.map(time).max(), "\(place)")
      #expect(place.number("first_id") == first?.number("packet_id") ?? place.number("first_id"), "\(place)")
      #expect((place.number("first_id") == nil) == (place.text("content_table") == "flow"), "\(place)")
    }
    #expect(places.map { $0.number("n") ?? 0 } == places.map { $0.number("n") ?? 0 }.sorted(by: >))
    let total = expected.values.reduce(0) { $0 + $1.count }
    let all = try samples.answer(.occurrences(search, limit: 100_000))
    #expect(all.count == total && all.map(time) == all.map(time).sorted(by: >), "\(text)")
    #expect(all.allSatisfy { $0["value"] == .null || (texts + byKind.values.joined()).contains($0.text("value")) })
    // In the columns that have it, and only there, all of it is.
    let narrow = search.narrowed { expected["\($0).\($1)"] != nil }
    #expect(try samples.answer(.occurrences(narrow, limit: 100_000)) == all && narrow.places.count == expected.count)
    let some = try samples.answer(.occurrences(search, limit: 3))
    #expect(some == Array(all.prefix(3)))
    return Set(expected.keys)
  }

  @Test func `a block's hash is found in blocks, votes and requests, however it is written`() throws {
    let voted = samples.tables["vote"]?.flatMap { $0.text("hashes").split(separator: ",").map(String.init) } ?? []
    let hash = try #require(voted.first { samples.blocks[$0] != nil })
    let places = try check(hash, [hash])
    #expect(places.contains("vote.hashes") && places.contains { $0.hasSuffix(".hash") })
    let question = { (text: String) in StoreQuestion.places(ValueSearch(text, in: info, .kinds)) }
    let found = try samples.answer(question(hash))
    for other in [hash.lowercased(), " \(hash)\n", "0x" + hash.lowercased()] {
      #expect(try samples.answer(question(other)) == found, "\(other)")
    }
    #expect(try samples.answer(question(String(hash.dropLast()))).isEmpty)
  }

  @Test func `an account is found by its text and by its key, also where columns have the other one`() throws {
    let link = try #require(
      samples.tables["block_state"]?.map { $0.text("link") }.first { key in
        samples.tables["block_state"]?.contains { $0.text("account") == NanoSpelling.account(key) } == true
      })
    let account = try #require(NanoSpelling.account(link))
    let node = try #require(NanoSpelling.node(link))
    for text in [account, account.uppercased(), link.lowercased(), account.replacing("nano_", with: "xrb_"), node] {
      let places = try check(
        text, [text, text.uppercased()], ["account": [account, link], "node_id": [node, link]])
      #expect(places.contains("block_state.account") && places.contains("block_state.link"), "\(text)")
    }
  }

  @Test func `an address is found in connections and in what messages say`() throws {
    let address = try #require(samples.tables["flow"]?.first?.text("srcip"))
    for text in [address, "\(address):7075", "[\(address)]:80"] {
      let places = try check(text, [address])
      #expect(places.isSuperset(of: ["flow.srcip", "flow.dstip"]), "\(text)")
    }
    try check("::1", ["::1"])
    try check("[0:0:0::1]:7075", ["::1"])
  }

  @Test func `numbers, and what is of no kind, are found where all columns are looked into`() throws {
    let telemetry = try #require(samples.tables["telemetry"]?.first)
    let (count, cookie) = (telemetry.text("blockcount"), samples.tables["nodeid_query"]?.first?.text("cookie") ?? "")
    #expect(try check(count, [count]).isEmpty)
    #expect(try check(count, [count], everywhere: true).contains("telemetry.blockcount"))
    #expect(try check(cookie, [cookie]).isEmpty)
    #expect(try check(cookie.lowercased(), [cookie], everywhere: true) == ["nodeid_query.cookie"])
    // Message types are the root type's own column.
    #expect(try check("5", ["5"], everywhere: true).contains("message.msg_type"))
    // An unsigned number is stored as the signed one of the same bits.
    let final = ValueSearch(String(UInt64.max), in: info, .everywhere)
    let votes = samples.tables["vote"]?.filter { $0.number("sequence") == -1 }.count ?? 0
    let place = try samples.answer(.places(final)).first { $0.text("column_name") == "sequence" }
    #expect(votes > 0 && place?.number("n") == Int64(votes))
  }

  @Test func `what is nowhere is not found, and nothing gets out of its quotes`() throws {
    for text in ["", "'", "' or 1 = 1 --", "%", "nano_", "\u{0}", String(repeating: "A", count: 1000), ","] {
      for scope in [ValueSearch.Scope.kinds, .everywhere] {
        let search = ValueSearch(text, in: info, scope)
        #expect(try samples.answer(.places(search)).isEmpty, "\(text)")
        #expect(try samples.answer(.occurrences(search, limit: 10)).isEmpty, "\(text)")
      }
    }
  }

  /// A description of one table with a column of each type.
  @Test func `a value is compared as the column has it`() throws {
    let types: [SpecificationInfo.ColumnType] = [.signed(8), .unsigned(64), .real, .text, .blob, .any]
    let columns = types.map { SpecificationInfo.Column("\($0)", $0, kinds: ["k"]) }
    let table = SpecificationInfo.Table("message", columns)
    let nano = NanoSpecification.info
    let info = SpecificationInfo(
      name: "t", fingerprint: "", program: nano.program, ports: [], maximumMessageLength: 1, headLength: 1,
      messageKinds: [], tables: [table], details: [], nameTables: [], views: [], typeColumn: nil, lookups: [],
      valueKinds: [
        .init("k", spellings: [.init("twice", { $0 + $0 })]),
        .init("l", spellings: [.init("thrice", { $0 + $0 + $0 })]),
      ], outline: nano.outline)
    func values(_ text: String) -> [[QueryValue]] {
      ValueSearch(text, in: info, .kinds).places.filter { $0.table.name == "message" }.map(\.values)
    }
    let texts: [QueryValue] = [.text("12"), .text("1212")]
    #expect(
      values(" 12 ") == [[.integer(12)], [.integer(12)], [.real(12)], texts, [.blob([0x12])], texts + [.integer(12)]])
    let spelled: [QueryValue] = [.text("0xab"), .text("AB"), .text("0xab0xab")]
    #expect(values("0xab") == [spelled, [.blob([0xAB])], spelled])
    #expect(values("nan").count == 2 && values("1e3").first == [.real(1000)])
    #expect(values("1.5").first == [.real(1.5)] && values("1.5").count == 3)
  }

  @Test func `with the suggested indices nothing is read as a whole but lists without a table of values`() throws {
    let folder = try Folder()
    let store = DatabaseFile(path: folder.path("a.db"), info: info)
    try store.prepare()
    try store.makeIndices()
    let hash = String(repeating: "A", count: 64)
    func plan(_ tables: ValueTables) throws -> [String] {
      let parameters = StatementParameters()
      let text = SearchSQL(tables, write: parameters.write).places(ValueSearch(hash, in: info, .kinds))
      return try store.queries.explain(text, .named(parameters.values), QueryControl()).map(\.detail)
    }
    let without = try plan(.none)
    #expect(without.contains { $0.contains("INDEX block_state_by_hash") })
    #expect(without.filter { $0 == "SCAN t" }.count == 1, "\(without)")
    let steps = try plan(ValueTables(of: info.valueLists, names: ["vote_hash"]))
    #expect(!steps.contains { $0.hasPrefix("SCAN t") }, "\(steps)")
  }
}

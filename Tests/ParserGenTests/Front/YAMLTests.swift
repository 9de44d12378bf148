import Testing

@testable import ParserGen

/// A document in one line, or its problems.
private func outcome(_ text: String) -> String {
  func shown(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let isPlain): isPlain ? text : "'" + text.replacing("\n", with: "\\n") + "'"
    case .sequence(let nodes): "[" + nodes.map(shown).joined(separator: ", ") + "]"
    case .mapping(let pairs): "{" + pairs.map { "\($0.key): \(shown($0.value))" }.joined(separator: ", ") + "}"
    }
  }
  let diagnostics = Diagnostics()
  var result = ""
  do throws(Diagnostic) {
    result = try YAMLParser.parse(text, file: "f", diagnostics).map(shown) ?? "nothing"
  } catch {
    diagnostics.add(error)
  }
  return ([result] + diagnostics.all.map { "\($0.location.line):\($0.location.column): \($0.message)" })
    .filter { !$0.isEmpty }.joined(separator: "; ")
}

@Suite struct YAMLTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var outcome: String
    var testDescription: String { name }
  }

  static let rows = [
    Row(name: "nothing", text: "", outcome: "nothing"),
    Row(name: "a comment", text: "# nothing\n", outcome: "nothing"),
    Row(name: "scalars", text: "a: 1\nb: 'x'\nc: \"y\"\nd: |\n  z\n", outcome: "{a: 1, b: 'x', c: 'y', d: 'z\\n'}"),
    Row(
      name: "flow and block", text: "a: [1, {b: 2}]\nc:\n  - d\n  - e: f\n", outcome: "{a: [1, {b: 2}], c: [d, {e: f}]}"
    ),
    Row(name: "CR LF", text: "a: 1\r\nb:\r\n  - 2\r\nc: |\r\n  x\r\n  y\r\n", outcome: "{a: 1, b: [2], c: 'x\\ny\\n'}"),
    Row(name: "CR alone", text: "a: 1\rb: 2\r", outcome: "{a: 1, b: 2}"),
    Row(name: "a byte order mark", text: "\u{FEFF}a: 1\n", outcome: "{a: 1}"),
    Row(
      name: "a byte order mark and an error", text: "\u{FEFF}a: [\n",
      outcome: "2:1: YAML: did not find expected node content while parsing a flow node"),
    Row(name: "a tag", text: "a: !!str 5\nb: !!int '6'\n", outcome: "{a: '5', b: '6'}"),
    Row(name: "an anchor", text: "a: &x {b: 1}\nc: *x\nd: [*x]\n", outcome: "{a: {b: 1}, c: {b: 1}, d: [{b: 1}]}"),
    Row(name: "an anchor of a scalar, as a key too", text: "a: &x b\n*x : c\n", outcome: "{a: b, b: c}"),
    Row(name: "an unknown anchor", text: "a: *x\n", outcome: "1:4: YAML: unknown anchor 'x'"),
    Row(name: "an anchor in itself", text: "a: &x [*x]\n", outcome: "1:8: YAML: unknown anchor 'x'"),
    Row(
      name: "a merged mapping", text: "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3, e: 4}\n",
      outcome: "{a: {b: 1, c: 2}, d: {c: 3, e: 4, b: 1}}"),
    Row(
      name: "a merged mapping behind its keys", text: "a: &x {b: 1}\nd:\n  b: 2\n  <<: *x\n",
      outcome: "{a: {b: 1}, d: {b: 2}}"),
    Row(
      name: "merged mappings: the first wins", text: "a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}\n",
      outcome: "{a: {b: 1}, c: {b: 2, d: 3}, e: {b: 1, d: 3}}"),
    Row(
      name: "a merge of a merge", text: "a: &x {b: 1}\nc: &y {<<: *x, d: 2}\ne: {<<: *y}\n",
      outcome: "{a: {b: 1}, c: {d: 2, b: 1}, e: {d: 2, b: 1}}"),
    Row(name: "a merge of what is written there", text: "a: {<<: {b: 1}, c: 2}\n", outcome: "{a: {c: 2, b: 1}}"),
    Row(
      name: "a merge of a scalar", text: "a: {<<: 1}\n",
      outcome: "{a: {}}; 1:9: YAML: '<<' merges a mapping or a list of mappings, not a scalar"),
    Row(name: "a quoted << is a key", text: "a: {'<<': 1}\n", outcome: "{a: {<<: 1}}"),
    Row(
      name: "keys twice, all of them told", text: "a: 1\na: 2\nb: {c: 1, c: 2}\n",
      outcome:
        "{a: 1, b: {c: 1}}; 2:1: the key 'a' stands twice in this mapping; 3:11: the key 'c' stands twice in this mapping"
    ),
    Row(
      name: "keys that are no scalars", text: "? [a]\n: 1\n? {b: c}\n: 2\nd: 3\n",
      outcome: "{d: 3}; 1:3: YAML: a key must be a scalar; 3:3: YAML: a key must be a scalar"),
    Row(name: "a tab that indents", text: "a:\n\tb: 1\n", outcome: "2:1: YAML: a tab cannot indent; use spaces"),
    Row(
      name: "a tab behind spaces that indent", text: "a:\n  \tb: 1\n  c: 2\n",
      outcome: "2:3: YAML: a tab cannot indent; use spaces"),
    Row(name: "tabs between words and before comments", text: "a:\t1\t# x\nb: 2\n", outcome: "{a: 1, b: 2}"),
    Row(
      name: "a control character", text: "a: 1\nbé: \u{1}\n", outcome: "2:5: YAML: control characters are not allowed"),
    Row(
      name: "a quote that is not closed", text: "a: 1\nb: 'x\n",
      outcome: "2:4: YAML: found unexpected end of stream while scanning a quoted scalar"),
    Row(
      name: "a bracket that is not closed", text: "a: [1, 2\nb: 3\n",
      outcome: "2:2: YAML: did not find expected ',' or ']' while parsing a flow sequence"),
    Row(
      name: "two documents", text: "a: 1\n---\nb: 2\n",
      outcome: "2:1: a description is one YAML document; remove the second"),
    Row(
      name: "an unknown escape", text: "a: \"\\q\"\n",
      outcome: "1:5: YAML: found unknown escape character while parsing a quoted scalar"),
  ]

  @Test(arguments: rows)
  func `a document is understood, or refused at its place`(row: Row) {
    #expect(outcome(row.text) == row.outcome)
  }

  private func scalar(_ text: String) -> YAMLNode {
    YAMLNode(content: .scalar(text, isPlain: true), location: place(1, 1))
  }

  @Test func `integers`() {
    let table: KeyValuePairs<String, Int128?> = [
      "0": 0, "12": 12, "-12": -12, "+12": 12, "1_000": 1000, "0x1F": 31, "0X1f": 31, "-0x10": -16, "0xff_ff": 65535,
      "0o17": 15, "0b101": 5, "0b1_0": 2, "010": 8, "0_7": 7, "08": 8, "00": 0,
      "18446744073709551615": 0xFFFF_FFFF_FFFF_FFFF,
      "-18446744073709551615": -0xFFFF_FFFF_FFFF_FFFF, "18446744073709551616": nil, "": nil, "-": nil, "+": nil,
      "a": nil,
      "1a": nil, "0x": nil, "0xg": nil, "0b2": nil, "0o8": nil, "1.5": nil, "_1": nil, "--1": nil, "0x-1": nil,
      " 1": nil,
      "1e3": nil, "١": nil,
    ]
    for (text, value) in table { #expect(integerLiteral(text) == value, "\(text)") }
  }

  @Test func `booleans and nothing`() {
    for text in ["true", "True", "TRUE"] { #expect(scalar(text).boolean == true) }
    for text in ["false", "False", "FALSE"] { #expect(scalar(text).boolean == false) }
    for text in ["yes", "On", "tRUE", "1", ""] { #expect(scalar(text).boolean == nil) }
    for text in ["yes", "On", "TRUE"] { #expect(scalar(text).booleanWord == true) }
    for text in ["no", "OFF", "False"] { #expect(scalar(text).booleanWord == false) }
    for text in ["", "~", "null", "Null", "NULL"] { #expect(scalar(text).isNull) }
    for text in ["nULL", "none", "0"] { #expect(!scalar(text).isNull) }
    let quoted = YAMLNode(
      content: .scalar("true", isPlain: false), location: place(1, 1))
    #expect(quoted.boolean == nil && quoted.booleanWord == nil && !quoted.isNull)
  }
}

/// Where mistakes in expressions are, however YAML spells them.
@Suite struct PlaceTests {
  /// Each `$` is a mistake; what is told of the first has to be where it stands.
  static let spellings = [
    "a + $", "'a + $'", "\"a + $\"", "'a == ''b'' + $'", "\"\\\"a\\\" + \\x61 + $\"", "\"\\u0061\\t+\\n$\"",
    "|\n      a +\n      $\n", ">\n      a +\n        b +\n\n      $\n", ">-\n      a\n      + b + $",
    "|2\n      a + $\n",
    "a +\n      b +\n      $", "'a +\n\n      ''b'' + $'", "\"a + \\\n      b + $\"", "\"a\n      + b\n      + $\"",
    "|  # a comment with a $ in it\n      a + $\n", "|\n      äöü$\n", "'äö + $'", "\"\\U0001F600 $\"",
    "\"'\\U0001F600' + $\"",
    "|\n      \"$\" + $\n",
  ]

  @Test(arguments: spellings)
  func `a mistake is told at its line and column`(spelling: String) throws {
    let text = "meta: {id: t}\ninstances:\n  x:\n    value: \(spelling)\n"
    let problems = compile(text).diagnostics.filter { $0.severity == .error }
    let place = try #require(problems.first?.location)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let found = Array(lines[place.line - 1].unicodeScalars)[place.column - 1]
    let isAnother = spelling.contains("äö") || spelling.hasPrefix("\"\\U0001F600")
    #expect(isAnother ? ["ä", "\\"].contains(found) : found == "$", "\(problems)")
  }

  @Test func `the same with CR LF`() throws {
    let text = "meta: {id: t}\r\ninstances:\r\n  x:\r\n    value: |\r\n      a +\r\n      b + $\r\n"
    #expect(compile(text).diagnostics.first?.location == place(6, 11))
  }

  @Test func `the end of an expression is a place too`() {
    func place(_ spelling: String) -> String {
      let location = compile("meta: {id: t}\ninstances:\n  x:\n    value: \(spelling)\n").diagnostics.first?.location
      return location.map { "\($0.line):\($0.column)" } ?? ""
    }
    #expect(place("a +") == "4:15")
    #expect(place("'a +'") == "4:16")
    #expect(place("|\n      a\n      +\n") == "6:8")
  }
}

import Testing

@testable import ParserGen

/// Expressions and the trees that they are.
@Suite struct ExpressionParserTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    var tree: String
    var testDescription: String { text }
  }

  private static func rows(_ table: KeyValuePairs<String, String>) -> [Row] { table.map { Row(text: $0, tree: $1) } }

  static let literals = rows([
    "0": "0", "7": "7", "1234567890": "1234567890", "1_000_000": "1000000", "1__0": "10",
    "18446744073709551615": "18446744073709551615", "-9223372036854775808": "-9223372036854775808",
    "0x1F": "31", "0X1f": "31", "0xFFFF_FFFF": "4294967295", "0xffffffffffffffff": "18446744073709551615",
    "0b101": "5", "0B1111_0000": "240", "0o17": "15", "0O7_7": "63",
    "1.5": "1.5", "0.25": "0.25", ".5": "0.5", "42.": "42.0", "1e3": "1000.0", "1E3": "1000.0", "4e-2": "0.04",
    "4e+2": "400.0", "1.5e3": "1500.0", ".5e1": "5.0", "00.5": "0.5", "1_0.5": "10.5",
    "true": "true", "false": "false", "True": "True", "trueish": "trueish",
    "\"\"": "\"\"", "''": "\"\"", "\"abc\"": "\"abc\"", "'abc'": "\"abc\"", "'a\"b'": "\"a\"b\"", "\"a'b\"": "\"a'b\"",
    "'a\\nb'": "\"a\\nb\"", "'\\'": "\"\\\"", "\"a\\nb\"": "\"a\nb\"",
    "\"\\t\\r\\a\\b\\v\\f\\e\"":
      "\"\t\r\u{7}\u{8}\u{B}\u{C}\u{1B}\"", "\"\\\\ \\\" \\'\"": "\"\\ \" '\"", "\"\\0\"": "\"\0\"",
    "\"\\101\\102\"": "\"AB\"", "\"\\12x\"": "\"\nx\"", "\"\\u263A\"": "\"\u{263A}\"", "\"\\u00e9t\\u00E9\"": "\"été\"",
    "\"\\ud83d\\ude00\"": "\"\u{1F600}\"", "\"Füße\"": "\"Füße\"", "\"a\" \"b\"": "\"ab\"",
    "\"a\" 'b' \"c\"": "\"abc\"",
    "'日本語'": "\"日本語\"",
  ])

  static let names = rows([
    "a": "a", "foo_bar2": "foo_bar2", "_": "_", "_index": "_index", "_root": "_root", "_parent": "_parent",
    "_io": "_io",
    "_sizeof": "_sizeof", "_is_le": "_is_le", "Foo": "Foo", "and_more": "and_more", "nothing": "nothing",
    "or": "or", "not": "not", "as": "as", "sizeof": "sizeof", "f": "f", "e3": "e3",
    "a.b": "(. a b)", "a.b.c": "(. (. a b) c)", "_root.header.kind": "(. (. _root header) kind)",
    "_parent._parent.x": "(. (. _parent _parent) x)", "_io.size": "(. _io size)", "a . b": "(. a b)",
    "a.as": "(. a as)", "a.not": "(. a not)", "x._sizeof": "(. x _sizeof)",
    "a::b": "a::b", "a::b::c": "a::b::c", "::a::b": "::a::b", "::a::b::c": "::a::b::c", "a :: b": "a::b",
    "kind::not": "kind::not", "kind::true": "kind::true", "kind::one.to_i": "(. kind::one to_i)",
  ])

  static let operators = rows([
    "1 + 2": "(+ 1 2)", "1+2": "(+ 1 2)", "1 - 2": "(- 1 2)", "1-2": "(- 1 2)", "a -1": "(- a 1)", "2 * 3": "(* 2 3)",
    "6 / 3": "(/ 6 3)", "7 % 4": "(% 7 4)", "1 << 2": "(<< 1 2)", "8 >> 1": "(>> 8 1)", "a & b": "(& a b)",
    "a | b": "(| a b)", "a ^ b": "(^ a b)", "~a": "(~ a)", "-a": "(- a)", "+a": "a", "+5": "5", "-5": "-5", "- 5": "-5",
    "-1.5": "-1.5", "--5": "(- -5)", "-0": "(- 0)", "-(5)": "-5", "-a.b": "(- (. a b))", "~-1": "(~ -1)",
    "- -a": "(- (- a))", "+ + a": "a", "5 - -5": "(- 5 -5)", "2 * -3": "(* 2 -3)",
    "a < b": "(< a b)", "a <= b": "(<= a b)", "a > b": "(> a b)", "a >= b": "(>= a b)", "a == b": "(== a b)",
    "a != b": "(!= a b)", "a and b": "(and a b)", "a or b": "(or a b)", "not a": "(not a)",
    "not not a": "(not (not a))",
    "not(a)": "(not a)", "not -1": "(not -1)", "a ? b : c": "(? a b c)",
  ])

  static let precedence = rows([
    "1 + 2 + 3": "(+ (+ 1 2) 3)", "1 - 2 - 3": "(- (- 1 2) 3)", "1 - 2 + 3": "(+ (- 1 2) 3)",
    "8 / 4 / 2": "(/ (/ 8 4) 2)",
    "1 + 2 * 3": "(+ 1 (* 2 3))", "1 * 2 + 3": "(+ (* 1 2) 3)", "(1 + 2) * 3": "(* (+ 1 2) 3)",
    "1 + 2 % 3 - 4": "(- (+ 1 (% 2 3)) 4)", "1 << 2 + 3": "(<< 1 (+ 2 3))", "a >> 1 << 2": "(<< (>> a 1) 2)",
    "a & b << 1": "(& a (<< b 1))", "a | b & c": "(| a (& b c))", "a | b ^ c": "(| a (^ b c))",
    "a ^ b & c": "(^ a (& b c))", "a & b | c & d": "(| (& a b) (& c d))", "a + b & c + d": "(& (+ a b) (+ c d))",
    "a & 1 == 1": "(== (& a 1) 1)", "a | b == c": "(== (| a b) c)", "x & 0xf0 >> 4": "(& x (>> 240 4))",
    "(x & 0xf0) >> 4": "(>> (& x 240) 4)", "a == b and c": "(and (== a b) c)", "a and b == c": "(and a (== b c))",
    "a or b and c": "(or a (and b c))", "a and b or c": "(or (and a b) c)", "a or b or c": "(or (or a b) c)",
    "a and b and c": "(and (and a b) c)", "not a and b": "(and (not a) b)", "not a or b": "(or (not a) b)",
    "not a == b": "(not (== a b))", "not a < b and not c": "(and (not (< a b)) (not c))",
    "a and not b or c": "(or (and a (not b)) c)", "(not a) == b": "(== (not a) b)",
    "a == 1 ? b : c": "(? (== a 1) b c)", "a or b ? c + 1 : d * 2": "(? (or a b) (+ c 1) (* d 2))",
    "a ? b : c ? d : e": "(? a b (? c d e))", "a ? b ? c : d : e": "(? a (? b c d) e)",
    "(a ? b : c) ? d : e":
      "(? (? a b c) d e)", "a ? -1 : +1": "(? a -1 1)", "a ? b::c : d::e": "(? a b::c d::e)",
    "-a * b": "(* (- a) b)", "-a.b * c": "(* (- (. a b)) c)", "~a & b": "(& (~ a) b)", "-2 - 2": "(- -2 2)",
  ])

  static let forms = rows([
    "[]": "[]", "[1]": "[1]", "[1, 2, 3]": "[1 2 3]", "[1,]": "[1]", "[1, 2,]": "[1 2]", "[[1], [2, 3]]": "[[1] [2 3]]",
    "[0x50, 0x4b]": "[80 75]", "[\"a\", 'b']": "[\"a\" \"b\"]", "[a + 1, b]": "[(+ a 1) b]",
    "[1, 2].length":
      "(. [1 2] length)", "a[0]": "(at a 0)", "a[0][1]": "(at (at a 0) 1)", "a[i + 1].b": "(. (at a (+ i 1)) b)",
    "a.b[0].c": "(. (at (. a b) 0) c)", "a [ 0 ]": "(at a 0)",
    "a.f()": "(call a f)", "a.f(1)": "(call a f 1)", "a.substring(2, 5)": "(call a substring 2 5)",
    "a.to_i(16).to_s": "(. (call a to_i 16) to_s)", "\"12\".to_i": "(. \"12\" to_i)", "42.to_s": "(. 42 to_s)",
    "42 .to_s": "(. 42 to_s)", "0x2a.to_s": "(. 42 to_s)", "1.5.to_i": "(. 1.5 to_i)", "(-5).to_s": "(. -5 to_s)",
    "-5.to_s": "(- (. 5 to_s))", "a.to_s(\"UTF-8\")": "(call a to_s \"UTF-8\")", "(a + b).abs": "(. (+ a b) abs)",
    "a.as<b>": "(as a b)", "a.as<b::c>": "(as a b::c)", "a.as<::b::c>": "(as a ::b::c)", "a.as<u1[]>": "(as a u1[])",
    "a.as<b>.c": "(. (as a b) c)", "a . as < b >": "(as a b)", "a.as<b[]>[0]": "(at (as a b[]) 0)",
    "_parent.as<png>.x + 1": "(+ (. (as _parent png) x) 1)", "a.as<b> < c": "(< (as a b) c)",
    "a.as<b>>>2": "(>> (as a b) 2)", "a.as<b>>=2": "(>= (as a b) 2)",
    "sizeof<a>>>1": "(>> (sizeof a) 1)", "a.as >> b": "(>> (. a as) b)", "as<b>>1": "(< as (>> b 1))",
    "sizeof<u4>": "(sizeof u4)", "sizeof<a::b>": "(sizeof a::b)", "bitsizeof<b13>": "(bitsizeof b13)",
    "sizeof < t > * 2": "(* (sizeof t) 2)", "sizeof<t>.to_s": "(. (sizeof t) to_s)",
    "f\"\"": "(f)", "f\"abc\"": "(f \"abc\")", "f\"{a}\"": "(f a)", "f\"a{b}c\"": "(f \"a\" b \"c\")",
    "f\"{a}{b}\"": "(f a b)", "f\"{a + 1} of {b.length}\"": "(f (+ a 1) \" of \" (. b length))",
    "f\"\\t{ a }\\173\"": "(f \"\t\" a \"{\")", "f\"}\"": "(f \"}\")", "f\"a'b\"": "(f \"a'b\")",
    "f\"{\"x\"}\"": "(f \"x\")", "f\"{f\"{a}\"}!\"": "(f (f a) \"!\")", "f\"{a ? b : c}\"": "(f (? a b c))",
    "f\"{a}\".length": "(. (f a) length)", "f\"{a}\" + \"b\"": "(+ (f a) \"b\")",
    "  a  +\n  b ": "(+ a b)", "\ta\t": "a", "a +\\\n b": "(+ a b)", "((a))": "a", "(((1)) + (2))": "(+ 1 2)",
  ])

  @Test(arguments: literals + names + operators + precedence + forms)
  func `an expression is parsed into its tree`(row: Row) throws {
    #expect(try parse(row.text).tree == row.tree)
  }

  @Test func `there are enough of them`() {
    let rows = Self.literals + Self.names + Self.operators + Self.precedence + Self.forms
    #expect(rows.count >= 150 && Set(rows.map(\.text)).count == rows.count)
  }

  /// Texts that are no expressions: `column: message`.
  static let mistakes = rows([
    "": "1: a value is expected, but the expression ends", "   ": "4: a value is expected, but the expression ends",
    "1 +": "4: a value is expected, but the expression ends", "+": "2: a value is expected, but the expression ends",
    "* 2": "1: a value is expected, but found '*'", "1 2": "3: the end of the expression is expected, but found 2",
    "a b": "3: the end of the expression is expected, but found 'b'",
    "(1 + 2": "7: ')' is expected, but the expression ends",
    "1 + 2)":
      "6: the end of the expression is expected, but found ')'", "[1, 2": "6: ']' is expected, but the expression ends",
    "[1 2]": "4: ']' is expected, but found 2", "[,]": "2: a value is expected, but found ','",
    "a[": "3: a value is expected, but the expression ends", "a[]": "3: a value is expected, but found ']'",
    "a[1": "4: ']' is expected, but the expression ends",
    "a.": "3: a name after '.' is expected, but the expression ends",
    "a.1": "2: the end of the expression is expected, but found 0.1",
    "a..b": "3: a name after '.' is expected, but found '.'",
    "a(1)": "2: the end of the expression is expected, but found '('",
    "a.f(1": "6: ')' is expected, but the expression ends",
    "a ? b": "6: ':' is expected, but the expression ends", "a ? : b": "5: a value is expected, but found ':'",
    "a : b": "3: the end of the expression is expected, but found ':'",
    "a::": "4: a name after '::' is expected, but the expression ends",
    "::a": "4: '::' and the name of an enum's member is expected, but the expression ends",
    "a && b": "3: there is no operator '&&'; did you mean 'and'?",
    "a || b": "3: there is no operator '||'; did you mean 'or'?",
    "!a": "1: there is no operator '!'; did you mean 'not'?",
    "a < b < c": "7: comparisons cannot be chained; join them with 'and'",
    "a == b == c": "8: comparisons cannot be chained; join them with 'and'",
    "1 + not a": "5: 'not' binds weaker than what stands before it; use parentheses",
    "a == not b": "6: 'not' binds weaker than what stands before it; use parentheses",
    "a = b": "3: unexpected character '='", "a $ b": "3: unexpected character '$'",
    "a @": "3: unexpected character '@'",
    "größe": "3: unexpected character 'ö'", "{a}": "1: unexpected character '{'", "a; b": "2: unexpected character ';'",
    "\"abc": "1: the string has no closing \"", "'abc": "1: the string has no closing '",
    "\"a\\q\"": "3: unknown escape '\\q'",
    "\"\\": "2: unfinished escape", "\"\\u12\"": "2: '\\u' takes four hexadecimal digits",
    "\"\\ud800\"": "2: half of a surrogate pair",
    "\"\\udc00\"": "2: half of a surrogate pair", "\"\\ud800\\u0041\"": "2: half of a surrogate pair",
    "\"\\400000\"": "2: '\\400000' is no character",
    "0x": "1: '0x' is no 64-bit integer in base 16", "0xg": "1: '0xg' is no 64-bit integer in base 16",
    "0b12":
      "1: '0b12' is no 64-bit integer in base 2", "0o8": "1: '0o8' is no 64-bit integer in base 8",
    "0x1_0000_0000_0000_0000":
      "1: '0x1_0000_0000_0000_0000' is no 64-bit integer in base 16",
    "010": "1: '010' begins with a zero; write 0o10 for octal",
    "18446744073709551616": "1: the integer 18446744073709551616 does not fit into 64 bits",
    "f\"abc": "1: the string has no closing \"", "f\"{a": "3: the value in the string has no closing }",
    "f\"{}\"": "4: a value is expected, but found '}'", "f\"{a b}\"": "6: '}' is expected, but found 'b'",
    "f\"{a\"": "5: the string has no closing \"", "a.as<": "6: a type's name is expected, but the expression ends",
    "a.as<b": "7: '>' is expected, but the expression ends", "a.as<1>": "6: a type's name is expected, but found 1",
    "a.as<b[>": "8: ']' is expected, but found '>'", "sizeof<>": "8: a type's name is expected, but found '>'",
    "sizeof<u4": "10: '>' is expected, but the expression ends",
    "sizeof<a>>": "11: a value is expected, but the expression ends",
    "a.f(1,": "7: a value is expected, but the expression ends",
  ])

  @Test(arguments: mistakes)
  func `what is wrong is told at its column`(row: Row) {
    let error = #expect(throws: Diagnostic.self) { try parse(row.text) }
    #expect(error.map { "\($0.location.column): \($0.message)" } == row.tree)
  }

  @Test func `locations are those of the operands, names and brackets`() throws {
    let expression = try parse("a.bc[0] + foo.as<t> ? 1 : -xyz")
    var places: [String] = []
    func walk(_ each: Expression) {
      places.append("\(each.location.column) \(each.tree)")
      each.operands.forEach(walk)
    }
    walk(expression)
    #expect(
      places == [
        "1 (? (+ (at (. a bc) 0) (as foo t)) 1 (- xyz))", "1 (+ (at (. a bc) 0) (as foo t))", "5 (at (. a bc) 0)",
        "3 (. a bc)", "1 a", "6 0", "15 (as foo t)", "11 foo", "23 1", "27 (- xyz)", "28 xyz",
      ])
  }

  @Test func `a sum may have thousands of terms, and any chain has an end`() throws {
    let terms = 5000
    var expression = try parse((0..<terms).map { "a\($0)" }.joined(separator: " + "))
    var depth = 1
    while case .binary(_, let left, _) = expression.kind {
      expression = left
      depth += 1
    }
    #expect(depth == terms && expression.tree == "a0")
    for chain in ["1 + ", "a.", "- ", "not ", "(", "[", "a ? 1 : ", "f\"{", "a[", "x.f("] {
      let text = String(repeating: chain, count: 100_000)
      let error = #expect(throws: Diagnostic.self) { try parse(text) }
      #expect(error?.message == "the expression is too long" || error?.message == "the expression is nested too deeply")
    }
  }

  @Test func `the printed text is parsed into the same tree`() throws {
    for row in Self.names + Self.operators + Self.precedence + Self.forms where !row.text.contains("\\") {
      let expression = try parse(row.text)
      #expect(try parse(expression.text).tree == row.tree, "\(row.text) -> \(expression.text)")
    }
  }
}

/// Names of types and processors, which have grammars of their own.
@Suite struct NameParserTests {
  private func node(_ text: String) -> YAMLNode {
    YAMLNode(content: .scalar(text, isPlain: true), location: place(1, 1))
  }

  private func type(_ text: String) throws -> String {
    let type = try ExpressionParser.typeName(text, at: node(text))
    return type.text + (type.arguments.isEmpty ? "" : "(" + type.arguments.map(\.tree).joined(separator: " ") + ")")
  }

  @Test func `types have scopes, arguments and dimensions`() throws {
    for text in ["u1", "b12le", "str", "foo", "foo::bar", "::foo::bar", "u2[]", "foo::bar[]"] {
      #expect(try type(text) == text)
    }
    #expect(try type("foo(1)") == "foo(1)")
    #expect(try type(" foo :: bar ( a + 1 , \"x\", c::d ) ") == "foo::bar((+ a 1) \"x\" c::d)")
    #expect(try type("foo([1, 2], _root, true)") == "foo([1 2] _root true)")
    for text in ["", "1", "foo bar", "foo(", "foo(1", "foo::", "foo[1]", "foo[", "foo.bar", "'foo'"] {
      #expect(throws: Diagnostic.self, "\(text)") { try type(text) }
    }
  }

  @Test func `processors have dotted names and arguments`() throws {
    func process(_ text: String) throws -> String {
      let process = try ExpressionParser.process(text, at: node(text))
      return ([process.name.joined(separator: ".")] + process.arguments.map(\.tree)).joined(separator: " ")
    }
    #expect(try process("zlib") == "zlib")
    #expect(try process("xor(0x5a)") == "xor 90")
    #expect(try process("xor([1, 2])") == "xor [1 2]")
    #expect(try process("rol(3)") == "rol 3")
    #expect(try process("xor(key ^ 1)") == "xor (^ key 1)")
    #expect(try process("com.acme.cipher(key, 5, \"x\")") == "com.acme.cipher key 5 \"x\"")
    #expect(try process("my_fx()") == "my_fx")
    for text in ["", "1", "xor(", "xor(1", "xor 1", "a..b", "a.", "xor(1) + 2", "a::b"] {
      #expect(throws: Diagnostic.self, "\(text)") { try process(text) }
    }
  }
}

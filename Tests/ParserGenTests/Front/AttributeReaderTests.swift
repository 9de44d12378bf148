import Testing

@testable import ParserGen

/// Attributes as they are written, and what is read of them.
@Suite struct AttributeReaderTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    /// The facts, or the problems with their paths.
    var outcome: [String]
    var testDescription: String { text }

    init(_ text: String, _ outcome: String...) {
      self.text = text
      self.outcome = outcome
    }
  }

  private static let meta = "meta: {id: t, endian: le, encoding: UTF-8}"

  private func outcome(_ text: String, of role: String) -> [String] {
    let (root, problems) = read("\(Self.meta)\n\(text)\n")
    guard problems.isEmpty else { return problems }
    return (role == "seq" ? root?.seq : root?.instances)?.map(\.facts) ?? []
  }

  static let fields = [
    Row("{id: x, contents: []}", "x contents=[]"),
    Row("{id: x, type: {switch-on: k, cases: {1: u1, 2: foo}}, enum: e}", "x type=k{1: u1, 2: foo} enum=e"),
    Row("{id: x, type: u1}", "x type=u1"), Row("{type: u1}", "(_unnamed0) type=u1"),
    Row("{id: x, type: s8be}", "x type=s8be"),
    Row("{id: x, type: f4}", "x type=f4"), Row("{id: x, type: b1}", "x type=b1"),
    Row("{id: x, type: b12le}", "x type=b12le"),
    Row("{id: x, type: foo}", "x type=foo"), Row("{id: x, type: 'foo::bar'}", "x type=foo::bar"),
    Row("{id: x, type: '::foo::bar'}", "x type=::foo::bar"),
    Row("{id: x, type: 'foo(1, a + b, \"s\")'}", "x type=foo(1 (+ a b) \"s\")"),
    Row("{id: x, type: strz}", "x type=strz"), Row("{id: x, type: str, size: 4}", "x type=str size=4"),
    Row("{id: x, type: str, size: a * 2, encoding: ASCII}", "x type=str size=(* a 2) encoding=ASCII"),
    Row("{id: x, size: 4}", "x size=4"), Row("{id: x, size: 0x10}", "x size=16"),
    Row("{id: x, size: '0x10 + 1'}", "x size=(+ 16 1)"),
    Row("{id: x, size: 010}", "x size=8"), Row("{id: x, size-eos: true}", "x size-eos"),
    Row("{id: x, size-eos: True}", "x size-eos"),
    Row("{id: x, size: 4, size-eos: false}", "x size=4"),
    Row("{id: x, doc: Text, type: u1}", "x doc='Text' type=u1"), Row("{id: x, doc: 5, type: u1}", "x doc='5' type=u1"),
    Row("{id: x, doc: \"a\\nb\", doc-ref: r, type: u1}", "x doc='a\nb' doc-ref=r type=u1"),
    Row("{id: x, doc-ref: [a, b], type: u1}", "x doc-ref=a doc-ref=b type=u1"),
    Row("{id: x, -orig-id: X, -my-key: {a: 1}, type: u1}", "x type=u1"),
    Row("{id: x, type: u1, if: a == 1}", "x type=u1 if=(== a 1)"),
    Row("{id: x, type: u1, if: true}", "x type=u1 if=true"),
    Row("{id: x, type: u1, if: TRUE}", "x type=u1 if=true"),
    Row("{id: x, type: u1, if: not a}", "x type=u1 if=(not a)"),
    Row("{id: x, type: u1, repeat: eos}", "x type=u1 repeat=eos"),
    Row("{id: x, type: u1, repeat: expr, repeat-expr: n + 1}", "x type=u1 repeat=expr((+ n 1))"),
    Row("{id: x, type: u1, repeat: until, repeat-until: _ == 0}", "x type=u1 repeat=until((== _ 0))"),
    Row("{id: x, contents: PK}", "x contents=[80, 75]"), Row("{id: x, contents: '65'}", "x contents=[54, 53]"),
    Row("{id: x, contents: [1, 0x41, 0b11, 0o7, 010]}", "x contents=[1, 65, 3, 7, 8]"),
    Row("{id: x, contents: [CAFE, 0, 'BABE']}", "x contents=[67, 65, 70, 69, 0, 66, 65, 66, 69]"),
    Row("{id: x, contents: ['0x41', '65', '0', -1, '0xg']}", "x contents=[65, 65, 0, 255, 48, 120, 103]"),
    Row("{id: x, contents: \"\\x89PNG\\n\"}", "x contents=[194, 137, 80, 78, 71, 10]"),
    Row("{id: x, contents: ü}", "x contents=[195, 188]"),
    Row("{contents: [0x89, PNG]}", "(_unnamed0) contents=[137, 80, 78, 71]"),
    Row("{id: x, terminator: 0}", "x terminator=[0]"), Row("{id: x, terminator: 0x0a}", "x terminator=[10]"),
    Row("{id: x, terminator: [13, 10]}", "x terminator=[13, 10]"),
    Row("{id: x, terminator: [\"\\r\", 0x0a]}", "x terminator=[13, 10]"),
    Row(
      "{id: x, terminator: 0, include: true, consume: false, eos-error: no}",
      "x terminator=[0] include=true consume=false eos-error=false"),
    Row("{id: x, type: strz, consume: false}", "x type=strz consume=false"),
    Row("{id: x, type: strz, terminator: 10}", "x type=strz terminator=[10]"),
    Row("{id: x, size: 8, terminator: 0, pad-right: 0x20}", "x size=8 terminator=[0] pad-right=32"),
    Row("{id: x, type: foo, size: 8, pad-right: 0}", "x type=foo size=8 pad-right=0"),
    Row("{id: x, type: u1, enum: kind}", "x type=u1 enum=kind"),
    Row("{id: x, type: b1, enum: 'a::kind'}", "x type=b1 enum=a::kind"),
    Row("{id: x, type: u1, valid: 5}", "x type=u1 valid=5"), Row("{id: x, type: u1, valid: -1}", "x type=u1 valid=-1"),
    Row("{id: x, type: b1, valid: true}", "x type=b1 valid=true"),
    Row("{id: x, size: 2, valid: '[1, 2]'}", "x size=2 valid=[1 2]"),
    Row("{id: x, type: u1, valid: {eq: a + 1}}", "x type=u1 valid=eq((+ a 1))"),
    Row("{id: x, type: u1, valid: {min: 1}}", "x type=u1 valid=1..."),
    Row("{id: x, type: u1, valid: {max: 9}}", "x type=u1 valid=...9"),
    Row("{id: x, type: u1, valid: {min: 1, max: 9}}", "x type=u1 valid=1...9"),
    Row("{id: x, type: u1, valid: {any-of: [1, 2, a]}}", "x type=u1 valid=any-of(1 2 a)"),
    Row("{id: x, type: strz, valid: {any-of: ['\"a\"', '\"b\"']}}", "x type=strz valid=any-of(\"a\" \"b\")"),
    Row("{id: x, type: u1, valid: {expr: _ % 2 == 0}}", "x type=u1 valid=expr((== (% _ 2) 0))"),
    Row("{id: x, type: u1, enum: e, valid: {in-enum: true}}", "x type=u1 enum=e valid=in-enum"),
    Row("{id: x, size: 4, process: zlib}", "x size=4 process=zlib"),
    Row("{id: x, size: 4, process: xor(0xaa)}", "x size=4 process=xor 170"),
    Row("{id: x, size: 4, process: 'xor([1, 2])'}", "x size=4 process=xor [1 2]"),
    Row("{id: x, size: 4, process: ror(a)}", "x size=4 process=ror a"),
    Row("{id: x, size-eos: true, type: foo, process: 'a.b_c.d(1, key)'}", "x type=foo size-eos process=a.b_c.d 1 key"),
    Row("{id: x, type: foo, parent: false}", "x type=foo parent=none"),
    Row("{id: x, type: foo, parent: _parent.y}", "x type=foo parent=(. _parent y)"),
    Row(
      "{id: x, type: {switch-on: k, cases: {1: u1, 0x02: foo, '\"a\"': strz, 'e::b': 'bar(2)', true: f4, _: u2be}}}",
      "x type=k{1: u1, 2: foo, \"a\": strz, e::b: bar(2), true: f4, _: u2be}"),
    Row("{id: x, size: 4, type: {switch-on: k + 1, cases: {1: foo}}}", "x type=(+ k 1){1: foo} size=4"),
    Row("{id: x, type: {switch-on: k, cases: {}}}", "x type=k{}"),
    Row(
      "{id: x, type: {switch-on: k, cases: {1: str}}, size: 1, encoding: ASCII}",
      "x type=k{1: str} size=1 encoding=ASCII"),
    Row("{id: x, contents: AB, process: xor(1)}", "x contents=[65, 66] process=xor 1"),
    Row("{id: x, type: u2, terminator: 0}", "x type=u2 terminator=[0]"),
    Row("{id: x, -sql: none, type: u1}", "x type=u1"),
  ]

  @Test(arguments: fields)
  func `an element of seq`(row: Row) { #expect(outcome("seq:\n  - \(row.text)", of: "seq") == row.outcome) }

  static let instances = [
    Row("{value: 1}", "x value=1"), Row("{value: true}", "x value=true"), Row("{value: FALSE}", "x value=false"),
    Row("{value: '\"text\"'}", "x value=\"text\""),
    Row(
      "{value: a.b + 1, if: a > 0, enum: e, doc: D, doc-ref: R}",
      "x doc='D' doc-ref=R if=(> a 0) enum=e value=(+ (. a b) 1)"),
    Row("{value: a, valid: {max: 3}}", "x valid=...3 value=a"), Row("{value: a, -sql: true, -orig-id: y}", "x value=a"),
    Row("{value: 'f\"{a}\"'}", "x value=(f a)"), Row("{value: 'sizeof<u4>'}", "x value=(sizeof u4)"),
    Row("{pos: 4, type: u1}", "x type=u1 pos=4"), Row("{type: u1}", "x type=u1"), Row("{id: y, type: u1}", "x type=u1"),
    Row(
      "{pos: ofs * 2, io: _root._io, size: 8, type: foo, repeat: expr, repeat-expr: 2, if: ofs != 0}",
      "x type=foo repeat=expr(2) if=(!= ofs 0) size=8 io=(. _root _io) pos=(* ofs 2)"),
    Row("{io: a._io, size-eos: true, process: zlib}", "x size-eos process=zlib io=(. a _io)"),
    Row("{pos: 0, contents: AB}", "x contents=[65, 66] pos=0"),
    Row("{pos: 0, type: {switch-on: k, cases: {_: u1}}}", "x type=k{_: u1} pos=0"),
    Row("{pos: 0, type: foo, parent: _root}", "x type=foo parent=_root pos=0"),
  ]

  @Test(arguments: instances)
  func `an instance`(row: Row) { #expect(outcome("instances:\n  x: \(row.text)", of: "instances") == row.outcome) }

  /// Each begins at column 5 of line 3.
  static let wrongFields = [
    Row("{}", "3:5: bytes need a 'size', 'size-eos: true', 'terminator', 'contents' or a 'type' (/seq/0)"),
    Row("[u1]", "3:5: an attribute must be a mapping, not a list (/seq/0)"),
    Row("~", "3:5: an attribute must be a mapping, not nothing (/seq/0)"),
    Row(
      "{id: Xy, type: u1}",
      "3:10: 'Xy' is no name: lower-case letters, digits and '_' are allowed, a letter first (/seq/0/id)"),
    Row(
      "{id: _x, type: u1}",
      "3:10: '_x' is no name: lower-case letters, digits and '_' are allowed, a letter first (/seq/0/id)"),
    Row("{id: [a], type: u1}", "3:10: 'id' must be a text, not a list (/seq/0/id)"),
    Row("{id: ~, type: u1}", "3:10: 'id' must be a text, not nothing (/seq/0/id)"),
    Row("{id: x, typ: u1}", "3:13: unknown key 'typ' in an attribute; did you mean 'type'? (/seq/0/typ)"),
    Row(
      "{id: x, type: u1, repeatt: eos}",
      "3:23: unknown key 'repeatt' in an attribute; did you mean 'repeat'? (/seq/0/repeatt)"),
    Row("{id: x, type: u1, pos: 4}", "3:23: 'pos' belongs to an instance, not to an element of 'seq' (/seq/0/pos)"),
    Row("{id: x, type: u1, io: _io}", "3:23: 'io' belongs to an instance, not to an element of 'seq' (/seq/0/io)"),
    Row("{id: x, value: 4}", "3:13: 'value' belongs to an instance, not to an element of 'seq' (/seq/0/value)"),
    Row("{id: x, type: [u1]}", "3:19: a type's name is expected, not a list (/seq/0/type)"),
    Row("{id: x, type: ~}", "3:19: a type's name is expected, not nothing (/seq/0/type)"),
    Row("{id: x, type: 'foo('}", "3:24: a value is expected, but the expression ends (/seq/0/type)"),
    Row("{id: x, type: 5}", "3:19: a type's name is expected, but found 5 (/seq/0/type)"),
    Row("{id: x, type: 'u1[]'}", "3:20: 'u1[]' can only be a parameter's type; for a list use 'repeat' (/seq/0/type)"),
    Row("{id: x, type: u1(5)}", "3:19: 'u1' takes no parameters (/seq/0/type)"),
    Row("{id: x, type: b65}", "3:19: 'b65' has more than 64 bits (/seq/0/type)"),
    Row("{id: x, type: str}", "3:5: a string needs a 'size', 'size-eos: true' or a 'terminator' (/seq/0)"),
    Row("{id: x, size: 1 +}", "3:22: a value is expected, but the expression ends (/seq/0/size)"),
    Row("{id: x, size: ~}", "3:19: an expression is expected, not nothing (/seq/0/size)"),
    Row("{id: x, size: {a: 1}}", "3:19: an expression is expected, not a mapping (/seq/0/size)"),
    Row("{id: x, size: 4, size-eos: true}", "3:22: an attribute has either 'size' or 'size-eos' (/seq/0)"),
    Row("{id: x, size-eos: maybe}", "3:23: 'size-eos' must be true or false (/seq/0/size-eos)"),
    Row("{id: x, size-eos: 'true'}", "3:23: 'size-eos' must be true or false (/seq/0/size-eos)"),
    Row(
      "{id: x, size-eos: false}",
      "3:5: bytes need a 'size', 'size-eos: true', 'terminator', 'contents' or a 'type' (/seq/0)"),
    Row("{id: x, type: u1, size: 2}", "3:23: 'u1' has a size of its own (/seq/0/size)"),
    Row("{id: x, type: f8, size-eos: true}", "3:23: 'f8' has a size of its own (/seq/0/size-eos)"),
    Row(
      "{id: x, type: b3, pad-right: 0, size: 1}", "3:23: 'pad-right' does not go with 'b3' (/seq/0/pad-right)",
      "3:37: 'b3' has a size of its own (/seq/0/size)"),
    Row("{id: x, type: u1, encoding: UTF-8}", "3:23: 'encoding' does not go with 'u1' (/seq/0/encoding)"),
    Row("{id: x, size: 1, encoding: UTF-8}", "3:22: 'encoding' does not go with bytes (/seq/0/encoding)"),
    Row(
      "{id: x, type: foo, encoding: UTF-8}",
      "3:24: 'encoding' does not go with a type of the description (/seq/0/encoding)"),
    Row("{id: x, type: u1, parent: _root}", "3:23: 'parent' does not go with 'u1' (/seq/0/parent)"),
    Row("{id: x, type: strz, process: zlib}", "3:25: 'process' does not go with a string (/seq/0/process)"),
    Row("{id: x, type: u4, process: zlib}", "3:23: 'process' does not go with 'u4' (/seq/0/process)"),
    Row(
      "{id: x, type: foo, process: zlib}",
      "3:24: 'process' needs a 'size', 'size-eos: true' or a 'terminator' beside it (/seq/0)"),
    Row("{id: x, type: f4, enum: e}", "3:23: only an integer can have an 'enum' (/seq/0/enum)"),
    Row("{id: x, size: 1, enum: e}", "3:22: only an integer can have an 'enum' (/seq/0/enum)"),
    Row("{id: x, type: foo, enum: e}", "3:24: only an integer can have an 'enum' (/seq/0/enum)"),
    Row("{id: x, type: u1, enum: [e]}", "3:29: 'enum' must be a text, not a list (/seq/0/enum)"),
    Row("{id: x, contents: AB, type: u2}", "3:13: an attribute has either 'contents' or 'type' (/seq/0/contents)"),
    Row("{id: x, contents: AB, valid: 5}", "3:27: an attribute has either 'contents' or 'valid' (/seq/0)"),
    Row("{id: x, contents: 65}", "3:23: a byte stands in a list: [65] (/seq/0/contents)"),
    Row("{id: x, contents: true}", "3:23: a text or a list of bytes is expected, not a scalar (/seq/0/contents)"),
    Row("{id: x, contents: {a: 1}}", "3:23: a text or a list of bytes is expected, not a mapping (/seq/0/contents)"),
    Row(
      "{id: x, contents: [1, 256, [3], 300]}", "3:27: 256 is no byte (0 to 255) (/seq/0/contents/1)",
      "3:32: a byte or a text is expected, not a list (/seq/0/contents/2)",
      "3:37: 300 is no byte (0 to 255) (/seq/0/contents/3)"),
    Row("{id: x, terminator: 256}", "3:25: 'terminator' must be an integer from 0 to 255 (/seq/0/terminator)"),
    Row("{id: x, terminator: -1}", "3:25: 'terminator' must be an integer from 0 to 255 (/seq/0/terminator)"),
    Row("{id: x, terminator: a}", "3:25: 'terminator' must be an integer from 0 to 255 (/seq/0/terminator)"),
    Row("{id: x, terminator: []}", "3:25: a terminator has at least one byte (/seq/0/terminator)"),
    Row("{id: x, terminator: [13, 400]}", "3:30: 400 is no byte (0 to 255) (/seq/0/terminator/1)"),
    Row("{id: x, size: 4, pad-right: 999}", "3:33: 'pad-right' must be an integer from 0 to 255 (/seq/0/pad-right)"),
    Row(
      "{id: x, type: u1, repeat: untill}",
      "3:31: 'repeat' is eos, expr or until, not 'untill'; did you mean 'until'? (/seq/0/repeat)"),
    Row("{id: x, type: u1, repeat: expr}", "3:31: 'repeat: expr' needs 'repeat-expr' (/seq/0/repeat)"),
    Row("{id: x, type: u1, repeat: until}", "3:31: 'repeat: until' needs 'repeat-until' (/seq/0/repeat)"),
    Row("{id: x, type: u1, repeat-expr: 2}", "3:23: 'repeat-expr' needs 'repeat: expr' beside it (/seq/0/repeat-expr)"),
    Row(
      "{id: x, type: u1, repeat: eos, repeat-until: true}",
      "3:36: 'repeat-until' needs 'repeat: until' beside it (/seq/0/repeat-until)"),
    Row(
      "{id: x, type: u1, valid: {}}",
      "3:30: 'valid' takes a value, eq, min, max, any-of, in-enum or expr (/seq/0/valid)"),
    Row("{id: x, type: u1, valid: [1]}", "3:30: an expression is expected, not a list (/seq/0/valid)"),
    Row("{id: x, type: u1, valid: {equals: 1}}", "3:31: unknown key 'equals' in 'valid' (/seq/0/valid/equals)"),
    Row("{id: x, type: u1, valid: {eq: 1, min: 0}}", "3:38: 'min' does not go with 'eq' (/seq/0/valid/min)"),
    Row("{id: x, type: u1, valid: {expr: true, max: 0}}", "3:31: 'expr' does not go with 'max' (/seq/0/valid/expr)"),
    Row("{id: x, type: u1, valid: {any-of: 5}}", "3:39: 'any-of' must be a list, not a scalar (/seq/0/valid/any-of)"),
    Row(
      "{id: x, type: u1, valid: {any-of: [1, 2 +]}}",
      "3:46: a value is expected, but the expression ends (/seq/0/valid/any-of/1)"),
    Row(
      "{id: x, type: u1, enum: e, valid: {in-enum: false}}", "3:49: 'in-enum' can only be true (/seq/0/valid/in-enum)"),
    Row("{id: x, size: 1, process: xor}", "3:31: 'xor' takes one argument, not 0 (/seq/0/process)"),
    Row("{id: x, size: 1, process: 'rol(1, 2)'}", "3:32: 'rol' takes one argument, not 2 (/seq/0/process)"),
    Row("{id: x, size: 1, process: zlib(1)}", "3:31: 'zlib' takes no argument, not 1 (/seq/0/process)"),
    Row(
      "{id: x, size: 1, process: Foo(1)}",
      "3:31: 'Foo' is no name: lower-case letters, digits and '_' are allowed, a letter first (/seq/0/process)"),
    Row("{id: x, size: 1, process: xor(}", "3:35: a value is expected, but the expression ends (/seq/0/process)"),
    Row("{id: x, type: {switch-on: k}}", "3:19: a switched type needs 'switch-on' and 'cases' (/seq/0/type)"),
    Row("{id: x, type: {cases: {1: u1}}}", "3:19: a switched type needs 'switch-on' and 'cases' (/seq/0/type)"),
    Row(
      "{id: x, type: {switch-on: k, cases: [u1]}}", "3:41: 'cases' must be a mapping, not a list (/seq/0/type/cases)"),
    Row(
      "{id: x, type: {switch-on: k, cases: {1: [u1]}}}",
      "3:45: a type's name is expected, not a list (/seq/0/type/cases/1)"),
    Row(
      "{id: x, type: {switch-on: k +, cases: {}}}",
      "3:34: a value is expected, but the expression ends (/seq/0/type/switch-on)"),
    Row(
      "{id: x, type: {switch-on: k, cases: {'1 +': u1, '2 +': u1}}}",
      "3:46: a value is expected, but the expression ends (/seq/0/type/cases/1 +)",
      "3:57: a value is expected, but the expression ends (/seq/0/type/cases/2 +)"),
    Row(
      "{id: x, type: {switch-on: k, cases: {1: str}}}",
      "3:45: this case needs a 'size', 'size-eos: true' or a 'terminator' on the attribute (/seq/0/type/cases/1)"),
    Row(
      "{id: x, type: {switch-on: k, cases: {}, default: u1}}",
      "3:45: unknown key 'default' in a switched type (/seq/0/type/default)"),
    Row(
      "{id: x, type: {switch-on: k, cases: {1: f4}}, enum: e}", "3:51: only an integer can have an 'enum' (/seq/0/enum)"
    ),
    Row(
      "{id: x, size: 1 +, if: 2 +, type: 'foo::', repeat: foo}",
      "3:22: a value is expected, but the expression ends (/seq/0/size)",
      "3:31: a value is expected, but the expression ends (/seq/0/if)",
      "3:45: a type's name is expected, but the expression ends (/seq/0/type)",
      "3:56: 'repeat' is eos, expr or until, not 'foo' (/seq/0/repeat)"),
    Row(
      "{id: x, doc: [a], doc-ref: [b, [c]], type: u1}", "3:18: 'doc' must be a text, not a list (/seq/0/doc)",
      "3:36: 'doc-ref' must be a text, not a list (/seq/0/doc-ref/1)"),
  ]

  @Test(arguments: wrongFields)
  func `what is wrong in an element of seq`(row: Row) {
    #expect(outcome("seq:\n  - \(row.text)", of: "seq") == row.outcome)
  }

  /// Each begins at column 6 of line 3.
  static let wrongInstances = [
    Row("u1", "3:6: an instance must be a mapping, not a scalar (/instances/x)"),
    Row("{}", "3:3: bytes need a 'size', 'size-eos: true', 'terminator', 'contents' or a 'type' (/instances/x)"),
    Row("{value: 1 +}", "3:17: a value is expected, but the expression ends (/instances/x/value)"),
    Row("{value: ~}", "3:14: an expression is expected, not nothing (/instances/x/value)"),
    Row("{value: 1, size: 4}", "3:17: 'size' does not go with 'value', which is not read (/instances/x/size)"),
    Row("{value: 1, type: u1}", "3:17: 'type' does not go with 'value', which is not read (/instances/x/type)"),
    Row("{value: 1, pos: 1}", "3:17: 'pos' does not go with 'value', which is not read (/instances/x/pos)"),
    Row("{value: 1, id: y}", "3:17: 'id' does not go with 'value', which is not read (/instances/x/id)"),
    Row(
      "{value: 1, repeat: eos, foo: 1}",
      "3:17: 'repeat' does not go with 'value', which is not read (/instances/x/repeat)",
      "3:30: unknown key 'foo' in an instance with 'value' (/instances/x/foo)"),
    Row("{pos: 1 +, type: u1}", "3:15: a value is expected, but the expression ends (/instances/x/pos)"),
    Row(
      "{pos: 1, type: u1, vaule: 5}",
      "3:25: unknown key 'vaule' in an instance; did you mean 'value'? (/instances/x/vaule)"),
  ]

  @Test(arguments: wrongInstances)
  func `what is wrong in an instance`(row: Row) {
    #expect(outcome("instances:\n  x: \(row.text)", of: "instances") == row.outcome)
  }

  @Test func `keys and values have their places`() throws {
    let text = "meta: {id: t}\nseq:\n  - id: x\n    size: a +\n      b\n    if: c\n"
    let field = try #require(read(text).root?.seq.first)
    #expect(field.places["size"] == place(4, 5) && field.valuePlaces["size"] == place(4, 11))
    #expect(field.place("if") == place(6, 9) && field.place("enum") == field.location)
    #expect(field.size?.operands.map(\.location) == [place(4, 11), place(5, 7)])
    #expect(field.expressions.map { "\($0.key) \($0.expression.tree)" } == ["if c", "size (+ a b)"])
  }

  @Test func `multi-byte numbers need a byte order, strings an encoding`() {
    func problems(_ text: String) -> [String] { read(text).problems }
    let order = "needs a byte order: say 'u2le' or 'u2be', or set 'endian' in 'meta'"
    #expect(problems("meta: {id: t}\nseq: [{id: x, type: u2}]\n") == ["2:21: 'u2' \(order) (/seq/0/type)"])
    #expect(
      problems("meta: {id: t}\nseq: [{id: x, type: {switch-on: 1, cases: {1: u2}}}]\n") == [
        "2:47: 'u2' \(order) (/seq/0/type/cases/1)"
      ])
    #expect(problems("meta: {id: t}\nseq: [{id: x, type: u2be}, {id: y, type: s1}, {id: z, type: b9}]\n").isEmpty)
    #expect(problems("meta: {id: t, endian: be}\ntypes: {a: {seq: [{id: x, type: f4}]}}\n").isEmpty)
    #expect(problems("meta: {id: t, endian: {switch-on: k, cases: {1: le}}}\nseq: [{id: x, type: u2}]\n").isEmpty)
    #expect(
      problems("meta: {id: t, endian: no}\nseq: [{id: x, type: u2}]\n") == [
        "1:23: 'endian' is 'le' or 'be', not 'no' (/meta/endian)"
      ], "what is wrong already is said once")
    #expect(
      problems("meta: {id: t}\nseq: [{id: x, type: strz}]\n") == [
        "2:7: a string needs an 'encoding', here or in 'meta' (/seq/0)"
      ])
    #expect(
      problems("meta: {id: t}\nseq: [{id: x, type: {switch-on: 1, cases: {1: strz}}}]\n") == [
        "2:47: a string needs an 'encoding', here or in 'meta' (/seq/0/type/cases/1)"
      ])
    #expect(problems("meta: {id: t}\ntypes: {a: {meta: {encoding: ASCII}, seq: [{id: x, type: strz}]}}\n").isEmpty)
  }
}

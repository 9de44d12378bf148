import Testing

@testable import ParserGen

/// Types, parameters, enums and `meta`.
@Suite struct SpecReaderTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    var problems: [String]
    var testDescription: String { text }

    init(_ text: String, _ problems: String...) {
      self.text = text
      self.problems = problems
    }
  }

  private static let notAName = "is no name: lower-case letters, digits and '_' are allowed, a letter first"

  static let descriptions = [
    Row("meta: {id: t}"), Row("meta: {id: t}\nseq: []\ninstances: {}\ntypes: {}\nenums: {}\nparams: []\n-foo: 1"),
    Row("meta: {id: t}\ntypes: {a: , b: {}, c: {types: {a: ~}}}"),
    Row("meta: {id: t}\nto-string: 'x + \"a\"'\ndoc: |\n  a\n  b\ndoc-ref: [x, y]"),
    Row("seq: []", "1:1: a description needs 'meta' with an 'id' (/meta)"),
    Row("meta: {title: x}", "1:1: a description needs 'meta' with an 'id' (/meta)"),
    Row("meta: [a]", "1:7: 'meta' must be a mapping, not a list (/meta)"),
    Row("[]", "1:1: a description must be a mapping, not a list"), Row("", "1:1: the description is empty"),
    Row(
      "meta: {id: t}\nsequ: []\nenum: {}", "2:1: unknown key 'sequ' in a description; did you mean 'seq'? (/sequ)",
      "3:1: unknown key 'enum' in a description; did you mean 'enums'? (/enum)"),
    Row("meta: {id: t}\nseq: {id: x}", "2:6: 'seq' must be a list, not a mapping (/seq)"),
    Row("meta: {id: t}\nparams: {id: x}", "2:9: 'params' must be a list, not a mapping (/params)"),
    Row("meta: {id: t}\ninstances: [x]", "2:12: 'instances' must be a mapping, not a list (/instances)"),
    Row(
      "meta: {id: t}\ntypes: {a: [1], b: {foo: 1}}", "2:12: a type must be a mapping, not a list (/types/a)",
      "2:21: unknown key 'foo' in a type (/types/b/foo)"),
    Row(
      "meta: {id: t}\ntypes: {Ab: {}, c: {types: {d-e: {}}}}", "2:9: 'Ab' \(notAName) (/types/Ab)",
      "2:29: 'd-e' \(notAName) (/types/c/types/d-e)"),
    Row(
      "meta: {id: t}\ninstances: {X: {value: 1}, 2: {value: 1}}", "2:13: 'X' \(notAName) (/instances/X)",
      "2:28: '2' \(notAName) (/instances/2)"),
    Row("meta: {id: t}\nenums: {E: {1: a}}", "2:9: 'E' \(notAName) (/enums/E)"),
    Row("meta: {id: t}\nto-string: 1 +", "2:15: a value is expected, but the expression ends (/to-string)"),
    // Names that stand twice.
    Row(
      "meta: {id: t}\nseq:\n  - {id: x, type: u1}\n  - {id: x, type: u1}",
      "4:10: the type has two members 'x' (/seq/1)"),
    Row("meta: {id: t}\nparams: [{id: x}, {id: x}]", "2:24: the type has two members 'x' (/params/1)"),
    Row(
      "meta: {id: t}\nparams: [{id: x}]\nseq: [{id: x, type: u1}]\ninstances: {x: {value: 1}}",
      "3:12: the type has two members 'x' (/seq/0)", "4:13: the type has two members 'x' (/instances/x)"),
    Row(
      "meta: {id: t}\nseq:\n  - {type: u1}\n  - {type: u1}\ntypes: {x: {}}\nenums: {x: {}}\ninstances: {x: {value: 1}}"),
    Row("meta: {id: t}\ntypes:\n  a: {}\n  a: {}", "4:3: the key 'a' stands twice in this mapping (/types)"),
    // Parameters.
    Row(
      "meta: {id: t}\nparams: [{type: u1}, 5]", "2:10: a parameter needs an 'id' (/params/0)",
      "2:22: a parameter must be a mapping, not a scalar (/params/1)"),
    Row(
      "meta: {id: t}\nparams: [{id: X}, {id: y, typ: u1}, {id: z, type: 'foo(1)'}, {id: a, type: 'foo::'}]",
      "2:15: 'X' \(notAName) (/params/0/id)",
      "2:27: unknown key 'typ' in a parameter; did you mean 'type'? (/params/1/typ)",
      "2:52: a parameter's type takes no parameters (/params/2/type)",
      "2:82: a type's name is expected, but the expression ends (/params/3/type)"),
    // Enums.
    Row("meta: {id: t}\nenums: {e: [a]}", "2:12: an enum must be a mapping, not a list (/enums/e)"),
    Row(
      "meta: {id: t}\nenums: {e: {one: a, 1.5: b, true: c}}",
      "2:13: an enum's key must be an integer, not 'one' (/enums/e/one)",
      "2:21: an enum's key must be an integer, not '1.5' (/enums/e/1.5)",
      "2:29: an enum's key must be an integer, not 'true' (/enums/e/true)"),
    Row(
      "meta: {id: t}\nenums: {e: {1: A, 2: 5, 3: ~, 4: null, 5: [x]}}", "2:16: 'A' \(notAName) (/enums/e/1)",
      "2:22: '5' \(notAName) (/enums/e/2)",
      "2:28: an enum's member needs a name; put quotes around one like 'null' (/enums/e/3)",
      "2:34: an enum's member needs a name; put quotes around one like 'null' (/enums/e/4)",
      "2:43: an enum's member must be a mapping, not a list (/enums/e/5)"),
    Row(
      "meta: {id: t}\nenums: {e: {1: {doc: x}, 2: {id: A}, 3: {id: b, dok: x}}}",
      "2:16: an enum's member needs an 'id' (/enums/e/1)",
      "2:34: 'A' \(notAName) (/enums/e/2/id)",
      "2:49: unknown key 'dok' in an enum's member; did you mean 'doc'? (/enums/e/3/dok)"),
    Row("meta: {id: t}\nenums: {e: {1: a, 0x01: b}}", "2:19: the value 1 already belongs to 'a' (/enums/e/0x01)"),
    Row("meta: {id: t}\nenums: {e: {1: a, 2: a}}", "2:22: the enum has two members 'a' (/enums/e/2)"),
    // meta
    Row("meta: {id: T}", "1:12: 'T' \(notAName) (/meta/id)"),
    Row(
      "meta: {id: t, title: A, application: [a, b], file-extension: x, xref: {a: [1]}, license: MIT, tags: [a], ks-debug: true, ks-opaque-types: True}"
    ),
    Row(
      "meta: {id: t, endain: le, lisence: MIT, -x: 1}",
      "1:15: unknown key 'endain' in 'meta'; did you mean 'endian'? (/meta/endain)",
      "1:27: unknown key 'lisence' in 'meta'; did you mean 'license'? (/meta/lisence)"),
    Row("meta: {id: t, ks-version: 0.9}"), Row("meta: {id: t, ks-version: '0.11'}"),
    Row("meta: {id: t, ks-version: 0.10}"), Row("meta: {id: t, ks-version: 0.11.0}"),
    Row("meta: {id: t, ks-version: 0.11-SNAPSHOT}"),
    Row(
      "meta: {id: t, ks-version: 0.12}",
      "1:27: the description needs version 0.12 of Kaitai Struct; 0.11 is supported (/meta/ks-version)"),
    Row(
      "meta: {id: t, ks-version: 0.11.1}",
      "1:27: the description needs version 0.11.1 of Kaitai Struct; 0.11 is supported (/meta/ks-version)"),
    Row(
      "meta: {id: t, ks-version: 1}",
      "1:27: the description needs version 1 of Kaitai Struct; 0.11 is supported (/meta/ks-version)"),
    Row("meta: {id: t, ks-version: new}", "1:27: 'new' is no version of Kaitai Struct (/meta/ks-version)"),
    Row(
      "meta: {id: t, ks-debug: 1, ks-opaque-types: x}", "1:25: 'ks-debug' must be true or false (/meta/ks-debug)",
      "1:45: 'ks-opaque-types' must be true or false (/meta/ks-opaque-types)"),
    Row("meta: {id: t, endian: be, bit-endian: le}"),
    Row("meta: {id: t}\ntypes: {a: {meta: {endian: be, bit-endian: le, encoding: ASCII}}}"),
    Row(
      "meta: {id: t, endian: middle, bit-endian: [le]}", "1:23: 'endian' is 'le' or 'be', not 'middle' (/meta/endian)",
      "1:43: 'bit-endian' is 'le' or 'be', not a list (/meta/bit-endian)"),
    Row(
      "meta: {id: t, endian: {switch-on: x, cases: {1: le, _: big}}}",
      "1:56: a case of 'endian' is 'le' or 'be', not 'big' (/meta/endian/cases/_)"),
    Row(
      "meta: {id: t, endian: {switch-on: x +, cases: {'1 +': le}}}",
      "1:38: a value is expected, but the expression ends (/meta/endian/switch-on)",
      "1:52: a value is expected, but the expression ends (/meta/endian/cases/1 +)"),
    Row("meta: {id: t, endian: {cases: {}}}", "1:23: a computed 'endian' needs 'switch-on' and 'cases' (/meta/endian)"),
    Row(
      "meta: {id: t}\ntypes: {a: {meta: {endian: x}}}", "2:28: 'endian' is 'le' or 'be', not 'x' (/types/a/meta/endian)"
    ),
    Row("meta: {id: t, encoding: [a]}", "1:25: 'encoding' must be a text, not a list (/meta/encoding)"),
  ]

  @Test(arguments: descriptions)
  func `every problem is told at its place`(row: Row) { #expect(read(row.text + "\n").problems == row.problems) }

  @Test func `what meta says is kept`() throws {
    let text = """
      meta:
        id: t
        title: A title
        encoding: ASCII
        endian:
          switch-on: kind
          cases: {0x49: le, '"M"': be, _: be}
        bit-endian: le
        ks-opaque-types: true
        ks-debug: yes
      """
    let meta = try #require(read(text).root).meta
    #expect(meta.id == "t" && meta.title == "A title" && meta.encoding?.text == "ASCII" && meta.bitEndian == .little)
    #expect(meta.allowsOpaqueTypes && meta.isDebug && meta.places["endian"]?.line == 5)
    guard case .computed(let endian)? = meta.endian else {
      throw Diagnostic(at: place(1, 1), "")
    }
    #expect(endian.on.tree == "kind" && endian.location.line == 6)
    #expect(
      endian.cases.map { "\($0.key) \($0.match?.tree ?? "-") \($0.order)" } == [
        "0x49 73 little", "\"M\" \"M\" big", "_ - big",
      ])
    let plain = try #require(read("meta: {id: t}\n").root).meta
    #expect(plain.endian == nil && plain.bitEndian == nil && !plain.allowsOpaqueTypes && !plain.isDebug)
  }

  @Test func `types, parameters, texts and docs`() throws {
    let text = """
      meta: {id: t}
      doc: |
        First.

          Indented.
      doc-ref: [https://example.org Text, other]
      to-string: '"a" + b'
      params:
        - {id: a}
        - {id: b, type: 'u2[]', doc: D}
        - {id: c, type: 'x::y', enum: e}
        - {id: d, type: struct}
      types:
        x:
          types:
            y: {doc: Inner}
      """
    let (read, problems) = read(text)
    let root = try #require(read)
    #expect(problems.isEmpty)
    #expect(root.doc.text == "First.\n\n  Indented.\n" && root.doc.references == ["https://example.org Text", "other"])
    #expect(root.text?.tree == "(+ \"a\" b)")
    #expect(
      root.params.map { "\($0.name) \($0.type?.text ?? "-") \($0.type?.dimensions ?? 0) \($0.enumName?.text ?? "-")" }
        == ["a - 0 -", "b u2[] 1 -", "c x::y 0 e", "d struct 0 -"])
    #expect(root.params.map(\.location.line) == [9, 10, 11, 12] && root.params[1].doc.text == "D")
    let inner = try #require(root.types.first?.types.first)
    #expect(inner.path == "/types/x/types/y" && inner.qualifiedName == "t::x::y" && inner.doc.text == "Inner")
  }

  @Test func `enums have every form of key and member`() throws {
    let text = """
      meta: {id: t}
      enums:
        e:
          0: zero
          0x10: {id: sixteen, doc: D, doc-ref: R, -orig-id: SIXTEEN}
          -1: minus
          0b11: three
          1_000: thousand
          0o17: fifteen
          '20': quoted
          18446744073709551615: max
          2: true
          4: False
          5: {id: TRUE}
          6: 'null'
      """
    let text2 = text.replacing("5: {id: TRUE}", with: "5: {id: yes}")
    let root = try #require(read(text2).root)
    let members = try #require(root.enums.first).members.map { "\($0.value) \($0.name)" }
    #expect(
      members == [
        "0 zero", "16 sixteen", "-1 minus", "3 three", "1000 thousand", "15 fifteen", "20 quoted",
        "18446744073709551615 max", "2 true", "4 false", "5 yes", "6 null",
      ])
    #expect(read(text).problems == ["14:8: the enum has two members 'true' (/enums/e/5)"])
    let documented = try #require(root.enums.first?.member("sixteen"))
    #expect(documented.doc.text == "D" && documented.doc.references == ["R"] && documented.location.line == 5)
  }

  @Test func `merge keys give what they have`() throws {
    let text = """
      meta: {id: t}
      seq:
        - &base {id: a, type: u1, doc: D}
        - {<<: *base, id: b}
      """
    #expect(try #require(read(text).root).seq.map(\.facts) == ["a doc='D' type=u1", "b doc='D' type=u1"])
  }
}

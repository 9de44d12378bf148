import Testing

@testable import ParserGen

@Suite struct DescriptionLoaderTests {
  @Test func `imports are relative to their file, absolute ones in the import paths`() throws {
    let files = [
      "sub/a.ksy": "meta: {id: a, imports: [../b, /common/c, deeper/d]}\n", "b.ksy": "meta: {id: b}\n",
      "lib/common/c.ksy": "meta: {id: c, imports: [e]}\n", "lib/common/e.ksy": "meta: {id: e}\n",
      "sub/deeper/d.ksy": "meta: {id: d, imports: [../../b]}\n",
    ]
    let (root, problems) = read("meta: {id: t, imports: [sub/a]}\n", files: files, importPaths: ["none", "lib/"])
    #expect(problems.isEmpty)
    let a = try #require(root?.imports.first)
    #expect(a.imports.map(\.name) == ["b", "c", "d"] && a.imports[1].imports.map(\.name) == ["e"])
    #expect(a.imports[0] === a.imports[2].imports[0], "a file is loaded once")
  }

  @Test func `files may import one another, and themselves`() throws {
    let files = ["b.ksy": "meta: {id: b, imports: [t, c]}\n", "c.ksy": "meta: {id: c, imports: [./b, c]}\n"]
    let (root, problems) = read("meta: {id: t, imports: [b, ./b, t]}\n", files: files)
    #expect(problems.isEmpty)
    let b = try #require(root?.imports.first)
    #expect(root?.imports.count == 1 && b.imports.map(\.name) == ["t", "c"] && b.imports[0] === root)
    #expect(b.imports[1].imports.map(\.name) == ["b"])
  }

  @Test func `types may import too`() {
    let text = "meta: {id: t}\ntypes: {x: {meta: {imports: b}}, y: {meta: {imports: [b, no]}}}\n"
    let files = ["b.ksy": "meta: {id: b}\n"]
    #expect(read(text.replacing(", no", with: ""), files: files).root?.imports.map(\.name) == ["b"])
    let (root, problems) = read(text, files: files)
    #expect(root == nil, "what is not there cannot be looked up")
    #expect(problems == ["2:58: cannot read 'no.ksy' (/types/y/meta/imports/1)"])
  }

  @Test func `what cannot be found is told at its place`() {
    func problems(_ imports: String, _ paths: [String] = []) -> [String] {
      read("meta: {id: t, imports: \(imports)}\n", importPaths: paths).problems
    }
    #expect(problems("[no]") == ["1:25: cannot read 'no.ksy' (/meta/imports/0)"])
    #expect(problems("no") == ["1:24: cannot read 'no.ksy' (/meta/imports/0)"])
    #expect(problems("[../x/./no]") == ["1:25: cannot read '../x/no.ksy' (/meta/imports/0)"])
    #expect(problems("[/a/no]") == ["1:25: no import path is given in which to find '/a/no' (/meta/imports/0)"])
    #expect(problems("[/no]", ["p", "q"]) == ["1:25: cannot read 'p/no.ksy' or 'q/no.ksy' (/meta/imports/0)"])
    #expect(problems("[[x]]") == ["1:25: 'imports' must be a text, not a list (/meta/imports/0)"])
    #expect(problems("{a: b}") == ["1:24: 'imports' must be a text, not a mapping (/meta/imports)"])
    let broken = read("meta: {id: t, imports: [b]}\n", files: ["b.ksy": "meta: {id: b}\nseq: [{id: x}]\nfoo: [\n"])
      .problems
    #expect(broken == ["b.ksy:4:1: YAML: did not find expected node content while parsing a flow node"])
  }

  @Test func `paths have one form`() {
    let table: KeyValuePairs = [
      "a": "a", "./a": "a", "a/./b": "a/b", "a/../b": "b", "../a": "../a", "../../a": "../../a", "a/../../b": "../b",
      "/a/../b": "/b", "/../a": "/a", "a//b": "a/b", "/": "/", "": "",
    ]
    for (path, normal) in table { #expect(FilePath.normal(path) == normal, "\(path)") }
  }
}

@Suite struct StyleTests {
  private func warnings(_ text: String) -> [String] {
    read(text + "\n").problems.filter { $0.contains(" warning:") }.map { $0.replacing(" warning:", with: "") }
  }

  @Test func `sizes are called len, counts num`() {
    let text = """
      meta: {id: t}
      seq:
        - {id: size, type: u1}
        - {id: count, type: u1}
        - {id: len_b, type: u1}
        - {id: a, size: size}
        - {id: b, size: len_b}
        - {id: c, size: size + 1}
        - {id: d, type: x, size: half}
        - {id: e, type: str, size: size, encoding: ASCII}
        - {id: f, type: u1, repeat: expr, repeat-expr: count}
        - {size: size}
        - {id: g, size: nowhere}
      instances:
        half: {value: size / 2}
        p: {pos: 0, size: size, repeat: expr, repeat-expr: count}
      types:
        x: {params: [{id: n}], seq: [{id: y, size: n}]}
      """
    #expect(
      warnings(text) == [
        "3:10: 'size' is the size of 'a': name it 'len_a' (/seq/0/id)",
        "3:10: 'size' is the size of 'p': name it 'len_p' (/seq/0/id)",
        "4:10: 'count' is the number of elements of 'f': name it 'num_f' (/seq/1/id)",
        "4:10: 'count' is the number of elements of 'p': name it 'num_p' (/seq/1/id)",
        "15:3: 'half' is the size of 'd': name it 'len_d' (/instances/half/id)",
        "18:21: 'n' is the size of 'y': name it 'len_y' (/types/x/params/0/id)",
      ])
  }

  @Test func `encodings have their usual names`() {
    func warning(_ name: String) -> String? {
      warnings("meta: {id: t, encoding: '\(name)'}").first.map { String($0.dropFirst("1:25: ".count)) }
    }
    for name in [
      "ASCII", "UTF-8", "UTF-16LE", "UTF-32BE", "ISO-8859-15", "windows-1252", "IBM437", "Shift_JIS", "EUC-KR", "Big5",
    ] {
      #expect(warning(name) == nil, "\(name)")
    }
    let table: KeyValuePairs = [
      "utf-8": "UTF-8", "UTF8": "UTF-8", "utf_16le": "UTF-16LE", "UTF16-BE": "UTF-16BE", "us-ascii": "ASCII",
      "latin1": "ISO-8859-1",
      "8859_5": "ISO-8859-5", "iso_8859-9": "ISO-8859-9", "cp1251": "windows-1251", "cp437": "IBM437", "866": "IBM866",
      "SJIS": "Shift_JIS",
      "euckr": "EUC-KR", "csISOLatin5": "ISO-8859-9",
    ]
    for (name, usual) in table {
      #expect(warning(name) == "use the encoding's usual name '\(usual)' (/meta/encoding)", "\(name)")
    }
    for name in ["EBCDIC", "UTF-16", "ISO-8859-12", "UTF-7x", ""] where !name.isEmpty {
      #expect(warning(name) == "unrecognized encoding name '\(name)' (/meta/encoding)", "\(name)")
    }
    let field = "meta: {id: t}\nseq: [{id: x, type: strz, encoding: utf8}]\ntypes: {a: {meta: {encoding: x9}}}"
    #expect(
      warnings(field) == [
        "2:37: use the encoding's usual name 'UTF-8' (/seq/0/encoding)",
        "3:30: unrecognized encoding name 'x9' (/types/a/meta/encoding)",
      ])
  }

  @Test func `keys without effect are told`() {
    #expect(
      warnings("meta: {id: t}\nseq:\n  - {id: x, size: 4, consume: false, include: true, eos-error: true}") == [
        "3:22: 'consume' has no effect without a 'terminator' (/seq/0/consume)",
        "3:38: 'include' has no effect without a 'terminator' (/seq/0/include)",
        "3:53: 'eos-error' has no effect without a 'terminator' (/seq/0/eos-error)",
      ])
    #expect(
      warnings("meta: {id: t}\nseq:\n  - {id: x, terminator: 0, pad-right: 0}") == [
        "3:28: 'pad-right' has no effect without a 'size' (/seq/0/pad-right)"
      ])
    #expect(
      warnings(
        "meta: {id: t, encoding: ASCII}\nseq:\n  - {id: x, type: {switch-on: 1, cases: {1: strz}}, consume: false}"
      ).isEmpty)
  }

  @Test func `a description with warnings only is compiled`() {
    let result = compile("meta: {id: t}\nseq: [{id: n, type: u1}, {id: x, size: n}]\n")
    #expect(
      result.diagnostics.map { "\($0)" } == ["t.ksy:2:12: warning: 'n' is the size of 'x': name it 'len_x' (/seq/0/id)"]
    )
    #expect(result.files.count == 3)
  }
}

extension BrokenDescription {
  static let yamlAndKeys: [BrokenDescription] = [
    BrokenDescription(
      "YAML: a quote that is not closed",
      """
      meta: {id: a}
      doc: "never closed
      """,
      [
        #"2:6: YAML: found unexpected end of stream while scanning a quoted scalar"#
      ]),
    BrokenDescription(
      "YAML: a tab as indentation",
      """
      meta:
      	id: a
      """,
      [
        #"2:1: YAML: a tab cannot indent; use spaces"#
      ]),
    BrokenDescription(
      "YAML: a key twice",
      """
      meta: {id: a}
      seq: []
      seq: []
      """,
      [
        #"3:1: the key 'seq' stands twice in this mapping"#
      ]),
    BrokenDescription(
      "YAML: two documents",
      """
      meta: {id: a}
      ---
      meta: {id: b}
      """,
      [
        #"2:1: a description is one YAML document; remove the second"#
      ]),
    BrokenDescription(
      "YAML: an unknown anchor",
      """
      meta: {id: a}
      seq: *nothing
      """,
      [
        #"2:6: YAML: unknown anchor 'nothing'"#
      ]),
    BrokenDescription(
      "YAML: a list as a key",
      """
      meta: {id: a}
      ? [x]
      : y
      """,
      [
        #"2:3: YAML: a key must be a scalar"#
      ]),
    BrokenDescription(
      "the file is empty",
      """

      """,
      [
        #"1:1: the description is empty"#
      ]),
    BrokenDescription(
      "the document is a list",
      """
      - 1
      """,
      [
        #"1:1: a description must be a mapping, not a list"#
      ]),
    BrokenDescription(
      "no meta",
      """
      seq: []
      """,
      [
        #"1:1: a description needs 'meta' with an 'id' (/meta)"#
      ]),
    BrokenDescription(
      "an id that is no name",
      """
      meta: {id: Big-Thing}
      """,
      [
        #"1:12: 'Big-Thing' is no name: lower-case letters, digits and '_' are allowed, a letter first (/meta/id)"#
      ]),
    BrokenDescription(
      "an unknown key with a near one",
      """
      meta: {id: a}
      sequ: []
      """,
      [
        #"2:1: unknown key 'sequ' in a description; did you mean 'seq'? (/sequ)"#
      ]),
    BrokenDescription(
      "an unknown key of meta",
      """
      meta: {id: a, endain: le}
      """,
      [
        #"1:15: unknown key 'endain' in 'meta'; did you mean 'endian'? (/meta/endain)"#
      ]),
    BrokenDescription(
      "endian that is none",
      """
      meta: {id: a, endian: middle}
      """,
      [
        #"1:23: 'endian' is 'le' or 'be', not 'middle' (/meta/endian)"#
      ]),
    BrokenDescription(
      "a computed endian",
      """
      meta: {id: a, endian: {switch-on: x, cases: {1: le}}}
      """,
      [
        #"1:35: unknown name 'x' in the type 'a' (/meta/endian/switch-on)"#
      ]),
    BrokenDescription(
      "an import that does not exist",
      """
      meta: {id: a, imports: [no_such_file]}
      """,
      [
        #"1:25: cannot read 'no_such_file.ksy' (/meta/imports/0)"#
      ]),
    BrokenDescription(
      "an import from another folder",
      """
      meta: {id: a, imports: [../b]}
      """,
      [
        #"1:25: cannot read '../b.ksy' (/meta/imports/0)"#
      ]),
    BrokenDescription(
      "meta is a list",
      """
      meta: [a]
      """,
      [
        #"1:7: 'meta' must be a mapping, not a list (/meta)"#
      ]),
    BrokenDescription(
      "seq is a mapping",
      """
      meta: {id: a}
      seq: {id: x}
      """,
      [
        #"2:6: 'seq' must be a list, not a mapping (/seq)"#
      ]),
    BrokenDescription(
      "an attribute is a text",
      """
      meta: {id: a}
      seq:
        - u1
      """,
      [
        #"3:5: an attribute must be a mapping, not a scalar (/seq/0)"#
      ]),
    BrokenDescription(
      "an attribute's id is no name",
      """
      meta: {id: a}
      seq:
        - {id: Foo, type: u1}
      """,
      [
        #"3:10: 'Foo' is no name: lower-case letters, digits and '_' are allowed, a letter first (/seq/0/id)"#
      ]),
    BrokenDescription(
      "an unknown key of an attribute",
      """
      meta: {id: a}
      seq:
        - {id: x, typ: u1}
        - {id: y, type: u1}
      """,
      [
        #"3:13: unknown key 'typ' in an attribute; did you mean 'type'? (/seq/0/typ)"#
      ]),
  ]
}

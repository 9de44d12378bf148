extension BrokenDescription {
  /// Lines in which messages are told.
  static let summaries: [BrokenDescription] = [
    BrokenDescription(
      "a summary of what there is not, of what is not stored, and of no text",
      """
      meta: {id: a}
      -sql:
        summary: >-
          x {x}, {yy}
          {body.z} {magic}
          {x == 1 ? "one" : 2}
      seq:
        - {id: magic, contents: A}
        - {id: x, type: u1, -sql: none}
        - {id: body, type: body}
      types:
        body: {seq: [{id: y, type: u1}]}
      """,
      [
        #"4:8: 'x' is not stored, so a summary cannot show it; '-sql: none' here or around it says so (/-sql/summary)"#,
        #"4:13: unknown name 'yy' in the type 'a' (/-sql/summary)"#,
        #"5:11: the type 'body' has no 'z'; did you mean 'y'? (/-sql/summary)"#,
        #"5:15: 'magic' is not stored, so a summary cannot show it: it is always the same (/-sql/summary)"#,
        #"6:6: the two sides of '?:' are a string and an integer (/-sql/summary)"#,
      ]),
    BrokenDescription(
      "a summary that computes with what is stored as a text",
      """
      meta: {id: a, endian: be}
      -sql: {summary: '{x == 1 ? "one" : "more"} {y + 1} {y}'}
      seq:
        - {id: x, size: 1}
        - {id: y, type: u8, -sql: {as: hex}}
      """,
      [
        #"2:19: '==' cannot be applied to bytes and an integer (/-sql/summary)"#,
        #"2:45: this is stored as a text: a summary can show it, but compute nothing from it (/-sql/summary)"#,
      ]),
    BrokenDescription(
      "a summary of rows that are found only by searching",
      """
      meta: {id: a}
      seq:
        - {id: kind, type: u1}
        - {id: body, type: {switch-on: kind, cases: {1: one}}}
      types:
        one:
          -sql: {summary: '{list} {part} {list.size}'}
          seq:
            - {id: n, type: u1}
            - {id: part, type: part}
            - {id: list, type: element, repeat: eos}
        part: {-sql: {table: part}, seq: [{id: p, type: u1}]}
        element: {seq: [{id: e, type: u1}]}
      """,
      [
        #"7:23: the rows of 'list' are found only by searching, which is too slow for a summary; show its size, as '{list.size}' (/types/one/-sql/summary)"#,
        #"7:30: the row of 'part' in 'part' is found only by searching, which is too slow for a summary; give 'part' '-sql: {link: content}' (/types/one/-sql/summary)"#,
        #"7:37: the size of 'list' is not stored, so a summary cannot show it: only 'repeat-expr' says it before (/types/one/-sql/summary)"#,
      ]),
    BrokenDescription(
      "summaries that are none",
      """
      meta: {id: a}
      seq:
        - {id: kind, type: u1}
        - {id: body, type: {switch-on: kind, cases: {1: one, 2: two}}}
      types:
        one: {-sql: {summary: [x]}, seq: [{id: x, type: u1}]}
        two: {-sql: {summary: 'x {x'}, seq: [{id: x, type: u1}]}
      """,
      [
        #"6:25: a text is expected, not a list (/types/one/-sql/summary)"#,
        #"7:28: the value in the string has no closing } (/types/two/-sql/summary)"#,
      ]),
    BrokenDescription(
      "a summary that is computed from itself many times over",
      """
      meta: {id: a}
      -sql: {summary: '{v40}'}
      seq: [{id: v0, type: u1}]
      instances:
      """ + (1...40).map { "\n  v\($0): {value: '(v\($0 - 1) ^ v\($0 - 1)) & 1'}" }.joined(),
      [
        #"2:19: this is computed from too much for a summary; store it, as an instance with '-sql: true' (/-sql/summary)"#
      ]),
  ]
}

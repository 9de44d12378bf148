meta: {id: texts_and_names, endian: le, encoding: UTF-16LE}
doc: |
  The first line.
  The second, with */ and """ in it.
doc-ref: |
  https://example.org/a
  https://example.org/b
seq:
  - {id: self, type: u1}
  - {id: foo_1, type: u1}
  - {id: foo1, type: u1}
  - {id: class, type: string, doc: 'One type is called as Swift''s own.'}
  - {id: text, type: strz}
  - {id: line, type: str, encoding: ASCII, terminator: 0xa, eos-error: false, consume: false}
types:
  string:
    seq:
      - {id: parse_error, type: texts_and_names}
    types:
      texts_and_names:
        seq: [{id: stream, type: u1, enum: unknown}]
enums:
  unknown: {0: unknown, 1: raw_value, 2: class}

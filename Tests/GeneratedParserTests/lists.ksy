meta: {id: lists, endian: be, encoding: ASCII}
doc: Counted lists of what may be absent, constraints on what a repetition needs, types that a terminator ends.
seq:
  - {id: count, type: u1, valid: {max: 200}}
  - {id: parts, type: part, repeat: expr, repeat-expr: count}
  - {id: thousands, type: u1}
  - {id: empties, type: empty, repeat: expr, repeat-expr: thousands * 1000}
  - {id: stop, type: u1, valid: {any-of: [0, 255]}}
  - {id: numbers, type: u1, repeat: until, repeat-until: _ == stop, valid: {expr: _ < 10 or _ == stop}}
  - {id: entries, type: entry, repeat: until, repeat-until: _.kind == 0}
  - {id: plain, type: line, terminator: 0x0a}
  - {id: included, type: line, terminator: 0x0a, include: true}
  - {id: kept, type: line, terminator: 0x2c, consume: false}
  - {id: comma, type: u1}
  - {id: lines, type: line, terminator: 0x0a, repeat: expr, repeat-expr: 2}
  - {id: last, type: line, terminator: 0, eos-error: false}
types:
  part:
    seq:
      - {id: flags, type: u1}
      - {id: number, type: u4, if: (flags & 1) != 0}
      - {id: name, type: strz, if: (flags & 2) != 0}
  empty: {seq: [{id: x, type: u4, if: false}]}
  entry:
    seq:
      - {id: kind, type: u1, valid: {max: 3}}
      - {id: value, type: u1, valid: {max: 100}}
  line:
    seq:
      - {id: kind, type: u1}
      - {id: text, type: str, size-eos: true}

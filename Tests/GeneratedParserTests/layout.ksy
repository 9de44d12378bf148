meta: {id: layout, endian: le, encoding: UTF-8}
doc: Sizes, strings, repetitions, conditions and switches.
seq:
  - {id: magic, contents: [0x4c, AY, 0]}
  - {id: flags, type: u1}
  - {id: name_size, type: u1}
  - {id: name, type: str, size: name_size}
  - {id: zero_ended, type: strz}
  - {id: line, type: str, terminator: 0x0a, include: true}
  - {id: kept, size: 1, if: false}
  - {id: up_to, terminator: 0x2c, consume: false}
  - {id: comma, type: u1, valid: 0x2c}
  - {id: padded, type: str, size: 8, pad-right: 0x20}
  - {id: in_field, type: str, size: 6, terminator: 0, encoding: ASCII}
  - {id: wide, type: str, size: 4, encoding: UTF-16BE}
  - {id: latin, type: str, size: 1, encoding: ISO-8859-1}
  - {id: optional, type: u2, if: (flags & 1) != 0}
  - {id: triple, type: pair, repeat: expr, repeat-expr: 3}
  - {id: count, type: u1}
  - {id: counted, type: u2, repeat: expr, repeat-expr: count}
  - {id: until_zero, type: u1, repeat: until, repeat-until: _ == 0}
  - {id: until_index, type: u1, repeat: until, repeat-until: _index == 1}
  - {id: box_size, type: u1}
  - {id: box, type: box, size: box_size}
  - {id: kind, type: u1, enum: kind}
  - id: by_enum
    type:
      switch-on: kind
      cases: {'kind::small': u1, 'kind::big': u4be, 'kind::pair': pair}
  - {id: number, type: u1}
  - id: by_number
    type: {switch-on: number, cases: {1: pair, 0x02: u2, _: u1}}
  - {id: word, type: strz}
  - id: by_word
    size: 2
    type: {switch-on: word, cases: {'"pair"': pair, '"text"': str}}
  - {size: 1}
  - {id: rest, size-eos: true}
types:
  pair:
    seq: [{id: left, type: u1}, {id: right, type: u1}]
  box:
    seq:
      - {id: first, type: u1}
      - {id: all, type: u1, repeat: eos}
enums:
  kind: {1: small, 2: big, 3: pair, 4: nothing}

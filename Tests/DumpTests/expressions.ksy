# What the expressions of expressions.tsv can name. Each becomes the value of an instance.
meta: {id: expressions, endian: le, encoding: UTF-8}
-input: >
  07 C8 FB 3412 18FC F0FFFFFF FEFFFFFFFFFFFFFF 0000000000000080 00 B8 0000003F 182D4454FB210940 00000000000004C0
  6E61C3AF766500 343200 2D664600 00 00417FFF 03010401 620061006300 02 09 0506 0708 090A 0B0C
seq:
  - {id: seven, type: u1}
  - {id: two_hundred, type: u1}
  - {id: minus_five, type: s1}
  - {id: word, type: u2, doc: '0x1234'}
  - {id: minus_thousand, type: s2}
  - {id: big, type: u4, doc: '0xFFFF_FFF0'}
  - {id: huge, type: u8, doc: '0xFFFF_FFFF_FFFF_FFFE'}
  - {id: least, type: s8}
  - {id: zero, type: u1}
  - {id: five, type: b3}
  - {id: yes, type: b1}
  - {id: also_yes, type: b1}
  - {id: no, type: b3, enum: switch}
  - {id: half, type: f4}
  - {id: pi, type: f8}
  - {id: minus_two_and_a_half, type: f8}
  - {id: word_text, type: strz, doc: 'naïve'}
  - {id: digits, type: strz, doc: '42'}
  - {id: hex, type: strz, doc: '-fF'}
  - {id: blank, type: strz}
  - {id: raw, size: 4}
  - {id: no_bytes, size: 0}
  - {id: list, type: u1, repeat: expr, repeat-expr: 4, doc: '3, 1, 4, 1'}
  - {id: letters, type: strz, repeat: expr, repeat-expr: 3, doc: 'b, a, c'}
  - {id: nothing, type: u2, repeat: expr, repeat-expr: 0}
  - {id: animal, type: u1, enum: animal, doc: cat}
  - {id: stranger, type: u1, enum: animal}
  - {id: inner, type: inner, doc: '5, 6'}
  - {id: inners, type: inner, repeat: expr, repeat-expr: 2, doc: '7, 8; 9, 10'}
  - {id: absent, type: u1, if: seven == 0}
  - {id: absent_inner, type: inner, if: seven == 0}
  - {id: choice, type: {switch-on: seven, cases: {7: inner, 8: other}}, doc: '11, 12'}
types:
  inner:
    seq:
      - {id: x, type: u1}
      - {id: y, type: u1}
    instances:
      sum: {value: x + y}
  other:
    seq:
      - {id: z, type: u4}
    enums:
      color: {1: red}
enums:
  animal: {1: dog, 2: cat, -3: ghost}
  switch: {0: 'off'}

meta: {id: constraints, endian: be}
doc: Every form of valid.
seq:
  - {id: equal, type: u1, valid: 5}
  - {id: equal_to_other, type: u1, valid: {eq: equal}}
  - {id: bounded, type: s2, valid: {min: -10, max: 10}}
  - {id: at_least, type: u1, valid: {min: 3}}
  - {id: listed, type: u1, valid: {any-of: [1, 2, 0x30]}}
  - {id: even, type: u1, valid: {expr: _ % 2 == 0}}
  - {id: mode, type: u1, enum: mode, valid: {in-enum: true}}
  - {id: lax, type: u1, enum: mode}
  - {id: bytes, size: 2, valid: '[1, 2]'}
  - {id: size, type: u1, valid: {max: 4}}
  - {id: data, size: size}
  - {id: each, type: u1, repeat: expr, repeat-expr: 2, valid: {max: 9}}
instances:
  total: {value: at_least + listed, valid: {max: 100}}
enums:
  mode: {0: off_mode, 1: on_mode}
